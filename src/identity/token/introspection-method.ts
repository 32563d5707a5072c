/** Identity by a token that only its issuer can tell about: OAuth 2.0 Token Introspection (RFC 7662). */
import { hash } from 'node:crypto';
import type { IntrospectionAnswer, Ports, VerifiedToken } from '../../core/ports.ts';
import type { Principal } from '../../core/principal.ts';
import { isRefusal, type Refusal } from '../../core/refusal.ts';
import { after } from '../../core/soon.ts';
import type { IdentityRules, IntrospectionRules } from '../../policy/identity-rules.ts';
import { type CredentialFault, identityUnavailable, invalidCredential } from '../challenge.ts';
import type { IdentityMethod } from '../method.ts';
import { bindingIn, judgeBinding } from './binding.ts';
import { principalOf } from './claims.ts';
import { memberIn } from './jws.ts';
import { rulesDigest } from './rules-digest.ts';
import { judgeAudience, judgeTimes } from './times.ts';

export type IntrospectionPorts = Pick<Ports, 'introspection' | 'tokens' | 'proofs'>;

/** Asks about every token that no other method knows, endpoint after endpoint. */
export function introspectionMethod(
  { introspection }: IdentityRules,
  ports: IntrospectionPorts,
): IdentityMethod {
  const endpoints = introspection.map((rules) => ({ rules, version: rulesDigest(rules) }));
  return {
    name: 'introspection',
    judges: 'credential',
    verify(evidence, now) {
      const { credential } = evidence;
      if (credential === undefined || credential.scheme === 'plain') return undefined;
      const digest = hash('sha256', credential.token, 'base64url');
      const known = endpoints
        .map(({ version }) => ports.tokens.find(version + digest, now))
        .find((verified) => verified !== undefined);
      const verified = known ?? askAll(endpoints, credential.token, digest, ports, now);
      return after(verified, (token) =>
        isRefusal(token) ? token : judgeBinding(token, credential, evidence, ports.proofs, now),
      );
    },
  };
}

interface Endpoint {
  readonly rules: IntrospectionRules;
  readonly version: string;
}

/** The first endpoint that calls the token active decides; one that is away leaves it open. */
async function askAll(
  endpoints: readonly Endpoint[],
  token: string,
  digest: string,
  ports: IntrospectionPorts,
  now: number,
): Promise<VerifiedToken | Refusal> {
  let away: Refusal | undefined;
  for (const { rules, version } of endpoints) {
    const answer: IntrospectionAnswer = await ports.introspection.ask(rules, token);
    if ('unavailable' in answer) away ??= identityUnavailable(answer.retryAfter);
    else if (answer.active) {
      const judged = judge(answer.claims, rules, now);
      if (typeof judged === 'string') return invalidCredential(judged);
      if (rules.cacheMs > 0) ports.tokens.keep(version + digest, judged);
      return judged;
    }
  }
  return away ?? invalidCredential('inactive');
}

function judge(
  claims: Readonly<Record<string, unknown>>,
  rules: IntrospectionRules,
  now: number,
): VerifiedToken | CredentialFault {
  const issuer = memberIn(claims, 'iss');
  if (rules.issuer !== undefined && issuer !== undefined && issuer !== rules.issuer) return 'wrong_issuer';
  const audience = rules.audiences.length > 0 ? judgeAudience(claims, rules.audiences) : undefined;
  if (audience !== undefined) return audience;
  const times = judgeTimes(claims, { now, toleranceMs: rules.toleranceMs });
  if (typeof times === 'string') return times;
  const binding = bindingIn(claims);
  if (typeof binding === 'string') return binding;
  if (binding === undefined && rules.binding === 'required') return 'binding_missing';
  const principal: Principal | CredentialFault = principalOf(claims, rules, 'introspection');
  if (typeof principal === 'string') return principal;
  const expires = Math.min(times.expires ?? Number.POSITIVE_INFINITY, now + rules.cacheMs);
  return { principal, ...(binding && { binding }), expires };
}
