/** Sallyport as a service of the mesh: its pods, and the rule that only the gateway may ask it. */
import { serviceContainer } from '../kubernetes/containers.ts';
import { deploymentOf, metadataOf } from '../kubernetes/deployment.ts';
import { dataVolume, podSecurity } from '../kubernetes/gateway.ts';
import { labels, NAMESPACE, POLICY_CONFIG, PORTS } from '../kubernetes/names.ts';
import { namespaceNamed, networkPolicy, tcp } from '../kubernetes/network.ts';
import { explain, type Tree } from '../yaml.ts';
import { GATEWAY_NAMESPACE, SERVICE_HOST } from './names.ts';

const APP = 'sallyport';
/** Seconds. Health says no, Envoys look elsewhere within the first; then running streams get the second. */
const DRAIN = { wait: 5, grace: 300 };

const metadata = (name: string): Tree => metadataOf(name, APP);

export function serviceNamespace(): Tree {
  return explain(
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: NAMESPACE, labels: { 'istio-injection': 'enabled' } },
    },
    {
      metadata:
        "Istio's own init container needs more than the restricted pod security level, unless istio-cni is used",
    },
  );
}

export function serviceAccount(): Tree {
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: metadata(APP),
    automountServiceAccountToken: false,
  };
}

export function serviceDeployment(image: string): Tree {
  return deploymentOf(APP, { metadata: podMetadata(), spec: podSpec(image) });
}

function podMetadata(): Tree {
  return {
    labels: labels(APP),
    annotations: {
      'prometheus.io/scrape': 'true',
      'prometheus.io/port': String(PORTS.health),
      'prometheus.io/path': '/metrics',
      'proxy.istio.io/config': `{"terminationDrainDuration": "${DRAIN.wait + DRAIN.grace}s"}`,
    },
  };
}

function podSpec(image: string): Tree {
  const container = serviceContainer({ image, listen: `0.0.0.0:${PORTS.doors}`, drain: DRAIN });
  return {
    serviceAccountName: APP,
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: DRAIN.wait + DRAIN.grace + 15,
    securityContext: podSecurity(),
    containers: [
      {
        ...container,
        ports: [...(container.ports as Tree[]), { name: 'grpc-doors', containerPort: PORTS.doors }],
      },
    ],
    volumes: [{ name: 'policy', configMap: { name: POLICY_CONFIG } }, dataVolume()],
  };
}

export function service(): Tree {
  const port = { name: 'grpc-doors', port: PORTS.doors, targetPort: 'grpc-doors', appProtocol: 'grpc' };
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadata(APP),
    spec: { selector: labels(APP), ports: [port] },
  };
}

export function serviceBudget(): Tree {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: metadata(APP),
    spec: { maxUnavailable: 1, selector: { matchLabels: labels(APP) } },
  };
}

/** Calls alternate between replicas: by least requests, one that fails at once would get them all. */
export function serviceBalancing(): Tree {
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'DestinationRule',
    metadata: metadata(APP),
    spec: {
      host: SERVICE_HOST,
      trafficPolicy: {
        loadBalancer: { simple: 'ROUND_ROBIN' },
        connectionPool: { tcp: { connectTimeout: '0.25s' } },
      },
    },
  };
}

/** Where Istio's agent shows the metrics of a pod together with its own. */
const MERGED_METRICS = 15_020;

/** What passes the sidecar by (ports that are taken out of it, UDP, the time before it runs) the network refuses. */
export function serviceNetworkPolicy(): Tree {
  return networkPolicy(metadata(APP), APP, {
    ingress: [
      { from: [namespaceNamed(GATEWAY_NAMESPACE)], ports: [tcp(PORTS.doors)] },
      { from: [namespaceNamed('monitoring')], ports: [tcp(MERGED_METRICS)] },
    ],
  });
}

/** Nobody speaks to the doors in the clear, and nobody but the gateway at all: whoever can ask them can try keys. */
export function onlyTheGateway(): readonly Tree[] {
  return [
    {
      apiVersion: 'security.istio.io/v1',
      kind: 'PeerAuthentication',
      metadata: metadata(APP),
      spec: { mtls: { mode: 'STRICT' } },
    },
    {
      apiVersion: 'security.istio.io/v1',
      kind: 'AuthorizationPolicy',
      metadata: metadata('sallyport-callers'),
      spec: {
        selector: { matchLabels: labels(APP) },
        action: 'ALLOW',
        rules: [
          {
            from: [{ source: { namespaces: [GATEWAY_NAMESPACE] } }],
            to: [{ operation: { ports: [String(PORTS.doors)] } }],
          },
        ],
      },
    },
  ];
}
