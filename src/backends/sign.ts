/** Signs requests for AWS: Signature Version 4, as the AWS General Reference has it. */
import { hash } from 'node:crypto';
import aws4 from 'aws4';
import type { HeaderChanges } from '../core/headers.ts';
import type { AwsKeys } from '../policy/snapshot.ts';

export interface Signable {
  readonly method: string;
  /** With its query, as the backend gets it. */
  readonly path: string;
  /** All of it, as the backend gets it. */
  readonly body: Uint8Array;
}

/**
 * The headers that sign a request: the host, the time, and the SHA-256 of the body are signed, nothing else is, so that
 * a proxy may add what it likes.
 * @param now wall clock, milliseconds; AWS takes a signature for five minutes
 */
export function signature(request: Signable, keys: AwsKeys, now: number): HeaderChanges['set'] {
  const { accessKeyId, secretAccessKey, sessionToken, region, service, host } = keys;
  const time = new Date(now).toISOString().replaceAll(/[-:]|\.\d{3}/g, '');
  const { headers = {} } = aws4.sign(
    {
      method: request.method,
      host,
      path: request.path,
      service,
      region,
      // Given its body, the library would add headers of its own.
      headers: {
        Host: host,
        'X-Amz-Date': time,
        'X-Amz-Content-Sha256': hash('sha256', request.body, 'hex'),
      },
    },
    { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) },
  );
  return SET.flatMap((name): [string, string][] => {
    const value = headers[name];
    return value === undefined ? [] : [[name.toLowerCase(), String(value)]];
  });
}

const SET = ['Authorization', 'X-Amz-Date', 'X-Amz-Content-Sha256', 'X-Amz-Security-Token'];
