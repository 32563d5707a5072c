/**
 * Identity by signed token: OpenID Connect and OAuth 2.0 access tokens (RFC 7519, RFC 8725, RFC 9068).
 *
 * A token says itself who issued it; that only chooses the rules that it is then held against. Keys belong to issuers,
 * and algorithms are those that the policy lists, never what the token asks for.
 */
import { hash } from 'node:crypto';
import { compactVerify } from 'jose';
import type { KeyAnswer, Ports, VerifiedToken } from '../../core/ports.ts';
import type { Principal } from '../../core/principal.ts';
import type { Refusal } from '../../core/refusal.ts';
import { after, type Soon } from '../../core/soon.ts';
import type { IdentityRules, IssuerRules } from '../../policy/identity-rules.ts';
import { type CredentialFault, identityUnavailable, invalidCredential } from '../challenge.ts';
import type { Credential } from '../credentials.ts';
import type { Evidence, IdentityMethod } from '../method.ts';
import { bindingIn, judgeBinding } from './binding.ts';
import { principalOf } from './claims.ts';
import { type Jws, looksLikeJwt, memberIn, readJws } from './jws.ts';
import { rulesDigest } from './rules-digest.ts';
import { judgeAudience, judgeTimes, timeIn } from './times.ts';

export type TokenPorts = Pick<Ports, 'issuerKeys' | 'tokens' | 'proofs'>;

/** Headers by which a token would bring, or point at, the key that is to be believed; and those that change its form. */
const REFUSED_HEADERS = ['jku', 'x5u', 'jwk', 'x5c', 'crit', 'b64', 'zip'];
const KEY_ID = /^[\x21-\x7e]{1,128}$/;

export function oidcMethod({ issuers }: IdentityRules, ports: TokenPorts): IdentityMethod {
  const versions = new Map([...issuers.values()].map((rules) => [rules, rulesDigest(rules)]));
  return {
    name: 'oidc',
    judges: 'credential',
    verify(evidence, now) {
      const { credential } = evidence;
      if (credential === undefined || credential.scheme === 'plain' || !looksLikeJwt(credential.token))
        return undefined;
      const { token } = credential;
      const digest = hash('sha256', token, 'base64url');
      for (const version of versions.values()) {
        const known = ports.tokens.find(version + digest, now);
        if (known !== undefined) return judgeBinding(known, credential, evidence, ports.proofs, now);
      }
      return verifyAnew(evidence, credential, issuers, ports, now, (rules, verified) =>
        ports.tokens.keep((versions.get(rules) ?? '') + digest, verified),
      );
    },
  };
}

type Keep = (rules: IssuerRules, verified: VerifiedToken) => void;

/** @returns undefined for a token of an issuer that the policy does not name: introspection may know it */
function verifyAnew(
  evidence: Evidence,
  credential: Credential,
  issuers: IdentityRules['issuers'],
  ports: TokenPorts,
  now: number,
  keep: Keep,
): Soon<Principal | Refusal | undefined> {
  const jws = readJws(credential.token);
  if (jws === undefined) return invalidCredential('malformed');
  const issuer = memberIn(jws.payload, 'iss');
  const rules = typeof issuer === 'string' ? issuers.get(issuer) : undefined;
  if (rules === undefined) return undefined;
  const judged = judgeClaims(jws, credential.token, rules, now);
  if (typeof judged === 'string') return invalidCredential(judged);
  const { kid, alg } = jws.header as { readonly kid?: string; readonly alg: string };
  return after(ports.issuerKeys.find(rules, kid, alg), (answer) => {
    if ('missing' in answer)
      return answer.missing === 'unavailable'
        ? identityUnavailable(answer.retryAfter)
        : invalidCredential('unknown_signing_key');
    return isSigned(credential.token, answer, alg).then((good) => {
      if (!good) return invalidCredential('wrong_signature');
      keep(rules, judged);
      return judgeBinding(judged, credential, evidence, ports.proofs, now);
    });
  });
}

/** All but the signature, which costs the most and is judged last. */
function judgeClaims(
  jws: Jws,
  token: string,
  rules: IssuerRules,
  now: number,
): VerifiedToken | CredentialFault {
  if (token.length > rules.maxBytes) return 'too_large';
  const wrong = judgeHeader(jws, rules) ?? judgeAudience(jws.payload, rules.audiences);
  if (wrong !== undefined) return wrong;
  const times = judgeTimes(jws.payload, { now, toleranceMs: rules.toleranceMs });
  if (typeof times === 'string') return times;
  if (times.expires === undefined) return 'claims_unusable';
  const iat = timeIn(jws.payload, 'iat');
  if (typeof iat !== 'number') return 'claims_unusable';
  const oldest = iat + rules.maxAgeMs + rules.toleranceMs;
  if (now >= oldest) return 'too_old';
  const binding = bindingIn(jws.payload);
  if (typeof binding === 'string') return binding;
  if (binding === undefined && rules.binding === 'required') return 'binding_missing';
  const principal = principalOf(jws.payload, rules, 'oidc');
  if (typeof principal === 'string') return principal;
  return { principal, ...(binding && { binding }), expires: Math.min(times.expires, oldest) };
}

function judgeHeader({ header }: Jws, rules: IssuerRules): CredentialFault | undefined {
  if (REFUSED_HEADERS.some((name) => Object.hasOwn(header, name))) return 'malformed';
  const alg = memberIn(header, 'alg');
  if (typeof alg !== 'string' || !rules.algorithms.includes(alg)) return 'wrong_algorithm';
  const kid = memberIn(header, 'kid');
  if (kid !== undefined && (typeof kid !== 'string' || !KEY_ID.test(kid))) return 'malformed';
  const typ = memberIn(header, 'typ') ?? '';
  if (typeof typ !== 'string') return 'malformed';
  const type = typ.toLowerCase().replace(/^application\//, '');
  return rules.types.includes(type) ? undefined : 'wrong_type';
}

async function isSigned(
  token: string,
  { key }: Extract<KeyAnswer, { key: unknown }>,
  alg: string,
): Promise<boolean> {
  try {
    await compactVerify(token, key, { algorithms: [alg] });
    return true;
  } catch {
    // A signature that is wrong, and a key that does not fit the algorithm, are the same to whoever sent it.
    return false;
  }
}
