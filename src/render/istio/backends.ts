/** How the gateway reaches the backends: a route for each, chosen by the second door, and the hosts behind them. */
import { isIP } from 'node:net';
import { ANSWERED_HEADER, ATTEMPTS_HEADER, BACKEND_HEADER, FALLBACK_HEADER } from '../../core/headers.ts';
import { SYSTEM_CA_FILE } from '../envoy/bootstrap.ts';
import { authorityOf, type Upstream } from '../proxy.ts';
import { explain, type Tree } from '../yaml.ts';
import { GATEWAY_NAME, GATEWAY_NAMESPACE, GATEWAY_SELECTOR } from './names.ts';

/** What only the gateway is to know of: a host that the whole mesh knew would be open to every pod of it. */
const HERE_ONLY = ['.'];

/** The Secret of the gateway's certificate, in the gateway's own namespace. */
const TLS_SECRET = 'sallyport-gateway-tls';

export function gateway(): Tree {
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'Gateway',
    metadata: { name: GATEWAY_NAME, namespace: GATEWAY_NAMESPACE },
    spec: {
      selector: GATEWAY_SELECTOR,
      servers: [
        {
          port: { number: 443, name: 'https', protocol: 'HTTPS' },
          hosts: ['*'],
          tls: { mode: 'SIMPLE', credentialName: TLS_SECRET },
        },
      ],
    },
  };
}

export function routes(upstreams: readonly Upstream[]): Tree {
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name: 'sallyport-backends', namespace: GATEWAY_NAMESPACE },
    spec: {
      hosts: ['*'],
      exportTo: HERE_ONLY,
      gateways: [GATEWAY_NAME],
      http: [
        ...upstreams.map(route),
        explain(
          { name: 'nowhere', directResponse: { status: 503 } },
          { name: 'Every request starts here; what no door moved to a backend reaches nothing.' },
        ),
      ],
    },
  };
}

function route(upstream: Upstream): Tree {
  const prefix = upstream.path === '' ? '/' : '/v1/';
  return {
    name: `backend-${upstream.cluster}`,
    match: [{ uri: { prefix }, headers: { [BACKEND_HEADER]: { exact: upstream.cluster } } }],
    rewrite: {
      authority: authorityOf(upstream),
      ...(upstream.path !== '' && { uri: `${upstream.path}/` }),
    },
    route: [
      {
        destination: { host: meshHost(upstream), port: { number: upstream.port } },
        headers: {
          request: { remove: [BACKEND_HEADER, FALLBACK_HEADER] },
          response: { remove: [ANSWERED_HEADER, ATTEMPTS_HEADER] },
        },
      },
    ],
    retries: explain({ attempts: 0 }, { attempts: 'a request that a model has begun is paid for' }),
  };
}

/** Hosts outside of the cluster, made known to the mesh; what has a Service is known already. */
export function externalHosts(upstreams: readonly Upstream[]): readonly Tree[] {
  const external = new Map(upstreams.filter(isExternal).map((x) => [`${x.host}:${x.port}`, x]));
  return [...external.values()].flatMap((x) =>
    x.tls ? [serviceEntry(x), originateTls(x)] : [serviceEntry(x)],
  );
}

function isExternal({ host }: Upstream): boolean {
  return isIP(host) !== 0 || (host.includes('.') && !/\.svc(\.|$)/.test(host));
}

/** An address has no name of its own in the mesh. */
function meshHost(upstream: Upstream): string {
  return isIP(upstream.host) === 0
    ? upstream.host
    : `${upstream.host.replaceAll(/[.:]+/g, '-')}.address.internal`;
}

function resourceName(upstream: Upstream): string {
  return `${meshHost(upstream)}-${upstream.port}`;
}

function serviceEntry(upstream: Upstream): Tree {
  const { host, port, tls } = upstream;
  const literal = isIP(host) !== 0;
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'ServiceEntry',
    metadata: { name: resourceName(upstream), namespace: GATEWAY_NAMESPACE },
    spec: {
      hosts: [meshHost(upstream)],
      exportTo: HERE_ONLY,
      location: 'MESH_EXTERNAL',
      resolution: literal ? 'STATIC' : 'DNS',
      ports: [
        tls
          ? { number: port, name: 'https', protocol: 'HTTPS' }
          : { number: port, name: 'http', protocol: 'HTTP' },
      ],
      ...(literal && { endpoints: [{ address: host }] }),
    },
  };
}

/** The gateway speaks TLS to the backend, and makes sure that it is the one of the policy. */
function originateTls(upstream: Upstream): Tree {
  const literal = isIP(upstream.host) !== 0;
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'DestinationRule',
    metadata: { name: resourceName(upstream), namespace: GATEWAY_NAMESPACE },
    spec: {
      host: meshHost(upstream),
      exportTo: HERE_ONLY,
      trafficPolicy: {
        tls: {
          mode: 'SIMPLE',
          ...(!literal && { sni: upstream.host }),
          subjectAltNames: [upstream.host],
          caCertificates: SYSTEM_CA_FILE,
        },
      },
    },
  };
}
