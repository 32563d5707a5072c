/** The policy's files as a ConfigMap. Secrets are never in them: a policy only names where they are. */
import type { RenderedFile } from '../proxy.ts';
import type { Tree } from '../yaml.ts';
import { labels, NAMESPACE, POLICY_CONFIG } from './names.ts';

export function policyConfig(files: readonly RenderedFile[]): Tree {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: POLICY_CONFIG, namespace: NAMESPACE, labels: labels('sallyport') },
    data: Object.fromEntries(files.map(({ name, text }) => [name, text])),
  };
}
