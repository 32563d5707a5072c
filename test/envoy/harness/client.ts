/** Requests as a test needs them: over either protocol, in pieces, with trailers, and with every piece of the answer. */
import { once } from 'node:events';
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { type ClientHttp2Session, type ClientHttp2Stream, connect } from 'node:http2';
import { digest } from './upstream.ts';

export interface ClientRequestOptions {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes go with a content-length; pieces go one write each, chunked. */
  readonly body?: string | Uint8Array | Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;
  readonly trailers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export interface ClientAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  /** SHA-256 of the body, hexadecimal. */
  readonly digest: string;
  readonly text: string;
  readonly trailers: Readonly<Record<string, string | undefined>>;
  /** False if the answer broke off before its end. */
  readonly complete: boolean;
}

/** Sends a request over HTTP/1.1 on a connection of its own. Rejects if no answer begins. */
export async function http1(port: number, options: ClientRequestOptions = {}): Promise<ClientAnswer> {
  const { body, trailers } = options;
  const whole = typeof body === 'string' || body instanceof Uint8Array;
  const headers: Record<string, string> = { ...options.headers };
  if (whole && trailers === undefined) headers['content-length'] ??= String(Buffer.byteLength(body));
  if (trailers !== undefined) headers.trailer = Object.keys(trailers).join(', ');
  const request = httpRequest({
    host: '127.0.0.1',
    port,
    agent: false,
    method: options.method ?? 'GET',
    path: options.path ?? '/',
    headers,
    ...(options.signal && { signal: options.signal }),
  });
  const response = once(request, 'response') as Promise<[IncomingMessage]>;
  const sent = sendBody(request, body, () => trailers !== undefined && request.addTrailers(trailers));
  // The answer may come before the request is whole; what then breaks is not a fault of the answer.
  request.on('error', () => {});
  sent.catch(() => {});
  const [message] = await response;
  const read = await readAll(message);
  return {
    status: message.statusCode ?? 0,
    headers: message.headers,
    trailers: message.trailers,
    ...read,
    complete: read.complete && message.complete,
  };
}

/** Sends a request over cleartext HTTP/2, on a session of its own or the one given. */
export async function http2(
  to: number | ClientHttp2Session,
  options: ClientRequestOptions = {},
): Promise<ClientAnswer> {
  const session = typeof to === 'number' ? connect(`http://127.0.0.1:${to}`) : to;
  session.on('error', () => {});
  try {
    const stream = session.request(
      {
        ':method': options.method ?? 'GET',
        ':path': options.path ?? '/',
        ...lengthOf(options),
        ...options.headers,
      },
      {
        endStream: options.body === undefined && options.trailers === undefined,
        waitForTrailers: options.trailers !== undefined,
        ...(options.signal && { signal: options.signal }),
      },
    );
    return await http2Answer(stream, options);
  } finally {
    if (typeof to === 'number') session.close();
  }
}

async function http2Answer(stream: ClientHttp2Stream, options: ClientRequestOptions): Promise<ClientAnswer> {
  const { trailers } = options;
  if (trailers !== undefined) stream.on('wantTrailers', () => stream.sendTrailers(trailers));
  let received: Record<string, string | undefined> = {};
  stream.on('trailers', (x) => {
    received = x as Record<string, string>;
  });
  const response = responseOf(stream);
  if (options.body !== undefined || trailers !== undefined) sendBody(stream, options.body).catch(() => {});
  const headers = await response;
  stream.on('error', () => {});
  const read = await readAll(stream);
  const complete = read.complete && stream.rstCode === 0;
  return { status: Number(headers[':status']), headers, trailers: received, ...read, complete };
}

/** A stream may close without an answer and without an error: a refusal of the session's, for one. */
function responseOf(stream: ClientHttp2Stream): Promise<Record<string, string>> {
  return new Promise((resolve, reject) => {
    stream.once('response', (headers) => resolve(headers as Record<string, string>));
    stream.once('error', reject);
    stream.once('close', () => reject(new Error(`closed without an answer, code ${stream.rstCode}`)));
  });
}

function lengthOf({ body, trailers }: ClientRequestOptions): Record<string, string> {
  const whole = typeof body === 'string' || body instanceof Uint8Array;
  return whole && trailers === undefined ? { 'content-length': String(Buffer.byteLength(body)) } : {};
}

async function sendBody(
  out: ClientRequest | ClientHttp2Stream,
  body: ClientRequestOptions['body'],
  beforeEnd?: () => void,
): Promise<void> {
  const whole = body === undefined || typeof body === 'string' || body instanceof Uint8Array;
  for await (const piece of whole ? [body ?? ''] : body) {
    if (out.destroyed) return;
    if (piece.length > 0 && !out.write(piece)) await Promise.race([once(out, 'drain'), once(out, 'close')]);
  }
  beforeEnd?.();
  out.end();
}

async function readAll(
  source: AsyncIterable<Uint8Array>,
): Promise<{ body: Buffer; text: string; digest: string; complete: boolean }> {
  const parts: Uint8Array[] = [];
  let complete = true;
  try {
    for await (const part of source) parts.push(part);
  } catch {
    complete = false;
  }
  const body = Buffer.concat(parts);
  return { body, text: body.toString('utf8'), digest: digest(body), complete };
}
