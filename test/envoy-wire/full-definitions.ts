/** Envoy's full definitions, from a package that carries them: what the other side of the wire speaks. */

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';

const MODULES = fileURLToPath(new URL('../../node_modules/', import.meta.url));
const FOLDERS = [
  ...['envoy-api', 'googleapis', 'protoc-gen-validate', 'xds'].map(
    (name) => `@grpc/grpc-js-xds/deps/${name}/`,
  ),
  'protobufjs/',
];

function load(): protobuf.Root {
  const root = new protobuf.Root();
  root.resolvePath = (_importer, file) =>
    FOLDERS.map((folder) => MODULES + folder + file).find((path) => existsSync(path)) ?? file;
  root.loadSync([
    'envoy/service/auth/v3/external_auth.proto',
    'envoy/service/ext_proc/v3/external_processor.proto',
  ]);
  addNewer(root);
  root.resolveAll();
  return root;
}

/** What Envoy 1.40 has and the package does not yet. The real Envoy exercises all of it in test/envoy. */
function addNewer(root: protobuf.Root): void {
  const extProc = root.lookup('envoy.service.ext_proc.v3') as protobuf.Namespace;
  const mode = '.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode';
  root.lookupEnum(mode).add('FULL_DUPLEX_STREAMED', 4).add('GRPC', 5);
  extProc.add(
    new protobuf.Type('ProtocolConfiguration')
      .add(new protobuf.Field('requestBodyMode', 1, mode))
      .add(new protobuf.Field('responseBodyMode', 2, mode))
      .add(new protobuf.Field('sendBodyWithoutWaitingForHeaderResponse', 3, 'bool')),
  );
  extProc.add(
    new protobuf.Type('StreamedBodyResponse')
      .add(new protobuf.Field('body', 1, 'bytes'))
      .add(new protobuf.Field('endOfStream', 2, 'bool')),
  );
  const config = new protobuf.Field('protocolConfig', 11, 'ProtocolConfiguration');
  extProc.lookupType('ProcessingRequest').add(config);
  config.resolve();
  const streamed = new protobuf.Field('streamedResponse', 3, 'StreamedBodyResponse');
  extProc.lookupType('BodyMutation').oneofs.mutation?.add(streamed);
  streamed.resolve();
}

export const full: protobuf.Root = load();

/** Encodes as Envoy does. */
export function encode(name: string, message: object): Buffer {
  const type = full.lookupType(name);
  return Buffer.from(type.encode(type.fromObject(message)).finish());
}

/** Decodes as Envoy does: enums by name, bytes as buffers, only what is there. */
export function decode(name: string, bytes: Uint8Array): Record<string, unknown> {
  const type = full.lookupType(name);
  return type.toObject(type.decode(bytes), { enums: String });
}

export const CHECK_REQUEST = 'envoy.service.auth.v3.CheckRequest';
export const CHECK_RESPONSE = 'envoy.service.auth.v3.CheckResponse';
export const PROCESSING_REQUEST = 'envoy.service.ext_proc.v3.ProcessingRequest';
export const PROCESSING_RESPONSE = 'envoy.service.ext_proc.v3.ProcessingResponse';
