/** Stored objects at the second door: whose they are decides who may name them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { OperationName } from '../../src/core/operation.ts';
import type { Ports } from '../../src/core/ports.ts';
import type { Principal } from '../../src/core/principal.ts';
import { isRefusal } from '../../src/core/refusal.ts';
import { OBJECT_KINDS, type ObjectKind, ownerOf } from '../../src/core/stored-object.ts';
import type { Voucher } from '../../src/core/voucher.ts';
import { forgetDeleted, keepMade } from '../../src/doors/answer-objects.ts';
import { owned } from '../../src/doors/owned.ts';
import { type World, world } from '../fakes.ts';
import { policy } from './policy-fixture.ts';
import { ProxyModel } from './proxy-model.ts';

const OPERATIONS: readonly OperationName[] = [
  'chat',
  'responses',
  'responses.get',
  'responses.delete',
  'responses.cancel',
  'responses.items',
  'files.create',
  'files.list',
  'files.get',
  'files.content',
  'files.delete',
  'batches.create',
  'batches.list',
  'batches.get',
  'batches.cancel',
];

const caller = (tenant?: string, id = 'key_1'): Principal => ({
  methods: ['api-key'],
  id,
  ...(tenant !== undefined && { tenant }),
  groups: [],
});

const ACME = caller('acme');
const GLOBEX = caller('globex', 'key_2');

function withObjects(...refs: [ObjectKind, string, Principal?][]): World {
  const ports = world();
  for (const [kind, id, owner = ACME] of refs)
    void ports.objects.keep({ kind, id, owner: ownerOf(owner), backend: 'openai' }, 0);
  return ports;
}

interface Bare {
  readonly ports?: World;
  readonly who?: Principal;
  readonly name: OperationName;
  readonly object?: [ObjectKind, string];
  readonly path: string;
  readonly method?: string;
}

/** A request without a body, as far as the door lets it. */
async function bare({ ports = withObjects(), who = ACME, name, object, path, method = 'GET' }: Bare) {
  const pathObject = object === undefined ? {} : { pathObject: { kind: object[0], id: object[1] } };
  const model = new ProxyModel({
    ports,
    policy: policy({ operations: OPERATIONS, spread: false }),
    voucher: {
      operation: { name, dialect: 'openai', body: 'none', ...pathObject },
      principal: who,
      method,
      path,
    },
  });
  await model.request({ ':method': method, ':path': path }, true);
  return model;
}

const getFile = (id: string, who?: Principal, ports?: World) =>
  bare({
    name: 'files.get',
    object: ['file', id],
    path: `/v1/files/${id}`,
    ...(who && { who }),
    ...(ports && { ports }),
  });

describe('a stored object in a path', () => {
  it('H19: is reached by its owner, at the backend that keeps it, with that backend’s credential', async () => {
    const model = await getFile('file-a', ACME, withObjects(['file', 'file-a']));
    assert.equal(model.immediate, undefined);
    assert.equal(model.toBackend.get('x-sallyport-backend'), 'openai');
    assert.equal(model.toBackend.get('authorization'), 'Bearer sk-backend');
  });

  it('H19, H21, H22: is for everybody else exactly what an id that never was is', async () => {
    const ports = withObjects(['file', 'file-a'], ['batch', 'batch_a'], ['response', 'resp_a']);
    const requests: [OperationName, ObjectKind, string, string][] = [
      ['files.get', 'file', 'file-', 'GET'],
      ['files.content', 'file', 'file-', 'GET'],
      ['files.delete', 'file', 'file-', 'DELETE'],
      ['batches.get', 'batch', 'batch_', 'GET'],
      ['batches.cancel', 'batch', 'batch_', 'POST'],
      ['responses.get', 'response', 'resp_', 'GET'],
      ['responses.delete', 'response', 'resp_', 'DELETE'],
      ['responses.cancel', 'response', 'resp_', 'POST'],
      ['responses.items', 'response', 'resp_', 'GET'],
    ];
    for (const [name, kind, prefix, method] of requests) {
      const ask = (id: string) =>
        bare({ ports, who: GLOBEX, name, object: [kind, prefix + id], path: `/v1/x/${prefix}${id}`, method });
      const [theirs, nobodys] = [await ask('a'), await ask('z')];
      assert.equal(theirs.immediate?.status, 404, name);
      assert.deepEqual(theirs.immediate, nobodys.immediate, name);
      assert.equal(JSON.parse(theirs.immediate?.body ?? '').error.code, 'object_not_found');
      assert.equal(theirs.toBackend.size, 0);
    }
  });

  it('belongs to the whole tenant, or to the principal alone where it has none', async () => {
    const ports = withObjects(['file', 'file-a', ACME], ['file', 'file-b', caller(undefined, 'key_7')]);
    assert.equal((await getFile('file-a', caller('acme', 'key_9'), ports)).immediate, undefined);
    assert.equal((await getFile('file-b', caller(undefined, 'key_7'), ports)).immediate, undefined);
    assert.equal((await getFile('file-b', caller(undefined, 'key_8'), ports)).immediate?.status, 404);
    assert.equal((await getFile('file-b', caller('key_7'), ports)).immediate?.status, 404);
  });

  it('is unknown under another kind', async () => {
    const ports = withObjects(['response', 'file-a']);
    assert.equal((await getFile('file-a', ACME, ports)).immediate?.status, 404);
  });

  it('is refused, not passed, where the owner cannot be looked up', async () => {
    const away = {
      find: () => Promise.reject(new Error('away')),
      keep: () => 'kept',
      forget: () => {},
    } as const;
    for (const objects of [away, { ...away, find: () => assert.fail('away') }]) {
      const ports = { ...withObjects(), objects } as World;
      const { immediate } = await getFile('file-a', ACME, ports);
      assert.equal(immediate?.status, 503);
      assert.equal(JSON.parse(immediate?.body ?? '').error.code, 'objects_unavailable');
    }
  });
});

