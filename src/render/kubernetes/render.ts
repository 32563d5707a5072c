/** All resources of a gateway for a policy, as files for `kubectl apply -f`. */
import { envoyBootstrap, SYSTEM_CA_FILE } from '../envoy/bootstrap.ts';
import {
  type BodyProfile,
  isMistakes,
  type Mistakes,
  type ProxyInput,
  type RenderedFile,
  readUpstreams,
} from '../proxy.ts';
import { type Tree, toYaml } from '../yaml.ts';
import { TLS_FOLDER } from './containers.ts';
import {
  envoyConfig,
  type Gateway,
  gatewayAccount,
  gatewayBudget,
  gatewayDeployment,
  gatewayNetworkPolicy,
  gatewayService,
  SOCKET,
} from './gateway.ts';
import { NAMESPACE, PORTS } from './names.ts';
import { policyConfig } from './policy-config.ts';

export interface KubernetesInput extends ProxyInput {
  /** Files of the policy, as they are. */
  readonly policy: readonly RenderedFile[];
  /** The service's image. */
  readonly image: string;
  readonly bodies: BodyProfile;
}

export function renderKubernetes(input: KubernetesInput): readonly RenderedFile[] | Mistakes {
  const upstreams = readUpstreams(input.backends);
  if (isMistakes(upstreams)) return upstreams;
  const envoy = envoyBootstrap({
    ...input,
    service: [{ unix: SOCKET }],
    listen: { host: '0.0.0.0', port: PORTS.clients },
    adminPort: PORTS.envoyAdmin,
    tls: { certificate: `${TLS_FOLDER}/tls.crt`, key: `${TLS_FOLDER}/tls.key` },
    caFile: SYSTEM_CA_FILE,
  });
  if (isMistakes(envoy)) return envoy;
  const gateway: Gateway = {
    image: input.image,
    envoy: toYaml([envoy], 'Envoy of the gateway.'),
    backendPorts: upstreams.map((upstream) => upstream.port),
  };
  return [
    file('namespace.yaml', [namespace()], 'Pods here may do nothing but run.'),
    file('policy.yaml', [policyConfig(input.policy)], 'The policy. A change is picked up without a restart.'),
    file('envoy.yaml', [envoyConfig(gateway)], 'The proxy: rendered from the policy.'),
    file(
      'gateway.yaml',
      [gatewayAccount(), gatewayDeployment(gateway), gatewayService(), gatewayBudget()],
      SECRETS_NEEDED,
    ),
    file(
      'network.yaml',
      [gatewayNetworkPolicy(gateway)],
      'Who may reach the gateway, and whom it may reach.',
    ),
  ];
}

const SECRETS_NEEDED = `The gateway. It needs two Secrets in its namespace:
sallyport-secrets      the variables that the policy takes credentials from, such as OPENAI_API_KEY
sallyport-gateway-tls  tls.crt and tls.key, which clients see`;

export function namespace(): Tree {
  const level = 'restricted';
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: NAMESPACE, labels: { 'pod-security.kubernetes.io/enforce': level } },
  };
}

function file(name: string, documents: readonly Tree[], head: string): RenderedFile {
  return { name, text: toYaml(documents, head) };
}
