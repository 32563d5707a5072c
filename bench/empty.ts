/**
 * Two empty pairs of doors: handlers that decode each message, decide nothing and answer with nothing.
 *
 * - `ordinary`: as the documentation of grpc-js teaches it, with proto-loader's serialisers and every message typed, as
 *   in Envoy's own definitions: what a pair of doors costs anybody before it does anything
 * - `bare`: the same handlers on our trimmed definitions and codecs, which leave most of a message unread: the least
 *   that grpc-js itself costs
 */
import {
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerUnaryCall,
  type ServiceDefinition,
  type sendUnaryData,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { fromJSON } from '@grpc/proto-loader';
import { codec, definitionsJson, rawService } from '../src/envoy/protos.ts';

const AUTHORIZATION = 'envoy.service.auth.v3.Authorization';
const EXTERNAL_PROCESSOR = 'envoy.service.ext_proc.v3.ExternalProcessor';

interface Handlers {
  readonly check: (request: never) => unknown;
  /** @returns the answer to one message of a stream */
  readonly process: (message: never) => unknown;
}

export function startOrdinary(): Promise<number> {
  const definitions = fromJSON(typed(definitionsJson()), { keepCase: false, oneofs: true });
  return listen(
    definitions[AUTHORIZATION] as ServiceDefinition,
    definitions[EXTERNAL_PROCESSOR] as ServiceDefinition,
    {
      check: () => ({ status: { code: 0 }, okResponse: {} }),
      process: (message: { readonly request: string }) => ({ [message.request]: { response: {} } }),
    },
  );
}

export function startBare(): Promise<number> {
  const CheckRequest = codec<object, never>('envoy.service.auth.v3.CheckRequest');
  const CheckResponse = codec<never, object>('envoy.service.auth.v3.CheckResponse');
  const Request = codec<Record<string, object | null>, never>('envoy.service.ext_proc.v3.ProcessingRequest');
  const Response = codec<never, object>('envoy.service.ext_proc.v3.ProcessingResponse');
  const parts = ['requestHeaders', 'requestBody', 'responseHeaders', 'responseBody'];
  return listen(rawService(AUTHORIZATION), rawService(EXTERNAL_PROCESSOR), {
    check: (bytes: Buffer) => {
      CheckRequest.decode(bytes);
      return CheckResponse.encode({ status: { code: 0 }, okResponse: {} } as never);
    },
    process: (bytes: Buffer) => {
      const message = Request.decode(bytes);
      const part = parts.find((name) => message[name] != null) ?? '';
      return Response.encode({ [part]: { response: {} } } as never);
    },
  });
}

function listen(
  authorization: ServiceDefinition,
  processor: ServiceDefinition,
  handlers: Handlers,
): Promise<number> {
  const server = new Server();
  const implement = (service: ServiceDefinition, methods: object) =>
    server.addService(service, methods as UntypedServiceImplementation);
  implement(authorization, {
    Check: (call: ServerUnaryCall<never, unknown>, done: sendUnaryData<unknown>) =>
      done(null, handlers.check(call.request)),
  });
  implement(processor, {
    Process: (call: ServerDuplexStream<never, unknown>) => {
      call.on('data', (message: never) => call.write(handlers.process(message)));
      call.on('end', () => call.end());
      call.on('error', () => {});
    },
  });
  return new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
      if (error === null) resolve(port);
      else reject(error);
    });
  });
}

/** What our definitions leave as bytes, as Envoy's type it. Same bytes on the wire. */
const TYPES: Readonly<Record<string, string>> = {
  headers: 'envoy.config.core.v3.HeaderMap',
  trailers: 'envoy.config.core.v3.HeaderMap',
  header_map: 'envoy.config.core.v3.HeaderMap',
  headerMap: 'envoy.config.core.v3.HeaderMap',
  metadata_context: 'envoy.config.core.v3.Metadata',
  metadataContext: 'envoy.config.core.v3.Metadata',
  value: 'google.protobuf.Struct',
};

type Tree = { [key: string]: unknown };

function typed(tree: Tree, owner = ''): Tree {
  return Object.fromEntries(
    Object.entries(tree).map(([name, node]) => {
      if (typeof node !== 'object' || node === null || Array.isArray(node)) return [name, node];
      const field = node as { type?: string; id?: number };
      const lazy = field.type === 'bytes' && field.id !== undefined && TYPES[name] !== undefined;
      // A header's own `value` is text; only that of a metadata entry is a struct.
      if (lazy && (name !== 'value' || owner === 'FilterMetadataEntry'))
        return [name, { ...field, type: TYPES[name] }];
      return [name, typed(node as Tree, name === 'fields' ? owner : name)];
    }),
  );
}
