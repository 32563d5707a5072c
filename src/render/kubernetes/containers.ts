/** The two containers: the service, and the Envoy that asks it. */
import { MAX_HEAP_BYTES } from '../envoy/overload.ts';
import { explain, type Tree } from '../yaml.ts';
import { DATA_FOLDER, POLICY_FOLDER, PORTS, SECRET_NAME, SOCKET_FOLDER } from './names.ts';

const MEBIBYTE = 1024 * 1024;

/** What any container here may do: nothing but run. Pod security standard `restricted`. */
export const CONTAINER_SECURITY: Tree = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
};

export interface ServiceContainer {
  readonly image: string;
  /** Where both doors listen: `host:port` or `unix:/path`. */
  readonly listen: string;
  /** Seconds for which the service goes on after health said no, and then lets requests finish. */
  readonly drain: { readonly wait: number; readonly grace: number };
}

/** What the encoder takes outside of the heap, where a policy looks for attacks: its weights, and room to work in. */
const ENCODER_MIB = 256;
const SERVICE_MEMORY_MIB = 512 + ENCODER_MIB;

export function serviceContainer({ image, listen, drain }: ServiceContainer): Tree {
  const http = (path: string) => ({ path, port: 'health' });
  return {
    name: 'sallyport',
    image,
    args: [
      'serve',
      `--config=${POLICY_FOLDER}`,
      `--listen=${listen}`,
      `--admin=0.0.0.0:${PORTS.health}`,
      `--drain-wait=${drain.wait}`,
      `--drain-grace=${drain.grace}`,
    ],
    workingDir: DATA_FOLDER,
    env: [
      explain({ name: 'NODE_OPTIONS', value: `--max-old-space-size=${heapMib()}` }, { value: HEAP_REASON }),
    ],
    envFrom: [{ secretRef: { name: SECRET_NAME } }],
    ports: [{ name: 'health', containerPort: PORTS.health }],
    startupProbe: { httpGet: http('/readyz'), periodSeconds: 1, failureThreshold: 60 },
    readinessProbe: { httpGet: http('/readyz'), periodSeconds: 2, failureThreshold: 1 },
    livenessProbe: { httpGet: http('/livez'), periodSeconds: 10, failureThreshold: 3, timeoutSeconds: 5 },
    resources: {
      requests: { cpu: '250m', memory: '512Mi' },
      limits: { memory: `${SERVICE_MEMORY_MIB}Mi` },
    },
    securityContext: CONTAINER_SECURITY,
    volumeMounts: [
      { name: 'policy', mountPath: POLICY_FOLDER, readOnly: true },
      { name: 'data', mountPath: DATA_FOLDER },
    ],
  };
}

const HEAP_REASON =
  'seven tenths of what the encoder leaves of the memory limit; bodies are held outside of it';

function heapMib(): number {
  return Math.floor((SERVICE_MEMORY_MIB - ENCODER_MIB) * 0.7);
}

/** Above what Envoy holds itself to. */
const ENVOY_MEMORY_MIB = MAX_HEAP_BYTES / MEBIBYTE + 256;
const ENVOY_IMAGE = 'envoyproxy/envoy:v1.40.0';
/** Connections are asked to close from the first second on, and no new ones are taken after the last. */
const DRAIN_SECONDS = 30;
const ENVOY_FOLDER = '/etc/envoy';
export const TLS_FOLDER = '/etc/envoy-tls';

export function envoyContainer(): Tree {
  const reachable = { tcpSocket: { port: 'clients' } };
  return {
    name: 'envoy',
    image: ENVOY_IMAGE,
    command: ['envoy'],
    args: [
      ...['--config-path', `${ENVOY_FOLDER}/envoy.yaml`, '--disable-hot-restart', '--log-level', 'warning'],
      ...['--drain-strategy', 'immediate', '--drain-time-s', String(DRAIN_SECONDS)],
    ],
    ports: [{ name: 'clients', containerPort: PORTS.clients }],
    startupProbe: { ...reachable, periodSeconds: 1, failureThreshold: 60 },
    readinessProbe: { ...reachable, periodSeconds: 5 },
    livenessProbe: { ...reachable, periodSeconds: 10, failureThreshold: 6 },
    lifecycle: { preStop: { exec: { command: ['bash', `${ENVOY_FOLDER}/drain.sh`] } } },
    resources: {
      requests: { cpu: '250m', memory: '256Mi' },
      limits: { memory: `${ENVOY_MEMORY_MIB}Mi` },
    },
    securityContext: CONTAINER_SECURITY,
    volumeMounts: [
      { name: 'envoy', mountPath: ENVOY_FOLDER, readOnly: true },
      { name: 'tls', mountPath: TLS_FOLDER, readOnly: true },
      { name: 'socket', mountPath: SOCKET_FOLDER },
    ],
  };
}
