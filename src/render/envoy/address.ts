/** Envoy's `config.core.v3.Address`, `config.endpoint.v3` and how a cluster finds its hosts. */
import { isIP } from 'node:net';
import type { Address } from '../proxy.ts';
import type { Tree } from '../yaml.ts';

export function envoyAddress(address: Address): Tree {
  return 'unix' in address
    ? { pipe: { path: address.unix } }
    : { socket_address: { address: address.host, port_value: address.port } };
}

export function loadAssignment(cluster: string, addresses: readonly Address[]): Tree {
  const endpoints = addresses.map((address) => ({ endpoint: { address: envoyAddress(address) } }));
  return { cluster_name: cluster, endpoints: [{ lb_endpoints: endpoints }] };
}

/** Addresses are taken as they are; names are looked up and followed when they change. */
export function discoveryType(addresses: readonly Address[]): 'STATIC' | 'STRICT_DNS' {
  const literal = addresses.every((address) => 'unix' in address || isIP(address.host) !== 0);
  return literal ? 'STATIC' : 'STRICT_DNS';
}
