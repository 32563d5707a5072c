/** Routes: one a cluster, chosen by the header that only the second door sets. */
import { BACKEND_HEADER } from '../../core/headers.ts';
import { authorityOf, type Upstream } from '../proxy.ts';
import { explain, type Tree } from '../yaml.ts';

export function routeConfiguration(upstreams: readonly Upstream[]): Tree {
  return {
    name: 'sallyport',
    virtual_hosts: [
      explain(
        {
          name: 'backends',
          domains: ['*'],
          request_headers_to_remove: [BACKEND_HEADER],
          routes: [...upstreams.map(backendRoute), explain({ ...NOWHERE }, NOWHERE_REASON)],
        },
        { request_headers_to_remove: 'which backend was chosen is for these routes only' },
      ),
    ],
  };
}

function backendRoute(upstream: Upstream): Tree {
  return {
    name: upstream.cluster,
    match: {
      prefix: upstream.path === '' ? '/' : '/v1/',
      headers: [{ name: BACKEND_HEADER, string_match: { exact: upstream.cluster } }],
    },
    route: explain(
      {
        cluster: upstream.cluster,
        host_rewrite_literal: authorityOf(upstream),
        ...(upstream.path !== '' && { prefix_rewrite: `${upstream.path}/` }),
        timeout: '0s',
      },
      { timeout: 'an answer may take as long as it goes on; silence is ended by the stream idle timeout' },
    ),
  };
}

const NOWHERE = {
  name: 'nowhere',
  match: { prefix: '/' },
  direct_response: { status: 503 },
};
const NOWHERE_REASON = {
  name: 'Every request starts here, both doors ask, and the second moves it to a backend.\nWhat no door moved reaches nothing.',
};
