/** The one listener: what clients reach, made unambiguous before either door is asked. */
import { WEBSOCKET } from '../../core/headers.ts';
import type { Address, BodyProfile, FallbackGroup, Upstream } from '../proxy.ts';
import { explain, type Tree } from '../yaml.ts';
import { envoyAddress } from './address.ts';
import { SERVICE_CLUSTER } from './clusters.ts';
import { bufferBytes, connectionRules } from './connection.ts';
import { firstDoor, type GrpcTarget, secondDoor } from './doors.ts';
import { routeConfiguration } from './routes.ts';
import { typeOf } from './types.ts';

const SERVICE: GrpcTarget = { cluster: SERVICE_CLUSTER, authority: SERVICE_CLUSTER };

/** Files of the certificate that clients see, and of the authority that theirs must come from. */
export interface ListenerTls {
  readonly certificate: string;
  readonly key: string;
  /** Where set, clients must show a certificate. */
  readonly clientCa?: string;
}

export interface ListenerInput {
  readonly listen: Address;
  readonly upstreams: readonly Upstream[];
  readonly groups: readonly FallbackGroup[];
  readonly bodies: BodyProfile;
  readonly bodyBytes: number;
  readonly realtime: boolean;
  readonly tls?: ListenerTls;
}

export function listener(input: ListenerInput): Tree {
  return explain(
    {
      name: 'clients',
      address: envoyAddress(input.listen),
      per_connection_buffer_limit_bytes: bufferBytes(input.bodyBytes),
      filter_chains: [
        {
          ...(input.tls && { transport_socket: downstreamTls(input.tls) }),
          filters: [
            { name: 'envoy.filters.network.http_connection_manager', typed_config: connectionManager(input) },
          ],
        },
      ],
    },
    { per_connection_buffer_limit_bytes: 'whole bodies are held until they are judged' },
  );
}

function connectionManager(input: ListenerInput): Tree {
  return {
    ...typeOf('httpConnectionManager'),
    stat_prefix: 'clients',
    ...connectionRules(input.bodyBytes),
    ...(input.realtime && { upgrade_configs: [{ upgrade_type: WEBSOCKET }] }),
    access_log: [failureLog()],
    http_filters: [
      { name: 'envoy.filters.http.ext_authz', typed_config: firstDoor(SERVICE) },
      { name: 'envoy.filters.http.ext_proc', typed_config: secondDoor(SERVICE, input.bodies) },
      { name: 'envoy.filters.http.router', typed_config: typeOf('router') },
    ],
    route_config: routeConfiguration(input.upstreams, input.groups),
  };
}

/** Failures only, and without path or headers: the audit trail is Sallyport's, this says what never reached it. */
function failureLog(): Tree {
  return {
    name: 'envoy.access_loggers.stdout',
    filter: {
      status_code_filter: {
        comparison: { op: 'GE', value: { default_value: 400, runtime_key: 'sallyport.log_status_from' } },
      },
    },
    typed_config: {
      ...typeOf('accessLogFile'),
      log_format: {
        json_format: {
          time: '%START_TIME%',
          request: '%RESP(x-sallyport-request-id)%',
          method: '%REQ(:METHOD)%',
          status: '%RESPONSE_CODE%',
          details: '%RESPONSE_CODE_DETAILS%',
          flags: '%RESPONSE_FLAGS%',
          duration_ms: '%DURATION%',
        },
      },
    },
  };
}

function downstreamTls(tls: ListenerTls): Tree {
  return {
    name: 'envoy.transport_sockets.tls',
    typed_config: {
      ...typeOf('downstreamTls'),
      ...(tls.clientCa !== undefined && { require_client_certificate: true }),
      common_tls_context: {
        tls_params: { tls_minimum_protocol_version: 'TLSv1_2' },
        alpn_protocols: ['h2', 'http/1.1'],
        tls_certificates: [
          { certificate_chain: { filename: tls.certificate }, private_key: { filename: tls.key } },
        ],
        ...(tls.clientCa !== undefined && {
          validation_context: { trusted_ca: { filename: tls.clientCa } },
        }),
      },
    },
  };
}
