/**
 * What AWS does with a signed request (Signature Version 4), written from its documentation and with nothing of the
 * signer's: it is itself held to a published example and to signatures of AWS's own SDK.
 */
import { createHmac, hash } from 'node:crypto';

export interface SignedRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Uint8Array;
}

/** @returns what is wrong with the signature; undefined where it is good */
export function verify(request: SignedRequest, secretAccessKey: string): string | undefined {
  const header = headerOf(request, 'authorization');
  const match =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      header,
    );
  if (match === null) return `no signature: ${header}`;
  const [, , day = '', region = '', service = '', signedHeaders = '', claimed = ''] = match;
  const names = signedHeaders.split(';');
  if (!names.includes('host')) return 'the host is not signed';
  const digest = hash('sha256', request.body, 'hex');
  const said = headerOf(request, 'x-amz-content-sha256');
  if (said !== '' && said !== digest) return 'the digest is of another body';
  const canonical = [
    request.method,
    canonicalPath(request.path),
    canonicalQuery(request.path),
    ...names.map((name) => `${name}:${headerOf(request, name).trim().replaceAll(/ +/g, ' ')}`),
    '',
    signedHeaders,
    digest,
  ].join('\n');
  const scope = `${day}/${region}/${service}/aws4_request`;
  const time = headerOf(request, 'x-amz-date');
  const text = `AWS4-HMAC-SHA256\n${time}\n${scope}\n${hash('sha256', canonical, 'hex')}`;
  const key = [day, region, service, 'aws4_request'].reduce<string | Buffer>(
    (with_, part) => createHmac('sha256', with_).update(part).digest(),
    `AWS4${secretAccessKey}`,
  );
  const signature = createHmac('sha256', key).update(text).digest('hex');
  return signature === claimed ? undefined : `another signature than ${signature}\n${canonical}`;
}

function headerOf({ headers }: SignedRequest, name: string): string {
  const found = Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  return Array.isArray(found) ? found.join(',') : (found ?? '');
}

/** Every service but S3 has the path of the request encoded once more. */
function canonicalPath(path: string): string {
  const [route = ''] = path.split('?', 1);
  return route.split('/').map(encode).join('/');
}

function canonicalQuery(path: string): string {
  const at = path.indexOf('?');
  if (at < 0) return '';
  const pairs = path
    .slice(at + 1)
    .split('&')
    .map((pair) => pair.split('=', 2).map((part) => encode(decodeURIComponent(part))));
  return pairs
    .map(([name = '', value = '']) => [name, value] as const)
    .sort(([a, x], [b, y]) => (a === b ? compare(x, y) : compare(a, b)))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
