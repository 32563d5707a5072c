/** Proof of possession at the application layer: RFC 9449. */

import { hash } from 'node:crypto';
import { calculateJwkThumbprint, compactVerify, importJWK, type JWK } from 'jose';
import type { ProofMemory } from '../../core/ports.ts';
import type { CredentialFault } from '../challenge.ts';
import type { Evidence } from '../method.ts';
import { type JsonObjectValue, memberIn, readJws } from './jws.ts';
import { timeIn } from './times.ts';

/** Characters; a proof names a key and a request, nothing more. */
const LONGEST = 4096;
/** How old a proof may be, or how far ahead its clock: RFC 9449, section 11.1. */
const WINDOW_MS = 60_000;
const ALGORITHMS = ['ES256', 'ES384', 'ES512', 'EdDSA', 'RS256', 'PS256'];
/** Members of a private or symmetric key. */
const SECRET_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

/**
 * Judges the proof beside a token: RFC 9449, section 4.3.
 * @param token as it was presented, for `ath`
 * @param thumbprint of the key that the token is bound to
 * @param now wall clock, milliseconds
 * @returns what is wrong with it
 */
export async function judgeProof(
  evidence: Evidence,
  token: string,
  thumbprint: string,
  proofs: ProofMemory,
  now: number,
): Promise<CredentialFault | undefined> {
  const values = evidence.headers.get('dpop');
  const [proof] = values ?? [];
  if (values === undefined || proof === undefined) return 'proof_missing';
  if (values.length > 1 || proof.length > LONGEST) return 'proof_invalid';
  const jws = readJws(proof);
  if (jws === undefined || !isMeant(jws.payload, evidence, token, now)) return 'proof_invalid';
  const jwk = keyIn(jws.header);
  if (jwk === undefined || !(await isSigned(proof, jwk, jws.header, thumbprint))) return 'proof_invalid';
  const id = memberIn(jws.payload, 'jti');
  const once = hash('sha256', `${thumbprint} ${String(id)}`);
  return proofs.first(once, now + 2 * WINDOW_MS, now) ? undefined : 'proof_replayed';
}

function isMeant(payload: JsonObjectValue, evidence: Evidence, token: string, now: number): boolean {
  const iat = timeIn(payload, 'iat');
  const jti = memberIn(payload, 'jti');
  return (
    memberIn(payload, 'htm') === evidence.method &&
    isHere(memberIn(payload, 'htu'), evidence) &&
    memberIn(payload, 'ath') === hash('sha256', token, 'base64url') &&
    typeof iat === 'number' &&
    Math.abs(now - iat) <= WINDOW_MS &&
    typeof jti === 'string' &&
    jti.length >= 1 &&
    jti.length <= 256
  );
}

/** The request's URL without query and fragment, whatever the scheme: TLS ended before us. */
function isHere(htu: unknown, { authority, route }: Evidence): boolean {
  if (typeof htu !== 'string' || htu.length > 2048 || !URL.canParse(htu)) return false;
  const url = new URL(htu);
  const here = `${url.protocol}//${authority}${route}`;
  if (!/^https?:$/.test(url.protocol) || !URL.canParse(here)) return false;
  const expected = new URL(here);
  return url.host === expected.host && url.pathname === expected.pathname;
}

function keyIn(header: JsonObjectValue): JWK | undefined {
  const { typ, alg, jwk } = {
    typ: memberIn(header, 'typ'),
    alg: memberIn(header, 'alg'),
    jwk: memberIn(header, 'jwk'),
  };
  if (typ !== 'dpop+jwt' || typeof alg !== 'string' || !ALGORITHMS.includes(alg)) return undefined;
  if (memberIn(header, 'crit') !== undefined || memberIn(header, 'b64') !== undefined) return undefined;
  if (typeof jwk !== 'object' || jwk === null || Array.isArray(jwk)) return undefined;
  return SECRET_MEMBERS.some((name) => Object.hasOwn(jwk, name)) ? undefined : (jwk as JWK);
}

async function isSigned(
  proof: string,
  jwk: JWK,
  header: JsonObjectValue,
  thumbprint: string,
): Promise<boolean> {
  try {
    if ((await calculateJwkThumbprint(jwk, 'sha256')) !== thumbprint) return false;
    const algorithm = String(memberIn(header, 'alg'));
    const key = await importJWK(jwk, algorithm);
    await compactVerify(proof, key, { algorithms: [algorithm] });
    return true;
  } catch {
    // Whatever jose says of a client's key or signature, the proof is none.
    return false;
  }
}
