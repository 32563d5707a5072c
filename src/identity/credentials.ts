/**
 * Finds the one credential of a request.
 *
 * One request, one credential: where two stand, whoever reads next may believe the other one. So two headers that
 * carry one, a header sent twice, a header beside a query, and a comma (Envoy joins doubled `authorization` headers
 * with one, whatever it is told) are refused, also where both would name the same key.
 */
import type { Headers } from '../core/headers.ts';
import type { Refusal } from '../core/refusal.ts';
import { conflictingCredentials, invalidCredential } from './challenge.ts';

/** A credential as it was presented; nothing about it was believed yet. */
export interface Credential {
  /** The header or the member of the query that it came in. It never travels on. */
  readonly header?: string;
  readonly parameter?: string;
  /** `plain` in a header of its own or in the query; the others are schemes of `authorization`. */
  readonly scheme: 'plain' | 'bearer' | 'dpop';
  readonly token: string;
}

/** Where this policy takes credentials from. */
export interface Accepted {
  /** Headers, lower case. */
  readonly headers: readonly string[];
  /** Members of the query. */
  readonly parameters: readonly string[];
}

/** Headers in which API clients send credentials. One that the policy does not allow still counts as a second one. */
export const CREDENTIAL_HEADERS = ['authorization', 'x-api-key', 'api-key', 'x-goog-api-key'] as const;

/** Members of a query in which clients send credentials. */
export const CREDENTIAL_PARAMETERS: ReadonlySet<string> = new Set([
  'key',
  'api_key',
  'api-key',
  'apikey',
  'access_token',
  'token',
  'authorization',
]);

/** Characters; over any key or token of ours, far under what would be work to look at. */
const MAX_TOKEN = 16_384;
/** RFC 6750, section 2.1: `b64token`. Every kind of key and token is written in it. */
const TOKEN = /^[A-Za-z0-9._~+/-]+=*$/;
const SCHEMES = [
  ['bearer ', 'bearer'],
  ['dpop ', 'dpop'],
] as const;

/**
 * @param query canonical, without the `?`; empty if there is none
 * @returns undefined where there is none; `credential_conflict` or `credential_invalid` where it cannot be read
 */
export function findCredential(
  headers: Headers,
  query: string,
  accepted: Accepted,
): Credential | Refusal | undefined {
  let header: string | undefined;
  for (const name of accepted.headers) {
    if (!headers.has(name)) continue;
    if (header !== undefined) return conflictingCredentials();
    header = name;
  }
  const parameter = query === '' ? undefined : parameterIn(query, accepted.parameters);
  if (header === undefined) return parameter;
  if (parameter !== undefined) return conflictingCredentials();
  for (const name of CREDENTIAL_HEADERS) {
    if (name !== header && headers.has(name)) return conflictingCredentials();
  }
  return readHeader(header, headers.get(header) ?? []);
}

function readHeader(header: string, values: readonly string[]): Credential | Refusal | undefined {
  const value = values[0];
  if (value === undefined) return undefined;
  if (values.length > 1 || value.includes(',')) return conflictingCredentials();
  if (header !== 'authorization') return readable({ header, scheme: 'plain', token: value });
  // The scheme in any case (RFC 9110, section 11.1), then exactly one space.
  const start = value.slice(0, 7).toLowerCase();
  for (const [prefix, scheme] of SCHEMES) {
    if (start.startsWith(prefix)) return readable({ header, scheme, token: value.slice(prefix.length) });
  }
  return invalidCredential('malformed');
}

function parameterIn(query: string, accepted: readonly string[]): Credential | Refusal | undefined {
  for (const pair of query.split('&')) {
    const [name = '', ...value] = pair.split('=');
    if (accepted.includes(name))
      return readable({ parameter: name, scheme: 'plain', token: value.join('=') });
  }
  return undefined;
}

function readable(credential: Credential): Credential | Refusal {
  const { token } = credential;
  return token.length <= MAX_TOKEN && TOKEN.test(token) ? credential : invalidCredential('malformed');
}
