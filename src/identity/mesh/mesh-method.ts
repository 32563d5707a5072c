/**
 * Identity as a service mesh states it.
 * - Istio: the sidecar or gateway is Envoy itself, and `source.principal` its own word on the peer's certificate
 * - Linkerd: its proxy sets a header for the application behind it; it counts from that proxy alone
 */
import type { MeshRules } from '../../policy/identity-rules.ts';
import { named } from '../certificate/mtls-method.ts';
import { readSpiffeId } from '../certificate/spiffe.ts';
import { invalidCredential } from '../challenge.ts';
import type { IdentityMethod } from '../method.ts';

/** `service-account.namespace.serviceaccount.identity.linkerd.cluster.local`. */
const LINKERD_NAME = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;

export function meshMethod(rules: MeshRules): IdentityMethod {
  return {
    name: 'mesh',
    judges: 'connection',
    verify({ headers, peer, peerAddress }) {
      const { linkerd } = rules;
      const said = linkerd?.networks.contains(peerAddress) ? headers.get(linkerd.header) : undefined;
      if (said !== undefined) {
        const [name = '', second] = said;
        if (second !== undefined || !LINKERD_NAME.test(name))
          return invalidCredential('certificate_unreadable');
        return named(rules.nameOf(name), 'mesh');
      }
      const principal = rules.istio ? peer?.principal : undefined;
      if (principal === undefined || readSpiffeId(principal) === undefined) return undefined;
      return named(rules.nameOf(principal), 'mesh');
    },
  };
}
