/** A gateway: pods of one Envoy and one Sallyport, which talk over a socket that nobody else can reach. */
import { createHash } from 'node:crypto';
import { explain, type Tree } from '../yaml.ts';
import { envoyContainer, serviceContainer } from './containers.ts';
import { deploymentOf, metadataOf } from './deployment.ts';
import { drainScript } from './drain.ts';
import { labels, POLICY_CONFIG, PORTS, SOCKET_FOLDER, USER_ID } from './names.ts';
import { namespaceNamed, networkPolicy, tcp } from './network.ts';

const APP = 'sallyport-gateway';
const ENVOY_CONFIG = 'sallyport-envoy';
const TLS_SECRET = 'sallyport-gateway-tls';
/** After Envoy has gone, the service has nothing left to serve. */
const SERVICE_DRAIN = { wait: 0, grace: 5 };
const LONGEST_DRAIN = 300;
const ENVOY_DRAIN = drainScript({ adminPort: PORTS.envoyAdmin, least: 10, longest: LONGEST_DRAIN });
const TERMINATION_SECONDS = LONGEST_DRAIN + SERVICE_DRAIN.grace + 15;

export const SOCKET = `${SOCKET_FOLDER}/doors.sock`;

export interface Gateway {
  readonly image: string;
  /** Envoy's bootstrap, as YAML. */
  readonly envoy: string;
  /** Ports that the backends listen on. */
  readonly backendPorts: readonly number[];
}

const metadata = (name: string): Tree => metadataOf(name, APP);

export function envoyConfig({ envoy }: Gateway): Tree {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: metadata(ENVOY_CONFIG),
    data: { 'envoy.yaml': envoy, 'drain.sh': ENVOY_DRAIN },
  };
}

export function gatewayDeployment(gateway: Gateway): Tree {
  const digest = createHash('sha256').update(gateway.envoy).digest('hex').slice(0, 16);
  const annotations = explain(
    { 'sallyport/envoy-config': digest },
    { 'sallyport/envoy-config': 'Envoy reads its configuration once: a new one starts new pods' },
  );
  return deploymentOf(APP, { metadata: { labels: labels(APP), annotations }, spec: podSpec(gateway) });
}

function podSpec({ image }: Gateway): Tree {
  const service = serviceContainer({ image, listen: `unix:${SOCKET}`, drain: SERVICE_DRAIN });
  const mounts = service.volumeMounts as readonly Tree[];
  return explain(
    {
      serviceAccountName: APP,
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: TERMINATION_SECONDS,
      securityContext: podSecurity(),
      initContainers: [
        {
          ...service,
          restartPolicy: 'Always',
          volumeMounts: [...mounts, { name: 'socket', mountPath: SOCKET_FOLDER }],
        },
      ],
      containers: [envoyContainer()],
      volumes: [
        { name: 'policy', configMap: { name: POLICY_CONFIG } },
        { name: 'envoy', configMap: { name: ENVOY_CONFIG } },
        { name: 'tls', secret: { secretName: TLS_SECRET } },
        { name: 'socket', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } },
        dataVolume(),
      ],
    },
    {
      terminationGracePeriodSeconds: 'the longest that a stream is waited for when its pod goes',
      initContainers: 'a native sidecar (Kubernetes 1.29): up before Envoy, and down after it',
    },
  );
}

/** The audit trail, if the policy writes one. */
export function dataVolume(): Tree {
  return explain(
    { name: 'data', emptyDir: { sizeLimit: '2Gi' } },
    { emptyDir: 'gone with the pod: put a claim here, or collect the audit files while it runs' },
  );
}

export function podSecurity(): Tree {
  return {
    runAsNonRoot: true,
    runAsUser: USER_ID,
    runAsGroup: USER_ID,
    fsGroup: USER_ID,
    seccompProfile: { type: 'RuntimeDefault' },
  };
}

export function gatewayService(): Tree {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadata(APP),
    spec: { selector: labels(APP), ports: [{ name: 'https', port: 443, targetPort: 'clients' }] },
  };
}

export function gatewayAccount(): Tree {
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: metadata(APP),
    automountServiceAccountToken: false,
  };
}

export function gatewayBudget(): Tree {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: metadata(APP),
    spec: { maxUnavailable: 1, selector: { matchLabels: labels(APP) } },
  };
}

/** In: clients, and metrics from the namespace `monitoring`. Out: names and backends, nothing else. */
export function gatewayNetworkPolicy({ backendPorts }: Gateway): Tree {
  return networkPolicy(metadata(APP), APP, {
    ingress: [
      { ports: [tcp(PORTS.clients)] },
      { from: [namespaceNamed('monitoring')], ports: [tcp(PORTS.health)] },
    ],
    egress: [
      { to: [namespaceNamed('kube-system')], ports: [tcp(53), { protocol: 'UDP', port: 53 }] },
      { ports: [...new Set(backendPorts)].sort((a, b) => a - b).map(tcp) },
    ],
  });
}
