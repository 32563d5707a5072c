/** Full names of the Envoy messages that a bootstrap holds as `typed_config`. */
const EXTENSIONS = {
  aggregateCluster: 'envoy.extensions.clusters.aggregate.v3.ClusterConfig',
  accessLogFile: 'envoy.extensions.access_loggers.stream.v3.StdoutAccessLog',
  celFilter: 'envoy.extensions.access_loggers.filters.cel.v3.ExpressionFilter',
  connectionLimit: 'envoy.extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig',
  downstreamTls: 'envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext',
  earlyHeaders: 'envoy.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation',
  extAuthz: 'envoy.extensions.filters.http.ext_authz.v3.ExtAuthz',
  extProc: 'envoy.extensions.filters.http.ext_proc.v3.ExternalProcessor',
  fixedHeap: 'envoy.extensions.resource_monitors.fixed_heap.v3.FixedHeapConfig',
  httpConnectionManager: 'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
  httpProtocolOptions: 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
  previousPriorities: 'envoy.extensions.retry.priority.previous_priorities.v3.PreviousPrioritiesConfig',
  previousHosts: 'envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate',
  router: 'envoy.extensions.filters.http.router.v3.Router',
  upstreamTls: 'envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext',
} as const;

/** The `@type` of an extension's configuration. */
export function typeOf(extension: keyof typeof EXTENSIONS): { readonly '@type': string } {
  return { '@type': `type.googleapis.com/${EXTENSIONS[extension]}` };
}
