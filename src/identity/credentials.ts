/**
 * Finds the one credential of a request in its headers.
 *
 * One request, one credential: where two stand, whoever reads next may believe the other one. So two headers that
 * carry one, a header sent twice, and a comma (Envoy joins doubled `authorization` headers with one, whatever it is
 * told) are refused, also where both would name the same key.
 */
import type { Headers } from '../core/headers.ts';
import { type Refusal, refuse } from '../core/refusal.ts';

/** A credential as it was presented; nothing about it was believed yet. */
export interface Credential {
  /** The header it came in. It never travels on. */
  readonly header: string;
  readonly token: string;
}

/** Headers in which API clients send credentials. One that the policy does not allow still counts as a second one. */
export const CREDENTIAL_HEADERS = ['authorization', 'x-api-key', 'api-key', 'x-goog-api-key'] as const;

/** Characters; far over any key or token of ours, far under what would be work to look at. */
const MAX_TOKEN = 8192;
/** RFC 6750, section 2.1: `b64token`. Every kind of key and token is written in it. */
const TOKEN = /^[A-Za-z0-9._~+/-]+=*$/;
const BEARER = 'bearer ';

/**
 * @param allowed headers that may carry the credential, lower case
 * @returns `credential_missing`, `credential_conflict` or `credential_invalid` otherwise, each with the challenge
 * that RFC 9110, section 11.6.1, wants beside a 401
 */
export function findCredential(headers: Headers, allowed: readonly string[]): Credential | Refusal {
  let header: string | undefined;
  for (const name of allowed) {
    if (!headers.has(name)) continue;
    if (header !== undefined) return conflict();
    header = name;
  }
  if (header === undefined) return missing();
  for (const name of CREDENTIAL_HEADERS) {
    if (name !== header && headers.has(name)) return conflict();
  }
  return readCredential(header, headers.get(header) ?? []);
}

function readCredential(header: string, values: readonly string[]): Credential | Refusal {
  const value = values[0];
  if (value === undefined) return missing();
  if (values.length > 1 || value.includes(',')) return conflict();
  const token = header === 'authorization' ? bearerToken(value) : value;
  if (token === undefined || token.length > MAX_TOKEN || !TOKEN.test(token)) return invalidCredential();
  return { header, token };
}

/** The scheme in any case (RFC 9110, section 11.1), then exactly one space. */
function bearerToken(value: string): string | undefined {
  const scheme = value.slice(0, BEARER.length).toLowerCase();
  return scheme === BEARER ? value.slice(BEARER.length) : undefined;
}

/** The one answer to every credential that is not good, so that nobody learns why. */
export function invalidCredential(): Refusal {
  return refuse('credential_invalid', challenge('Bearer realm="sallyport", error="invalid_token"'));
}

function missing(): Refusal {
  return refuse('credential_missing', challenge('Bearer realm="sallyport"'));
}

function conflict(): Refusal {
  return refuse('credential_conflict', challenge('Bearer realm="sallyport", error="invalid_request"'));
}

function challenge(value: string): Pick<Refusal, 'headers'> {
  return { headers: [['www-authenticate', value]] };
}
