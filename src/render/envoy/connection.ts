/**
 * What holds for every client connection, whoever wrote the rest of the proxy's configuration: one reading of a request
 * for the doors, the routes and the backend; time limits; room for whole bodies. Upgrades and internal redirects stay
 * off, as they are unless configured: either would carry bytes that no door sees.
 */
import { OWN_PREFIX } from '../../core/headers.ts';
import { explain, type Tree } from '../yaml.ts';
import { localReplies } from './local-replies.ts';
import { typeOf } from './types.ts';

/** Room above the policy's bound, so that an oversize body gets the second door's refusal and not only Envoy's 413. */
const HEADROOM = 64 * 1024;
const LEAST_CONNECTION_WINDOW = 24 * 1024 * 1024;

/** Bytes that Envoy must be able to hold of one body. @param bodyBytes the policy's bound */
export function bufferBytes(bodyBytes: number): number {
  return bodyBytes + HEADROOM;
}

/** Fields of `HttpConnectionManager`. */
export function connectionRules(bodyBytes: number): Tree {
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
      request_headers_timeout: '10s',
      request_timeout: '50s',
      stream_idle_timeout: '960s',
      http2_protocol_options: http2Options(bufferBytes(bodyBytes)),
      local_reply_config: localReplies(),
    },
    {
      early_header_mutation_extensions:
        'before the first route is looked up, so that no client can choose one',
      request_timeout: 'for the whole request to arrive, so that a trickle cannot hold a place',
      stream_idle_timeout: 'silence, not length: models think for minutes, and answers go on for longer',
      http2_protocol_options: "the stream's window is also the bound on what is held of its body",
      local_reply_config: 'what Envoy itself refuses looks like what the doors refuse',
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

function http2Options(window: number): Tree {
  return {
    max_concurrent_streams: 128,
    initial_stream_window_size: window,
    initial_connection_window_size: Math.max(window, LEAST_CONNECTION_WINDOW),
  };
}
