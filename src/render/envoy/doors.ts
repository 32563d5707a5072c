/**
 * The two filters that ask Sallyport: ext_authz, then ext_proc. Used by every way of rendering, so that a bootstrap
 * and a mesh are asked for the same.
 */
import type { BodyProfile } from '../proxy.ts';
import { explain, type Tree } from '../yaml.ts';
import { typeOf } from './types.ts';

/** Where ext_authz leaves what the first door said, and from where ext_proc may tell the second. */
export const FIRST_DOOR_METADATA = 'envoy.filters.http.ext_authz';

/** The service answers within 0.15 s of its own accord; this is for when it cannot. */
const CHECK_TIMEOUT = '0.5s';
/** A replica that has not answered by then is given up, while there is time left to ask another. */
const CHECK_TRY_TIMEOUT = '0.2s';
/** For each message; scanning a large body is the longest. Long answers are many messages. */
const MESSAGE_TIMEOUT = '10s';

/** How to reach the service. */
export interface GrpcTarget {
  readonly cluster: string;
  /** Sent as `:authority`; a mesh's sidecar refuses the cluster's own name. */
  readonly authority: string;
}

function grpcService(target: GrpcTarget, tryTimeout: string): Tree {
  return {
    envoy_grpc: { cluster_name: target.cluster, authority: target.authority },
    retry_policy: retryPolicy(tryTimeout),
  };
}

/**
 * A replica that drains or dies hands its calls to another one; not to itself again, though it is now the least busy.
 * @param tryTimeout goes in as the longest back-off, which Envoy also takes as the timeout of each try; the default,
 *   ten times a base of a second, would wait out the first door's whole time
 */
function retryPolicy(tryTimeout: string): Tree {
  return explain(
    {
      retry_on: 'unavailable,cancelled,connect-failure,reset,refused-stream',
      num_retries: 3,
      retry_back_off: { base_interval: '0.01s', max_interval: tryTimeout },
      retry_host_predicate: [
        { name: 'envoy.retry_host_predicates.previous_hosts', typed_config: typeOf('previousHosts') },
      ],
      host_selection_retry_max_attempts: 5,
    },
    { retry_back_off: 'max_interval is the timeout of each try, too' },
  );
}

/** What either filter may change. A refused change is an error: ignoring it would send on what was not decided. */
const MUTATION_RULES: Tree = { disallow_system: true, disallow_is_error: true };
/** A backend may call a model otherwise than clients do who say it in the path. */
const SECOND_DOOR_RULES: Tree = { ...MUTATION_RULES, allow_expression: { regex: ':path' } };

export function firstDoor(target: GrpcTarget): Tree {
  return explain(
    {
      ...typeOf('extAuthz'),
      transport_api_version: 'V3',
      stat_prefix: 'sallyport',
      grpc_service: { ...grpcService(target, CHECK_TRY_TIMEOUT), timeout: CHECK_TIMEOUT },
      failure_mode_allow: false,
      status_on_error: { code: 'ServiceUnavailable' },
      encode_raw_headers: true,
      validate_mutations: true,
      decoder_header_mutation_rules: MUTATION_RULES,
      include_peer_certificate: true,
    },
    {
      grpc_service: 'no body is sent to the first door: it decides by headers',
      encode_raw_headers: 'doubled headers arrive as two, so that two credentials are seen as two',
      validate_mutations: 'a change that is not valid HTTP is an error, not a header',
    },
  );
}

export function secondDoor(target: GrpcTarget, bodies: BodyProfile): Tree {
  return explain(
    {
      ...typeOf('extProc'),
      stat_prefix: 'sallyport',
      grpc_service: grpcService(target, MESSAGE_TIMEOUT),
      failure_mode_allow: false,
      status_on_error: { code: 'ServiceUnavailable' },
      message_timeout: MESSAGE_TIMEOUT,
      processing_mode: processingMode(bodies),
      ...(bodies === 'buffered' && { allow_mode_override: true }),
      mutation_rules: SECOND_DOOR_RULES,
      metadata_options: { forwarding_namespaces: { untyped: [FIRST_DOOR_METADATA] } },
    },
    {
      allow_mode_override: 'event streams are passed on as they come, by an override for each of them',
      mutation_rules:
        'the route is chosen by a header of ours, never by another host; a path may name another model',
      metadata_options: 'the voucher of the first door; without it the second refuses',
    },
  );
}

/**
 * Buffered bodies need no trailers: the one message is the whole. In full duplex Envoy demands them
 * (`ext_proc.v3.ProcessingMode`), because the end of the body may be theirs.
 */
function processingMode(bodies: BodyProfile): Tree {
  const body = bodies === 'buffered' ? 'BUFFERED' : 'FULL_DUPLEX_STREAMED';
  const trailers = bodies === 'buffered' ? 'SKIP' : 'SEND';
  return {
    request_header_mode: 'SEND',
    request_body_mode: body,
    request_trailer_mode: trailers,
    response_header_mode: 'SEND',
    response_body_mode: body,
    response_trailer_mode: trailers,
  };
}
