/** Tokens that only the holder of a key may use: RFC 8705 (client certificates) and RFC 9449 (DPoP). */
import type { ProofMemory, TokenBinding, VerifiedToken } from '../../core/ports.ts';
import type { Principal } from '../../core/principal.ts';
import type { Refusal } from '../../core/refusal.ts';
import type { Soon } from '../../core/soon.ts';
import { thumbprintOf } from '../certificate/thumbprint.ts';
import { type CredentialFault, invalidCredential, invalidProof } from '../challenge.ts';
import type { Credential } from '../credentials.ts';
import type { Evidence } from '../method.ts';
import { judgeProof } from './dpop.ts';
import { type JsonObjectValue, memberIn } from './jws.ts';

const THUMBPRINT = /^[A-Za-z0-9_-]{43}$/;

/** @returns undefined for a bearer token; a fault where it is bound in a way that is not understood (RFC 7800, 3) */
export function bindingIn(claims: JsonObjectValue): TokenBinding | undefined | CredentialFault {
  const cnf = memberIn(claims, 'cnf');
  if (cnf === undefined) return undefined;
  if (typeof cnf !== 'object' || cnf === null || Array.isArray(cnf)) return 'claims_unusable';
  const certificate = memberIn(cnf as JsonObjectValue, 'x5t#S256');
  const key = memberIn(cnf as JsonObjectValue, 'jkt');
  // Both at once, or neither of the two, is a binding that we could not hold.
  if ((certificate === undefined) === (key === undefined)) return 'claims_unusable';
  const thumbprint = certificate ?? key;
  if (typeof thumbprint !== 'string' || !THUMBPRINT.test(thumbprint)) return 'claims_unusable';
  return { kind: key === undefined ? 'certificate' : 'dpop', thumbprint };
}

/** Judges whether whoever presents a good token may use it. */
export function judgeBinding(
  { principal, binding }: VerifiedToken,
  credential: Credential,
  evidence: Evidence,
  proofs: ProofMemory,
  now: number,
): Soon<Principal | Refusal> {
  if (binding?.kind === 'dpop') {
    if (credential.scheme !== 'dpop') return invalidProof('proof_missing');
    return judgeProof(evidence, credential.token, binding.thumbprint, proofs, now).then((fault) =>
      fault === undefined ? principal : invalidProof(fault),
    );
  }
  if (credential.scheme === 'dpop') return invalidProof('binding_missing');
  if (binding === undefined) return principal;
  return thumbprintOf(evidence.peer) === binding.thumbprint
    ? principal
    : invalidCredential('binding_mismatch');
}
