/** Inputs for the tests of rendering. */
import { type BootstrapInput, envoyBootstrap, SYSTEM_CA_FILE } from '../../src/render/envoy/bootstrap.ts';
import type { BackendAddress } from '../../src/render/proxy.ts';

/** One backend of each kind: by name and by address, with TLS and without, with a path. */
export const BACKENDS: readonly BackendAddress[] = [
  { name: 'openai', cluster: 'openai', url: 'https://api.openai.com/v1' },
  { name: 'vllm', cluster: 'vllm', url: 'http://vllm.models.svc.cluster.local:8000' },
  { name: 'shared', cluster: 'gateway', url: 'https://[2001:db8::7]:8443/team/v1' },
  { name: 'near', cluster: 'near', url: 'http://192.0.2.7:11434' },
];

export const INPUT: BootstrapInput = {
  backends: BACKENDS,
  groups: [],
  realtime: false,
  bodyBytes: 10 * 1024 * 1024,
  service: [{ host: '127.0.0.1', port: 9000 }],
  listen: { host: '127.0.0.1', port: 8080 },
  adminPort: 9901,
  bodies: 'buffered',
  caFile: SYSTEM_CA_FILE,
};

// biome-ignore lint/suspicious/noExplicitAny: configuration is a tree that Envoy checks; tests walk into it.
export type Any = any;

/** @throws if the input has mistakes */
export function bootstrapOf(change: Partial<BootstrapInput> = {}): Any {
  const bootstrap = envoyBootstrap({ ...INPUT, ...change });
  if ('mistakes' in bootstrap) throw new Error(String(bootstrap.mistakes));
  return bootstrap;
}

/** The HTTP connection manager of a bootstrap. */
export function managerOf(bootstrap: Any): Any {
  return bootstrap.static_resources.listeners[0].filter_chains[0].filters[0].typed_config;
}
