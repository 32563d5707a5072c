/** A Deployment around a pod that serves: the same for the pod of the gateway and for that of the mesh. */
import { explain, type Tree } from '../yaml.ts';
import { labels, NAMESPACE } from './names.ts';

/** Name, namespace and labels of a resource. @param app of the label, by which selectors find it */
export function metadataOf(name: string, app: string): Tree {
  return { name, namespace: NAMESPACE, labels: labels(app) };
}

/** @param template of the pod: its metadata and spec */
export function deploymentOf(app: string, template: Tree): Tree {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadataOf(app, app),
    spec: explain(
      {
        replicas: 1,
        selector: { matchLabels: labels(app) },
        strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
        template,
      },
      { replicas: 'each pod counts limits for itself: with two, a client gets twice the limit' },
    ),
  };
}
