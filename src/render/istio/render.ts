/** All that a mesh needs for a policy: the service, the doors in the ingress gateway, the routes to the backends. */
import { policyConfig } from '../kubernetes/policy-config.ts';
import {
  type BodyProfile,
  isMistakes,
  type Mistakes,
  type ProxyInput,
  type RenderedFile,
  readUpstreams,
} from '../proxy.ts';
import { type Tree, toYaml } from '../yaml.ts';
import { externalHosts, gateway, routes } from './backends.ts';
import { askFirstDoor, secondDoorFilter } from './doors.ts';
import { meshValues } from './mesh.ts';
import {
  onlyTheGateway,
  service,
  serviceAccount,
  serviceBalancing,
  serviceBudget,
  serviceDeployment,
  serviceNamespace,
  serviceNetworkPolicy,
} from './service.ts';

export interface IstioInput extends ProxyInput {
  /** Files of the policy, as they are. */
  readonly policy: readonly RenderedFile[];
  /** The service's image. */
  readonly image: string;
  readonly bodies: BodyProfile;
}

/** The one file that is no Kubernetes resource: values for the mesh's own installation. */
export const MESH_VALUES_FILE = 'mesh-values.yaml';

export function renderIstio(input: IstioInput): readonly RenderedFile[] | Mistakes {
  const upstreams = readUpstreams(input.backends);
  if (isMistakes(upstreams)) return upstreams;
  return [
    file(MESH_VALUES_FILE, [meshValues()], MESH_HEAD),
    file(
      'service.yaml',
      [
        serviceNamespace(),
        serviceAccount(),
        policyConfig(input.policy),
        serviceDeployment(input.image),
        service(),
        serviceBudget(),
        serviceBalancing(),
        ...onlyTheGateway(),
        serviceNetworkPolicy(),
      ],
      SERVICE_HEAD,
    ),
    file('doors.yaml', [askFirstDoor(), secondDoorFilter(input.bodies, input.bodyBytes)], DOORS_HEAD),
    file('routes.yaml', [gateway(), routes(upstreams), ...externalHosts(upstreams)], ROUTES_HEAD),
  ];
}

const MESH_HEAD = `For the mesh itself: values of the istiod chart, or "spec" of an IstioOperator.
Apply it first: a CUSTOM policy whose provider is unknown refuses everything.`;

const SERVICE_HEAD = `Sallyport. It needs a Secret in its namespace, sallyport-secrets, with
SALLYPORT_VOUCHER_SECRET  at least 32 random bytes, so that a pod believes what another pod's first door found
and the variables that the policy takes credentials from, such as OPENAI_API_KEY.`;

const DOORS_HEAD = 'Both doors, in the ingress gateway. Try them with "sallyport canary" before clients do.';

const ROUTES_HEAD = `The gateway and its backends. It needs a Secret in the gateway's namespace:
sallyport-gateway-tls  tls.crt and tls.key, which clients see`;

function file(name: string, documents: readonly Tree[], head: string): RenderedFile {
  return { name, text: toYaml(documents, head) };
}
