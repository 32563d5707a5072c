import assert from 'node:assert/strict';
import { test } from 'node:test';
import protobuf from 'protobufjs';
import { messageTypes, service } from '../../src/envoy/protos.ts';
import { full } from './full-definitions.ts';

/** Ours that Envoy's package does not carry. */
const ELSEWHERE = ['.grpc.health.v1.HealthCheckRequest', '.grpc.health.v1.HealthCheckResponse'];
/** Well-known types come with protobufjs, for both. */
const ours = messageTypes().filter(
  (type) => !ELSEWHERE.includes(type.fullName) && !type.fullName.startsWith('.google.protobuf.'),
);

/** Where ours says it differently, and the wire does not notice. */
const SAME_ON_THE_WIRE: Record<string, readonly [ours: string, theirs: string]> = {
  '.envoy.service.auth.v3.AttributeContext.HttpRequest.headers': [
    'repeated HeadersEntry',
    'map<string, string>',
  ],
  '.envoy.service.auth.v3.AttributeContext.HttpRequest.header_map': [
    'bytes',
    '.envoy.config.core.v3.HeaderMap',
  ],
  '.envoy.service.ext_proc.v3.HttpHeaders.headers': ['bytes', '.envoy.config.core.v3.HeaderMap'],
  '.envoy.service.ext_proc.v3.ProcessingRequest.metadata_context': [
    'bytes',
    '.envoy.config.core.v3.Metadata',
  ],
  '.envoy.config.core.v3.Metadata.filter_metadata': [
    'repeated FilterMetadataEntry',
    'map<string, .google.protobuf.Struct>',
  ],
  '.envoy.type.v3.HttpStatus.code': ['int32', '.envoy.type.v3.StatusCode'],
};

/** What stands on the wire for a field of this type: protobuf's wire types 0, 1, 2 and 5. */
function wireType(field: protobuf.Field): number | undefined {
  if (field.map || field.resolvedType instanceof protobuf.Type) return 2;
  if (field.resolvedType instanceof protobuf.Enum) return 0;
  return (protobuf.types.basic as Record<string, number>)[field.type];
}

function typeName(field: protobuf.Field): string {
  const name = field.resolvedType?.fullName ?? field.type;
  if (field instanceof protobuf.MapField) return `map<${field.keyType}, ${name}>`;
  if (field.resolvedType && isEntry(field.resolvedType)) return `repeated ${field.resolvedType.name}`;
  return field.repeated ? `repeated ${name}` : name;
}

function isEntry(type: protobuf.ReflectionObject): boolean {
  return type.name.endsWith('Entry');
}

function oneofOf(field: protobuf.Field): string | undefined {
  return field.partOf?.name;
}

test('every message of ours is one of Envoy', () => {
  assert.ok(ours.length >= 20, `only ${ours.length} types were found`);
  for (const type of ours.filter((one) => !isEntry(one)))
    assert.ok(full.lookup(type.fullName), type.fullName);
});

for (const type of ours.filter((one) => !isEntry(one))) {
  test(`${type.fullName} has Envoy's names, numbers, types and oneofs`, () => {
    const theirs = full.lookupType(type.fullName);
    for (const field of type.fieldsArray) {
      const original = theirs.fields[field.name];
      assert.ok(original, `${field.name} is no field of Envoy's`);
      assert.equal(field.id, original.id, `number of ${field.name}`);
      assert.equal(wireType(field), wireType(original), `wire type of ${field.name}`);
      assert.equal(field.repeated || field.map, original.repeated || original.map, `label of ${field.name}`);
      assert.equal(oneofOf(field), oneofOf(original), `oneof of ${field.name}`);
      const told = SAME_ON_THE_WIRE[`${type.fullName}.${snake(field.name)}`];
      assert.deepEqual(
        [typeName(field), typeName(original)],
        told ?? [typeName(original), typeName(original)],
      );
    }
  });
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

test('entries of a map are key and value, numbered 1 and 2', () => {
  const entries = ours.filter(isEntry);
  assert.deepEqual(entries.map((entry) => entry.name).sort(), ['FilterMetadataEntry', 'HeadersEntry']);
  for (const entry of entries) {
    assert.deepEqual(
      entry.fieldsArray.map((field) => [field.name, field.id, wireType(field)]),
      [
        ['key', 1, 2],
        ['value', 2, 2],
      ],
    );
  }
});

test('enums have the same values', () => {
  for (const name of [
    'envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode',
    'envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.HeaderSendMode',
    'envoy.config.core.v3.HeaderValueOption.HeaderAppendAction',
    'envoy.service.ext_proc.v3.CommonResponse.ResponseStatus',
  ]) {
    const mine = ours[0]?.root.lookupEnum(name);
    const { values } = full.lookupEnum(name);
    for (const [value, number] of Object.entries(mine?.values ?? {}))
      assert.equal(values[value], number, value);
    assert.ok(Object.keys(mine?.values ?? {}).length > 1, name);
  }
});

test('both services have Envoy’s methods', () => {
  for (const name of ['envoy.service.auth.v3.Authorization', 'envoy.service.ext_proc.v3.ExternalProcessor']) {
    const theirs = full.lookupService(name).methodsArray.map((method) => ({
      path: `/${name}/${method.name}`,
      requestStream: method.requestStream === true,
      responseStream: method.responseStream === true,
    }));
    const mine = Object.values(service(name)).map(({ path, requestStream, responseStream }) => ({
      path,
      requestStream,
      responseStream,
    }));
    assert.deepEqual(mine, theirs);
  }
});

test('health is numbered as gRPC numbers it', () => {
  const root = ours[0]?.root;
  assert.equal(root?.lookupType('grpc.health.v1.HealthCheckRequest').fields.service?.id, 1);
  assert.equal(root?.lookupType('grpc.health.v1.HealthCheckResponse').fields.status?.id, 1);
  assert.deepEqual(
    { ...root?.lookupEnum('grpc.health.v1.HealthCheckResponse.ServingStatus').values },
    {
      UNKNOWN: 0,
      SERVING: 1,
      NOT_SERVING: 2,
      SERVICE_UNKNOWN: 3,
    },
  );
  assert.deepEqual(
    Object.values(service('grpc.health.v1.Health')).map(({ path, responseStream }) => [path, responseStream]),
    [
      ['/grpc.health.v1.Health/Check', false],
      ['/grpc.health.v1.Health/Watch', true],
    ],
  );
});
