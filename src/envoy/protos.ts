/**
 * The definitions in `protos/`, loaded once, as codecs and as gRPC services.
 *
 * On the hot path protobufjs types encode plain objects and decode to message objects directly. The proto-loader's
 * own serialisers convert every message twice, which costs three to four times as much to encode; they serve health.
 */
import { fileURLToPath } from 'node:url';
import type { MethodDefinition, ServiceDefinition } from '@grpc/grpc-js';
import { fromJSON } from '@grpc/proto-loader';
import protobuf from 'protobufjs';

const FOLDER = fileURLToPath(new URL('../../protos/', import.meta.url));
const FILES = [
  'envoy/service/auth/v3/external_auth.proto',
  'envoy/service/ext_proc/v3/external_processor.proto',
  'grpc/health/v1/health.proto',
];

function load(): protobuf.Root {
  const root = new protobuf.Root();
  root.resolvePath = (_importer, file) => FOLDER + file;
  root.loadSync(FILES);
  root.resolveAll();
  for (const type of typesIn(root)) giveEmptyBytes(type);
  return root;
}

function typesIn(space: protobuf.NamespaceBase): protobuf.Type[] {
  return space.nestedArray.flatMap((item) => {
    const inside = item instanceof protobuf.Namespace ? typesIn(item) : [];
    return item instanceof protobuf.Type ? [item, ...inside] : inside;
  });
}

const NO_BYTES = new Uint8Array(0);

/** A field of bytes that was not sent would read as a plain empty array, which no reader of bytes takes. */
function giveEmptyBytes(type: protobuf.Type): void {
  for (const field of type.fieldsArray) {
    if (field.type === 'bytes' && !field.repeated)
      Object.assign(type.ctor.prototype, { [field.name]: NO_BYTES });
  }
}

const root = load();
/** With defaults: a field that was not sent, such as the empty name in Envoy's health checks, reads as its empty value. */
const definitions = fromJSON(root.toJSON(), { defaults: true });

/** One message type. What it decodes and what it encodes are given the narrowest type that its user needs. */
export interface Codec<Decoded, Encoded> {
  /**
   * Nesting is bounded (100 levels), as is every length by the bytes given.
   * @throws if the bytes are not a message of this type
   */
  decode(bytes: Uint8Array): Decoded;
  encode(message: Encoded): Buffer;
}

/** @param name full name, such as `google.rpc.Status` */
export function codec<Decoded, Encoded>(name: string): Codec<Decoded, Encoded> {
  const type = root.lookupType(name);
  return {
    decode: (bytes) => type.decode(bytes) as Decoded,
    // Under Node protobufjs writes into a Buffer, whatever its types say.
    encode: (message) => type.encode(message as object).finish() as Buffer,
  };
}

/** A service by its full name, with the proto-loader's serialisers. */
export function service(name: string): ServiceDefinition {
  return definitions[name] as ServiceDefinition;
}

const asIs = (bytes: Buffer): Buffer => bytes;

/** A service whose messages stay bytes: its handlers decode and encode themselves, and answer for what goes wrong. */
export function rawService(name: string): ServiceDefinition {
  const raw: Record<string, MethodDefinition<Buffer, Buffer>> = {};
  for (const [method, { path, requestStream, responseStream }] of Object.entries(service(name))) {
    raw[method] = {
      path,
      requestStream,
      responseStream,
      requestSerialize: asIs,
      requestDeserialize: asIs,
      responseSerialize: asIs,
      responseDeserialize: asIs,
    };
  }
  return raw;
}

/** The definitions as data, for measuring what others make of them. */
export function definitionsJson(): Record<string, unknown> {
  return root.toJSON() as Record<string, unknown>;
}

/** Every message type loaded, for the comparison with Envoy's. */
export function messageTypes(): readonly protobuf.Type[] {
  return typesIn(root);
}
