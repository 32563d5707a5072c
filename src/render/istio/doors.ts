/** Both doors in the gateway's filter chain. */
import { bufferBytes, connectionRules } from '../envoy/connection.ts';
import { firstDoor, type GrpcTarget, secondDoor } from '../envoy/doors.ts';
import { typeOf } from '../envoy/types.ts';
import type { BodyProfile } from '../proxy.ts';
import { explain, type Tree } from '../yaml.ts';
import { DOORS_CLUSTER, GATEWAY_NAMESPACE, GATEWAY_SELECTOR, PROVIDER, SERVICE_HOST } from './names.ts';

const HTTP_MANAGER = 'envoy.filters.network.http_connection_manager';
const TARGET: GrpcTarget = { cluster: DOORS_CLUSTER, authority: SERVICE_HOST };

/** The first door, for everything: a rule with paths is walked around by `//v1`, by `%2f`, by case. */
export function askFirstDoor(): Tree {
  return {
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: { name: 'sallyport-first-door', namespace: GATEWAY_NAMESPACE },
    spec: {
      selector: { matchLabels: GATEWAY_SELECTOR },
      action: 'CUSTOM',
      provider: { name: PROVIDER },
      rules: [{}],
    },
  };
}

export function secondDoorFilter(bodies: BodyProfile, bodyBytes: number): Tree {
  return {
    apiVersion: 'networking.istio.io/v1alpha3',
    kind: 'EnvoyFilter',
    metadata: { name: 'sallyport-doors', namespace: GATEWAY_NAMESPACE },
    spec: {
      priority: 10,
      workloadSelector: { labels: GATEWAY_SELECTOR },
      configPatches: [
        insertSecondDoor(bodies),
        mergeFirstDoor(),
        mergeConnectionRules(bodyBytes),
        mergeBuffer(bodyBytes),
      ],
    },
  };
}

/** Before the router: it is there whether or not a policy asks the first door, and without its voucher refuses all. */
function insertSecondDoor(bodies: BodyProfile): Tree {
  return {
    applyTo: 'HTTP_FILTER',
    match: inHttpFilters('envoy.filters.http.router'),
    patch: {
      operation: 'INSERT_BEFORE',
      value: { name: 'envoy.filters.http.ext_proc', typed_config: secondDoor(TARGET, bodies) },
    },
  };
}

/** What the mesh configuration cannot say about ext_authz. */
function mergeFirstDoor(): Tree {
  const { transport_api_version: _version, stat_prefix: _prefix, ...typed_config } = firstDoor(TARGET);
  return {
    applyTo: 'HTTP_FILTER',
    match: inHttpFilters('envoy.filters.http.ext_authz'),
    patch: { operation: 'MERGE', value: { name: 'envoy.filters.http.ext_authz', typed_config } },
  };
}

function mergeConnectionRules(bodyBytes: number): Tree {
  return {
    applyTo: 'NETWORK_FILTER',
    match: { context: 'GATEWAY', listener: { filterChain: { filter: { name: HTTP_MANAGER } } } },
    patch: {
      operation: 'MERGE',
      value: {
        name: HTTP_MANAGER,
        typed_config: { ...typeOf('httpConnectionManager'), ...connectionRules(bodyBytes) },
      },
    },
  };
}

function mergeBuffer(bodyBytes: number): Tree {
  return {
    applyTo: 'LISTENER',
    match: { context: 'GATEWAY' },
    patch: explain(
      { operation: 'MERGE', value: { per_connection_buffer_limit_bytes: bufferBytes(bodyBytes) } },
      { value: "whole bodies are held until they are judged; Envoy's own default is 1 MiB" },
    ),
  };
}

function inHttpFilters(subFilter: string): Tree {
  const filter = { name: HTTP_MANAGER, subFilter: { name: subFilter } };
  return { context: 'GATEWAY', listener: { filterChain: { filter } } };
}