describe('the owner of objects', () => {
  it('is the same for no two principals that differ in tenant, or lack one and differ in id', () => {
    const principal = fc.record(
      { tenant: fc.constantFrom('a', 'b', 'principal:a', 'a:b'), id: fc.constantFrom('a', 'b', 'tenant:a') },
      { requiredKeys: ['id'] },
    );
    fc.assert(
      fc.property(principal, principal, (one, other) => {
        const same = ownerOf(caller(one.tenant, one.id)) === ownerOf(caller(other.tenant, other.id));
        const may = one.tenant === other.tenant && (one.tenant !== undefined || one.id === other.id);
        assert.equal(same, may);
      }),
      { seed: 3, numRuns: 1000 },
    );
  });

  it('H20: lets a request name any of its own objects, and none with one among them that is not', () => {
    const ref = fc.record({
      kind: fc.constantFrom(...OBJECT_KINDS),
      id: fc.constantFrom('a', 'b', 'c', 'd'),
    });
    fc.assert(
      fc.property(fc.uniqueArray(ref), fc.array(ref), (mine, asked) => {
        const ports: Pick<Ports, 'objects' | 'faults'> = world();
        for (const object of mine)
          void ports.objects.keep({ ...object, owner: ownerOf(ACME), backend: 'openai' }, 0);
        const answer = owned(asked, ACME, ports);
        assert.ok(!(answer instanceof Promise));
        const all = asked.every((one) => mine.some(({ kind, id }) => kind === one.kind && id === one.id));
        assert.equal(!isRefusal(answer), all);
        const stranger = owned(asked, GLOBEX, ports);
        assert.equal(isRefusal(stranger), asked.length > 0);
      }),
      { seed: 5, numRuns: 1000 },
    );
  });

  it('must not name objects of two backends: no one place could serve them', () => {
    const ports = world();
    for (const backend of ['openai', 'vllm'])
      void ports.objects.keep({ kind: 'file', id: backend, owner: ownerOf(ACME), backend }, 0);
    const both = ['openai', 'vllm'].map((id) => ({ kind: 'file' as const, id }));
    const answer = owned(both, ACME, ports);
    assert.ok(isRefusal(answer) && answer.refused === 'body_invalid');
  });
});

describe('an object whose id cannot be read', () => {
  it("is nobody's, and no other tenant's answer suffers from it", async () => {
    const ports = world();
    const voucher = {
      principal: ACME,
      operation: { name: 'files.create', dialect: 'openai', body: 'multipart' },
    };
    const made = async (principal: Principal) =>
      keepMade([{ kind: 'file', id: '' }], {
        voucher: { ...voucher, principal } as unknown as Voucher,
        backend: 'openai',
        ports,
      });
    assert.equal(await made(ACME), undefined);
    assert.equal(await made(GLOBEX), undefined);
    assert.ok(isRefusal(await owned([{ kind: 'file', id: '' }], ACME, ports)));
  });
});

describe('a file that was read as requests', () => {
  it('E12: may become a batch; any other file may not, and it is forgotten with the file', async () => {
    const ports = world();
    const voucher = {
      principal: ACME,
      operation: { name: 'files.create', dialect: 'openai', body: 'multipart' },
    } as unknown as Voucher;
    const x = { voucher, backend: 'openai', ports };
    const uses = [{ operation: 'chat', model: 'fast', requests: 1, input: 1, output: 1 }] as const;
    await keepMade([{ kind: 'file', id: 'file-read' }], { ...x, uses });
    await keepMade([{ kind: 'file', id: 'file-other' }], x);
    const mayBecome = async (id: string) =>
      !isRefusal(await owned([{ kind: 'batch_file', id }], ACME, ports));
    assert.deepEqual([await mayBecome('file-read'), await mayBecome('file-other')], [true, false]);
    const pathObject = { kind: 'file', id: 'file-read' } as const;
    const operation = { ...voucher.operation, name: 'files.delete', pathObject } as const;
    await forgetDeleted({ ...x, voucher: { ...voucher, operation } });
    assert.equal(await mayBecome('file-read'), false);
  });
});
