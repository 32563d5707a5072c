/** A second ext_proc filter, as other products put one into the same chain: full duplex, and passes all on as it came. */
import { Server, ServerCredentials, type ServerDuplexStream } from '@grpc/grpc-js';
import type { ProcessingRequest } from '../../../src/envoy/ext-proc-request.ts';
import { codec, rawService } from '../../../src/envoy/protos.ts';
import type { Bootstrap } from '../stack.ts';

export interface SecondFilter {
  readonly port: number;
  /** Messages answered so far. */
  readonly answered: () => number;
  stop(): void;
}

const Request = codec<ProcessingRequest, never>('envoy.service.ext_proc.v3.ProcessingRequest');
const Response = codec<never, object>('envoy.service.ext_proc.v3.ProcessingResponse');

/** Starts the filter's service on a free port. */
export async function startSecondFilter(): Promise<SecondFilter> {
  let answered = 0;
  const server = new Server({ 'grpc.max_receive_message_length': 64 * 1024 * 1024 });
  const Process = (stream: ServerDuplexStream<Buffer, Buffer>) => {
    stream.on('data', (bytes: Buffer) => {
      answered += 1;
      stream.write(Response.encode(passOn(Request.decode(bytes))));
    });
    stream.on('end', () => stream.end());
    stream.on('error', () => {});
  };
  server.addService(rawService('envoy.service.ext_proc.v3.ExternalProcessor'), { Process });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return { port, answered: () => answered, stop: () => server.forceShutdown() };
}

function passOn(message: ProcessingRequest): object {
  if (message.requestHeaders) return { requestHeaders: { response: {} } };
  if (message.responseHeaders) return { responseHeaders: { response: {} } };
  if (message.requestBody) return { requestBody: piece(message.requestBody) };
  if (message.responseBody) return { responseBody: piece(message.responseBody) };
  return message.requestTrailers ? { requestTrailers: {} } : { responseTrailers: {} };
}

function piece({ body, endOfStream }: { readonly body: Uint8Array; readonly endOfStream: boolean }): object {
  return { response: { bodyMutation: { streamedResponse: { body, endOfStream } } } };
}

/** Puts the filter after ours, right before the router. */
export function addSecondFilter(bootstrap: Bootstrap, port: number): void {
  const { filters, clusters } = partsOf(bootstrap);
  const second = structuredClone(filters.find((x: { name: string }) => x.name.endsWith('ext_proc')));
  second.name = 'second.ext_proc';
  delete second.typed_config.allow_mode_override;
  second.typed_config.grpc_service = { envoy_grpc: { cluster_name: 'second' } };
  second.typed_config.processing_mode = {
    request_header_mode: 'SEND',
    response_header_mode: 'SEND',
    request_body_mode: 'FULL_DUPLEX_STREAMED',
    response_body_mode: 'FULL_DUPLEX_STREAMED',
    request_trailer_mode: 'SEND',
    response_trailer_mode: 'SEND',
  };
  filters.splice(filters.length - 1, 0, second);
  const cluster = structuredClone(clusters.find((x: { name: string }) => x.name === 'sallyport'));
  cluster.name = 'second';
  delete cluster.health_checks;
  cluster.load_assignment.cluster_name = 'second';
  cluster.load_assignment.endpoints[0].lb_endpoints[0].endpoint.address.socket_address.port_value = port;
  clusters.push(cluster);
}

/** What tests change of a rendered bootstrap. */
export function partsOf(bootstrap: Bootstrap): {
  readonly manager: Bootstrap;
  readonly filters: Bootstrap[];
  readonly clusters: Bootstrap[];
  readonly authz: Bootstrap;
  readonly proc: Bootstrap;
} {
  const manager = bootstrap.static_resources.listeners[0].filter_chains[0].filters[0].typed_config;
  const filters = manager.http_filters;
  const [authz, proc] = filters.map((x: Bootstrap) => x.typed_config);
  return { manager, filters, clusters: bootstrap.static_resources.clusters, authz, proc };
}
