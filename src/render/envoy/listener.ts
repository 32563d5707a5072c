/** The one listener: what clients reach, made unambiguous before either door is asked. */
import { OWN_PREFIX } from '../../core/headers.ts';
import type { Address, BodyProfile, Upstream } from '../proxy.ts';
import { explain, type Tree } from '../yaml.ts';
import { envoyAddress } from './address.ts';
import { SERVICE_CLUSTER } from './clusters.ts';
import { firstDoor, type GrpcTarget, secondDoor } from './doors.ts';
import { localReplies } from './local-replies.ts';
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
  readonly bodies: BodyProfile;
  readonly bodyBytes: number;
  readonly tls?: ListenerTls;
}

/** Room above the policy's bound, so that an oversize body gets the second door's refusal and not only Envoy's 413. */
const HEADROOM = 64 * 1024;

export function bufferBytes(bodyBytes: number): number {
  return bodyBytes + HEADROOM;
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
    ...unambiguousRequests(),
    ...timeouts(),
    http2_protocol_options: http2Options(bufferBytes(input.bodyBytes)),
    access_log: [failureLog()],
    local_reply_config: localReplies(),
    http_filters: [
      { name: 'envoy.filters.http.ext_authz', typed_config: firstDoor(SERVICE) },
      { name: 'envoy.filters.http.ext_proc', typed_config: secondDoor(SERVICE, input.bodies) },
      { name: 'envoy.filters.http.router', typed_config: typeOf('router') },
    ],
    route_config: routeConfiguration(input.upstreams),
  };
}

/**
 * One reading for the doors, for these routes and for the backend. Upgrades and internal redirects stay off, as they
 * are unless configured: either would carry bytes that no door sees.
 */
export function unambiguousRequests(): Tree {
  return explain(
    {
      use_remote_address: true,
      normalize_path: true,
      merge_slashes: true,
      path_with_escaped_slashes_action: 'REJECT_REQUEST',
      common_http_protocol_options: {
        headers_with_underscores_action: 'REJECT_REQUEST',
        max_headers_count: 100,
        idle_timeout: '300s',
      },
      max_request_headers_kb: 60,
      early_header_mutation_extensions: [stripRoutingHeaders()],
    },
    {
      early_header_mutation_extensions:
        'before the first route is looked up, so that no client can choose one',
    },
  );
}

function stripRoutingHeaders(): Tree {
  const mutations = [OWN_PREFIX, 'x-envoy-'].map((prefix) => ({
    remove_on_match: { key_matcher: { prefix } },
  }));
  return {
    name: 'envoy.http.early_header_mutation.header_mutation',
    typed_config: { ...typeOf('earlyHeaders'), mutations },
  };
}

/** The service's own deadlines are a little shorter where it has one, so that its answer is the one that counts. */
function timeouts(): Tree {
  return explain(
    { request_headers_timeout: '10s', request_timeout: '50s', stream_idle_timeout: '960s' },
    {
      request_timeout: 'for the whole request to arrive, so that a trickle cannot hold a place',
      stream_idle_timeout: 'silence, not length: models think for minutes, and answers go on for longer',
    },
  );
}

/** In HTTP/2 the stream's window is also the bound on what is held of it. */
function http2Options(window: number): Tree {
  return {
    max_concurrent_streams: 128,
    initial_stream_window_size: window,
    initial_connection_window_size: Math.max(window, 24 * 1024 * 1024),
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
