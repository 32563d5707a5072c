/** The ways to prove who is asking that a policy sets up, in the order in which they are asked. */
import type { Ports } from '../core/ports.ts';
import type { IdentityRules } from '../policy/identity-rules.ts';
import { apiKeyMethod } from './api-key-method.ts';
import { mtlsMethod } from './certificate/mtls-method.ts';
import { meshMethod } from './mesh/mesh-method.ts';
import type { IdentityMethod } from './method.ts';
import { introspectionMethod } from './token/introspection-method.ts';
import { oidcMethod } from './token/oidc-method.ts';

/** Of the ports, what methods need. */
export type IdentityPorts = Pick<
  Ports,
  'keys' | 'pepper' | 'issuerKeys' | 'introspection' | 'tokens' | 'proofs'
>;

const MADE = new WeakMap<
  IdentityRules,
  { readonly ports: IdentityPorts; readonly methods: readonly IdentityMethod[] }
>();

/** Made once for a policy. */
export function methodsOf(rules: IdentityRules, ports: IdentityPorts): readonly IdentityMethod[] {
  const made = MADE.get(rules);
  if (made?.ports === ports) return made.methods;
  const methods = make(rules, ports);
  MADE.set(rules, { ports, methods });
  return methods;
}

function make(rules: IdentityRules, ports: IdentityPorts): readonly IdentityMethod[] {
  const methods: IdentityMethod[] = [];
  if (rules.apiKeys !== undefined) methods.push(apiKeyMethod(rules.apiKeys, ports.keys, ports.pepper));
  if (rules.issuers.size > 0) methods.push(oidcMethod(rules, ports));
  if (rules.introspection.length > 0) methods.push(introspectionMethod(rules, ports));
  if (rules.mtls !== undefined) methods.push(mtlsMethod(rules.mtls));
  if (rules.mesh !== undefined) methods.push(meshMethod(rules.mesh));
  return methods;
}
