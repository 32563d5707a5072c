/**
 * identify: who is asking?
 * - one credential at most, where the policy takes it from; more than one is refused, whatever they say
 * - an unreadable, unknown, expired or revoked credential all get the same answer
 * - the connection itself may prove a workload; the policy says what must be proved for which operation and host
 */
import type { Identified, Matched } from '../core/exchange.ts';
import type { Ports } from '../core/ports.ts';
import type { Principal } from '../core/principal.ts';
import { isRefusal, type Refusal } from '../core/refusal.ts';
import { after, type Soon } from '../core/soon.ts';
import { withResource } from '../identity/challenge.ts';
import { type Credential, findCredential } from '../identity/credentials.ts';
import { identify as judge } from '../identity/identify.ts';
import type { Evidence } from '../identity/method.ts';
import { methodsOf } from '../identity/methods.ts';
import type { IdentityRules } from '../policy/identity-rules.ts';
import type { Snapshot } from '../policy/snapshot.ts';

export function identify(x: Matched, policy: Snapshot, ports: Ports): Soon<Identified | Refusal> {
  const rules = policy.identity;
  if (x.operation.name === 'oauth.metadata') return { ...x, principal: NOBODY, ...carriersOf(undefined) };
  const credential = findCredential(x.headers, queryOf(x.path), acceptedBy(rules));
  if (isRefusal(credential)) return discoverable(credential, rules);
  const required = rules.requires(x.operation.name, x.authority);
  const known = judge(evidenceOf(x, credential), methodsOf(rules, ports), required, ports.clock.now());
  return after(known, (principal) => {
    if (isRefusal(principal)) return discoverable(principal, rules);
    return { ...x, principal, ...carriersOf(credential) };
  });
}

const NOBODY: Principal = { methods: ['anonymous'], id: 'anonymous', groups: [] };

function evidenceOf(x: Matched, credential: Credential | undefined): Evidence {
  return {
    credential,
    headers: x.headers,
    method: x.method,
    route: x.route,
    authority: x.authority,
    peerAddress: x.sourceAddress,
    peer: x.peer,
    clientAddress: x.clientAddress,
  };
}

/** What carried the credential, and a proof that is of use to nobody else. */
function carriersOf(
  credential: Credential | undefined,
): Pick<Identified, 'credentialHeaders' | 'credentialParameters'> {
  return {
    credentialHeaders: credential?.header === undefined ? [] : [credential.header, 'dpop'],
    credentialParameters: credential?.parameter === undefined ? [] : [credential.parameter],
  };
}

function acceptedBy({ apiKeys, issuers, introspection }: IdentityRules) {
  const tokens = issuers.size > 0 || introspection.length > 0;
  const headers = new Set([...(apiKeys?.headers ?? []), ...(tokens ? ['authorization'] : [])]);
  return { headers: [...headers], parameters: apiKeys?.query === true ? ['key'] : [] };
}

function discoverable(refusal: Refusal, { resource }: IdentityRules): Refusal {
  return resource === undefined ? refusal : withResource(refusal, resource.metadataUrl);
}

function queryOf(path: string): string {
  const cut = path.indexOf('?');
  return cut < 0 ? '' : path.slice(cut + 1);
}
