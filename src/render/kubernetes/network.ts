/** Parts of network policies. */
import type { Tree } from '../yaml.ts';

export function namespaceNamed(name: string): Tree {
  return { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } } };
}

export function tcp(port: number): Tree {
  return { protocol: 'TCP', port };
}
