/** A service that answers as ours never would, to see what Envoy makes of it and what the other door does then. */

import type { ServerDuplexStream, ServiceError } from '@grpc/grpc-js';
import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData } from '@grpc/grpc-js';
import type { ProcessingRequest } from '../../../src/envoy/ext-proc-request.ts';
import { codec, rawService } from '../../../src/envoy/protos.ts';
import type { Bootstrap } from '../stack.ts';
import { partsOf } from './second-filter.ts';

const Request = codec<ProcessingRequest, never>('envoy.service.ext_proc.v3.ProcessingRequest');
const Response = codec<never, object>('envoy.service.ext_proc.v3.ProcessingResponse');

export interface Stub {
  /** What the first door says: bytes, a gRPC status, or nothing at all. */
  readonly check?: Buffer | number | 'silence';
  /** What the second door says to each message. */
  readonly process?: (message: ProcessingRequest) => readonly object[];
}

export interface RunningStub {
  readonly port: number;
  stop(): void;
}

export async function startStub({ check = 'silence', process = () => [] }: Stub): Promise<RunningStub> {
  const server = new Server();
  server.addService(rawService('envoy.service.auth.v3.Authorization'), {
    Check(_: ServerUnaryCall<Buffer, Buffer>, reply: sendUnaryData<Buffer>) {
      if (typeof check === 'number') reply({ code: check, details: 'stub' } as ServiceError);
      else if (check !== 'silence') reply(null, check);
    },
  });
  server.addService(rawService('envoy.service.ext_proc.v3.ExternalProcessor'), {
    Process(stream: ServerDuplexStream<Buffer, Buffer>) {
      stream.on('error', () => {});
      stream.on('data', (bytes: Buffer) => {
        for (const answer of process(Request.decode(bytes))) stream.write(Response.encode(answer));
      });
    },
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return { port, stop: () => server.forceShutdown() };
}

/** Lets one of the doors ask a service at `port` in place of ours. */
export function redirect(bootstrap: Bootstrap, door: 'authz' | 'proc', port: number): void {
  const parts = partsOf(bootstrap);
  const cluster = structuredClone(parts.clusters.find((x) => x.name === 'sallyport'));
  cluster.name = `${door}-elsewhere`;
  delete cluster.health_checks;
  cluster.load_assignment.cluster_name = cluster.name;
  cluster.load_assignment.endpoints[0].lb_endpoints[0].endpoint.address.socket_address.port_value = port;
  parts.clusters.push(cluster);
  parts[door].grpc_service.envoy_grpc.cluster_name = cluster.name;
}
