/** Network policies, and parts of them. */
import type { Tree } from '../yaml.ts';
import { labels } from './names.ts';

/** What may reach the pods of an app, and where they may go: anywhere, where nothing is said of it. */
export function networkPolicy(
  metadata: Tree,
  app: string,
  ways: { readonly ingress: readonly Tree[]; readonly egress?: readonly Tree[] },
): Tree {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata,
    spec: {
      podSelector: { matchLabels: labels(app) },
      policyTypes: ['Ingress', ...(ways.egress === undefined ? [] : ['Egress'])],
      ...ways,
    },
  };
}

export function namespaceNamed(name: string): Tree {
  return { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } } };
}

export function tcp(port: number): Tree {
  return { protocol: 'TCP', port };
}
