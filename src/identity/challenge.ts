/**
 * How a client is told that it must prove who it is, or prove it better: `www-authenticate` of RFC 9110 (section
 * 11.6.1), RFC 6750 (section 3), RFC 9449 (section 7.1) and RFC 9728 (section 5.1). It never says more of a credential
 * than that it is no good.
 */
import { type Refusal, type RefusalCode, refuse } from '../core/refusal.ts';

/** Why in truth, for the record alone. */
export type CredentialFault =
  | 'malformed'
  | 'unknown'
  | 'revoked'
  | 'expired'
  | 'too_early'
  | 'too_old'
  | 'too_large'
  | 'wrong_network'
  | 'wrong_issuer'
  | 'wrong_audience'
  | 'wrong_type'
  | 'wrong_algorithm'
  | 'wrong_signature'
  | 'unknown_signing_key'
  | 'claims_unusable'
  | 'inactive'
  | 'binding_missing'
  | 'binding_mismatch'
  | 'proof_missing'
  | 'proof_invalid'
  | 'proof_replayed'
  | 'certificate_unreadable'
  | 'certificate_expired'
  | 'certificate_unknown'
  | 'not_accepted_here'
  | 'identities_differ';

/** The one answer to every credential that is not good, so that nobody learns why. */
export function invalidCredential(why: CredentialFault): Refusal {
  return challenged('credential_invalid', 'error="invalid_token"', why);
}

/** A DPoP proof that is missing, wrong or used before: RFC 9449, section 7.1. */
export function invalidProof(why: CredentialFault): Refusal {
  return {
    ...refuse('credential_invalid', { why }),
    headers: [wwwAuthenticate('DPoP', 'error="invalid_dpop_proof"')],
  };
}

export function missingCredential(): Refusal {
  return challenged('credential_missing', '');
}

export function conflictingCredentials(): Refusal {
  return challenged('credential_conflict', 'error="invalid_request"');
}

/** The provider that could tell is away. Not a 401: the credential may be good. @param seconds at least 1 */
export function identityUnavailable(seconds: number): Refusal {
  return refuse('identity_unavailable', { retryAfter: Math.max(1, Math.ceil(seconds)) });
}

/** @param scopes that would do */
export function insufficientScope(scopes: readonly string[]): Refusal {
  return challenged('scope_missing', `error="insufficient_scope", scope="${scopes.join(' ')}"`);
}

function challenged(code: RefusalCode, parameters: string, why?: CredentialFault): Refusal {
  return refuse(code, {
    headers: [wwwAuthenticate('Bearer', parameters)],
    ...(why !== undefined && { why }),
  });
}

const REALM = 'realm="sallyport"';

function wwwAuthenticate(scheme: string, parameters: string): readonly [string, string] {
  return ['www-authenticate', [`${scheme} ${REALM}`, parameters].filter(Boolean).join(', ')];
}

/** Tells a client where to discover how to get a credential. */
export function withResource(refusal: Refusal, metadataUrl: string): Refusal {
  if (refusal.headers === undefined) return refusal;
  const headers = refusal.headers.map(([name, value]): readonly [string, string] =>
    name === 'www-authenticate' ? [name, `${value}, resource_metadata="${metadataUrl}"`] : [name, value],
  );
  return { ...refusal, headers };
}
