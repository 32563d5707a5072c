/** Issuer, audience and times of a token: RFC 7519, section 4.1. */
import type { CredentialFault } from '../challenge.ts';
import { type JsonObjectValue, memberIn } from './jws.ts';

/** Milliseconds in a JSON number of seconds; the largest that a date can be. */
const LAST = 8.64e15;

/** @returns milliseconds, undefined if absent, `bad` for anything but a number that is a time */
export function timeIn(claims: JsonObjectValue, name: 'exp' | 'nbf' | 'iat'): number | undefined | 'bad' {
  const value = memberIn(claims, name);
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !(value >= 0) || value * 1000 > LAST) return 'bad';
  return value * 1000;
}

/** One of the audiences must be named, exactly: RFC 7519, section 4.1.3. */
export function judgeAudience(
  claims: JsonObjectValue,
  audiences: readonly string[],
): CredentialFault | undefined {
  const value = memberIn(claims, 'aud');
  const named: readonly unknown[] = Array.isArray(value) ? value : [value];
  return named.some((one) => typeof one === 'string' && audiences.includes(one))
    ? undefined
    : 'wrong_audience';
}

/**
 * @param now wall clock, milliseconds
 * @returns when the token is no longer good, tolerance included
 */
export function judgeTimes(
  claims: JsonObjectValue,
  { now, toleranceMs }: { readonly now: number; readonly toleranceMs: number },
): { readonly expires: number | undefined } | CredentialFault {
  const [exp, nbf, iat] = [timeIn(claims, 'exp'), timeIn(claims, 'nbf'), timeIn(claims, 'iat')];
  if (exp === 'bad' || nbf === 'bad' || iat === 'bad') return 'claims_unusable';
  if (exp !== undefined && now >= exp + toleranceMs) return 'expired';
  if (nbf !== undefined && nbf > now + toleranceMs) return 'too_early';
  if (iat !== undefined && iat > now + toleranceMs) return 'too_early';
  return { expires: exp === undefined ? undefined : exp + toleranceMs };
}
