/** The service's replicas and the backends, as Envoy clusters. */
import { isIP } from 'node:net';
import { type Address, authorityOf, type FallbackGroup, type Upstream } from '../proxy.ts';
import { explain, type Tree } from '../yaml.ts';
import { discoveryType, envoyAddress, loadAssignment } from './address.ts';
import { typeOf } from './types.ts';

/** The name of the service's own cluster. */
export const SERVICE_CLUSTER = 'sallyport';

/** One stream is one request for as long as it lasts; Envoy's own default of 1,024 would refuse the rest. */
const CIRCUIT_BREAKERS: Tree = {
  thresholds: [
    { max_connections: 100_000, max_pending_requests: 100_000, max_requests: 100_000, max_retries: 10_000 },
  ],
};

const MEBIBYTE = 1024 * 1024;

/** Every replica of the service, watched closely: one that drains says so, and gets no new calls half a second later. */
export function serviceCluster(replicas: readonly Address[]): Tree {
  return explain(
    {
      name: SERVICE_CLUSTER,
      type: discoveryType(replicas),
      connect_timeout: '0.25s',
      lb_policy: 'ROUND_ROBIN',
      typed_extension_protocol_options: http2Only(),
      circuit_breakers: CIRCUIT_BREAKERS,
      health_checks: [
        {
          timeout: '0.5s',
          interval: '0.5s',
          no_traffic_interval: '0.5s',
          unhealthy_threshold: 1,
          healthy_threshold: 1,
          grpc_health_check: {},
        },
      ],
      common_lb_config: { healthy_panic_threshold: { value: 1 } },
      load_assignment: loadAssignment(SERVICE_CLUSTER, replicas),
    },
    {
      lb_policy: 'not by least requests: a replica that fails at once has the fewest',
      common_lb_config: 'a drained replica is asked only if no other is left',
    },
  );
}

/** gRPC is HTTP/2; the windows let a whole body arrive without waiting for the reader. */
function http2Only(): Tree {
  return {
    'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
      ...typeOf('httpProtocolOptions'),
      explicit_http_config: {
        http2_protocol_options: {
          max_concurrent_streams: 1024,
          initial_stream_window_size: 4 * MEBIBYTE,
          initial_connection_window_size: 16 * MEBIBYTE,
          connection_keepalive: { interval: '30s', timeout: '5s' },
        },
      },
    },
  };
}

/**
 * Clusters of which the first that is in order is asked, and the others in their order where it fails. Each keeps its
 * own way to connect.
 */
export function groupCluster({ name, clusters }: FallbackGroup): Tree {
  return {
    name,
    connect_timeout: '5s',
    lb_policy: 'CLUSTER_PROVIDED',
    cluster_type: {
      name: 'envoy.clusters.aggregate',
      typed_config: { ...typeOf('aggregateCluster'), clusters: [...clusters] },
    },
    circuit_breakers: CIRCUIT_BREAKERS,
  };
}

/** A backend that fails is left alone for a while; one that has nobody to take over is asked all the same. */
const OUTLIERS: Tree = {
  consecutive_5xx: 5,
  interval: '5s',
  base_ejection_time: '10s',
  max_ejection_time: '120s',
  max_ejection_percent: 100,
};

/**
 * @param caFile certificates of the authorities that a backend's certificate must come from
 * @param grouped others may take over from it, or it from them
 */
export function backendCluster(upstream: Upstream, caFile: string, grouped: boolean): Tree {
  const addresses = [{ host: upstream.host, port: upstream.port }];
  return {
    name: upstream.cluster,
    type: discoveryType(addresses) === 'STATIC' ? 'STATIC' : 'LOGICAL_DNS',
    connect_timeout: '5s',
    circuit_breakers: CIRCUIT_BREAKERS,
    ...(upstream.tls && {
      typed_extension_protocol_options: {
        'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
          ...typeOf('httpProtocolOptions'),
          auto_config: {},
        },
      },
      transport_socket: backendTls(upstream, caFile),
    }),
    ...(grouped && { outlier_detection: OUTLIERS }),
    load_assignment: grouped ? namedAssignment(upstream) : loadAssignment(upstream.cluster, addresses),
  };
}

/** Namespace and key of a host's metadata: which backend it is. */
export const HOST_METADATA = ['sallyport', 'cluster'] as const;

/** A host that says by what name it wants to be asked, and whose it is: the route of a group knows neither. */
function namedAssignment(upstream: Upstream): Tree {
  const [namespace, key] = HOST_METADATA;
  const endpoint = {
    address: envoyAddress({ host: upstream.host, port: upstream.port }),
    hostname: authorityOf(upstream),
  };
  const metadata = { filter_metadata: { [namespace]: { [key]: upstream.cluster } } };
  return { cluster_name: upstream.cluster, endpoints: [{ lb_endpoints: [{ endpoint, metadata }] }] };
}

/** The backend must prove that it is the host of the policy's URL; without a check anyone on the way could be it. */
function backendTls(upstream: Upstream, caFile: string): Tree {
  const literal = isIP(upstream.host) !== 0;
  const san = literal ? 'IP_ADDRESS' : 'DNS';
  return {
    name: 'envoy.transport_sockets.tls',
    typed_config: {
      ...typeOf('upstreamTls'),
      ...(literal ? {} : { sni: upstream.host }),
      common_tls_context: {
        alpn_protocols: ['h2', 'http/1.1'],
        validation_context: {
          trusted_ca: { filename: caFile },
          match_typed_subject_alt_names: [{ san_type: san, matcher: { exact: upstream.host } }],
        },
      },
    },
  };
}
