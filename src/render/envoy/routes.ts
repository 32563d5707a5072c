/** Routes: one a cluster and one a group of them, chosen by headers that only the second door sets. */
import { ANSWERED_HEADER, ATTEMPTS_HEADER, BACKEND_HEADER, FALLBACK_HEADER } from '../../core/headers.ts';
import { authorityOf, type FallbackGroup, type Upstream } from '../proxy.ts';
import { explain, type Tree } from '../yaml.ts';
import { HOST_METADATA } from './clusters.ts';
import { typeOf } from './types.ts';

export function routeConfiguration(upstreams: readonly Upstream[], groups: readonly FallbackGroup[]): Tree {
  const byCluster = new Map(upstreams.map((upstream) => [upstream.cluster, upstream]));
  const ofGroups = groups.flatMap((group) => {
    const first = byCluster.get(group.clusters[0] ?? '');
    return first === undefined ? [] : [groupRoute(group, first)];
  });
  return {
    name: 'sallyport',
    virtual_hosts: [
      explain(
        {
          name: 'backends',
          domains: ['*'],
          request_headers_to_remove: [BACKEND_HEADER, FALLBACK_HEADER],
          routes: [...ofGroups, ...upstreams.map(backendRoute), explain({ ...NOWHERE }, NOWHERE_REASON)],
        },
        { request_headers_to_remove: 'which backend was chosen is for these routes only' },
      ),
    ],
  };
}

/** An answer may take as long as it goes on. */
const NO_TIMEOUT = {
  timeout: 'an answer may take as long as it goes on; silence is ended by the stream idle timeout',
};

function backendRoute(upstream: Upstream): Tree {
  return {
    name: upstream.cluster,
    match: matchOf(upstream, BACKEND_HEADER, upstream.cluster),
    route: explain(
      {
        cluster: upstream.cluster,
        host_rewrite_literal: authorityOf(upstream),
        ...rewriteOf(upstream),
        timeout: '0s',
      },
      NO_TIMEOUT,
    ),
  };
}

/** @param first of the group; the others have the same path */
function groupRoute(group: FallbackGroup, first: Upstream): Tree {
  return explain(
    {
      name: group.name,
      match: matchOf(first, FALLBACK_HEADER, group.name),
      route: explain(
        {
          cluster: group.name,
          auto_host_rewrite: true,
          ...rewriteOf(first),
          timeout: '0s',
          retry_policy: retryPolicy(group),
        },
        { ...NO_TIMEOUT, auto_host_rewrite: 'each backend is asked by its own name' },
      ),
      response_headers_to_add: [
        telling(ANSWERED_HEADER, `%UPSTREAM_METADATA(${HOST_METADATA.join(':')})%`),
        telling(ATTEMPTS_HEADER, '%UPSTREAM_REQUEST_ATTEMPT_COUNT%'),
      ],
    },
    { response_headers_to_add: 'for the second door, which takes them off' },
  );
}

/** The next backend gets the same bytes, as long as nothing of an answer has left. */
function retryPolicy({ clusters, silenceMs }: FallbackGroup): Tree {
  return {
    retry_on: '5xx,reset,connect-failure,refused-stream,retriable-status-codes',
    retriable_status_codes: [429],
    num_retries: clusters.length - 1,
    ...(silenceMs !== undefined && { per_try_idle_timeout: `${silenceMs / 1000}s` }),
    retry_back_off: { base_interval: '0.025s', max_interval: '0.25s' },
    retry_priority: {
      name: 'envoy.retry_priorities.previous_priorities',
      typed_config: { ...typeOf('previousPriorities'), update_frequency: 1 },
    },
  };
}

function telling(key: string, value: string): Tree {
  return { header: { key, value }, append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' };
}

function matchOf(upstream: Upstream, header: string, value: string): Tree {
  return {
    prefix: upstream.path === '' ? '/' : '/v1/',
    headers: [{ name: header, string_match: { exact: value } }],
  };
}

function rewriteOf({ path }: Upstream): Tree {
  return path === '' ? {} : { prefix_rewrite: `${path}/` };
}

const NOWHERE = {
  name: 'nowhere',
  match: { prefix: '/' },
  direct_response: { status: 503 },
};
const NOWHERE_REASON = {
  name: 'Every request starts here, both doors ask, and the second moves it to a backend.\nWhat no door moved reaches nothing.',
};
