/**
 * A whole Envoy for a policy: one listener, both doors, a route and a cluster a backend. For Envoy 1.36 to 1.40.
 */
import { type Address, type BodyProfile, type Mistakes, type ProxyInput, readUpstreams } from '../proxy.ts';
import type { Tree } from '../yaml.ts';
import { envoyAddress } from './address.ts';
import { backendCluster, groupCluster, serviceCluster } from './clusters.ts';
import { type ListenerTls, listener } from './listener.ts';
import { overloadManager } from './overload.ts';

export interface BootstrapInput extends ProxyInput {
  /** Replicas of the service, at least one. */
  readonly service: readonly Address[];
  /** Where clients reach the proxy. */
  readonly listen: Address;
  /** Envoy's own admin interface. It can stop Envoy and shows everything: on loopback only. */
  readonly adminPort: number;
  readonly bodies: BodyProfile;
  /** Certificate that clients see; plain HTTP without it. */
  readonly tls?: ListenerTls;
  /** Certificates of the authorities that backends are verified by. */
  readonly caFile: string;
}

/** Where Debian, Ubuntu, Alpine and Envoy's own images keep the system's certificate authorities. */
export const SYSTEM_CA_FILE = '/etc/ssl/certs/ca-certificates.crt';

/**
 * The bootstrap as data, or what is wrong with the backends' addresses.
 *
 * No runtime flag is set. `envoy.reloadable_features.ext_proc_graceful_grpc_close` would spare the service a reset for
 * each stream, but with it Envoy (1.36.4, 1.38.3, 1.39.3 and 1.40.0) dies of a segmentation fault at the end of every
 * exchange that lasted 50 seconds: any client with a slow body could stop it. The service takes the resets instead.
 */
export function envoyBootstrap(input: BootstrapInput): Tree | Mistakes {
  const upstreams = readUpstreams(input.backends);
  if ('mistakes' in upstreams) return upstreams;
  const grouped = new Set(input.groups.flatMap(({ clusters }) => clusters));
  return {
    node: { id: 'sallyport-proxy', cluster: 'sallyport-proxy' },
    admin: { address: envoyAddress({ host: '127.0.0.1', port: input.adminPort }) },
    overload_manager: overloadManager(),
    static_resources: {
      listeners: [listener({ ...input, upstreams })],
      clusters: [
        serviceCluster(input.service),
        ...upstreams.map((x) => backendCluster(x, input.caFile, grouped.has(x.cluster))),
        ...input.groups.map(groupCluster),
      ],
    },
  };
}
