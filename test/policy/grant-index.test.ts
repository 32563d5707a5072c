import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { OPERATIONS, type OperationName } from '../../src/core/operation.ts';
import { ATTRIBUTES, type Principal } from '../../src/core/principal.ts';
import { type IndexedGrant, indexGrants } from '../../src/policy/grant-index.ts';
import { grantOf } from '../doors/policy-fixture.ts';

type To = IndexedGrant['to'];

const grant = (id: string, to: To, operations: readonly OperationName[] = OPERATIONS): IndexedGrant => ({
  grant: grantOf({ id }),
  to,
  operations: new Set(operations),
});

const caller = (more: Partial<Principal> = {}): Principal => ({
  methods: ['api-key'],
  id: 'k',
  groups: [],
  ...more,
});

const ids = (grants: readonly IndexedGrant[], principal: Principal, operation: OperationName = 'chat') =>
  indexGrants(grants)(principal, operation).map((found) => found.id);

test('without grants nobody may do anything', () => {
  assert.deepEqual(ids([], caller({ tenant: 'acme' })), []);
});

test('an attribute that the caller lacks matches nothing, not even a star', () => {
  assert.deepEqual(ids([grant('a', { team: ['*'] })], caller({ tenant: 'acme' })), []);
  assert.deepEqual(ids([grant('a', { groups: ['*'] })], caller()), []);
});

test('every attribute that a grant names must match', () => {
  const grants = [grant('a', { tenant: ['acme'], team: ['search'] })];
  assert.deepEqual(ids(grants, caller({ tenant: 'acme', team: 'search' })), ['a']);
  assert.deepEqual(ids(grants, caller({ tenant: 'acme', team: 'ads' })), []);
  assert.deepEqual(ids(grants, caller({ tenant: 'other', team: 'search' })), []);
});

test('grants come in the order of the policy, each once, however they were found', () => {
  const grants = [
    grant('glob', { tenant: ['ac*'] }),
    grant('groups', { groups: ['a', 'b'] }),
    grant('any', 'any'),
    grant('team', { team: ['search', 'ads'] }),
    grant('other', { team: ['ads'] }),
  ];
  const principal = caller({ tenant: 'acme', team: 'search', groups: ['b', 'a'] });
  assert.deepEqual(ids(grants, principal), ['glob', 'groups', 'any', 'team']);
});

// The law: the index finds what a walk over all grants would find, in its order.

const value = fc.constantFrom('a', 'b', 'ab', 'c');
const pattern = fc.oneof(value, value, fc.constantFrom('*', 'a*', '*b', '*a*'));
const facets = [...ATTRIBUTES, 'groups'] as const;
const to: fc.Arbitrary<To> = fc.oneof(
  { weight: 1, arbitrary: fc.constant('any' as const) },
  {
    weight: 6,
    arbitrary: fc
      .dictionary(fc.constantFrom(...facets), fc.array(pattern, { minLength: 1, maxLength: 3 }), {
        minKeys: 1,
        maxKeys: 3,
      })
      .map((map) => ({ ...map }) as To),
  },
);
const operations = fc.subarray([...OPERATIONS], { minLength: 1 });
const policy = fc
  .array(fc.tuple(to, operations), { maxLength: 12 })
  .map((rows) => rows.map(([whom, what], i) => grant(`g${i}`, whom, what)));
const principals: fc.Arbitrary<Principal> = fc
  .tuple(
    fc.dictionary(fc.constantFrom(...ATTRIBUTES), value, { maxKeys: 6 }),
    fc.uniqueArray(value, { maxLength: 3 }),
  )
  .map(([attributes, groups]) => ({ methods: ['api-key'], id: 'k', ...attributes, groups }));

const asRegExp = (glob: string) => new RegExp(`^${glob.replaceAll('*', '.*')}$`);

function slowly(grants: readonly IndexedGrant[], principal: Principal, operation: OperationName): string[] {
  const matches = (whom: To) =>
    whom === 'any' ||
    Object.entries(whom).every(([facet, patterns]) => {
      const held = [principal[facet as (typeof facets)[number]] ?? []].flat();
      return held.some((one) => (patterns as string[]).some((glob) => asRegExp(glob).test(one)));
    });
  return grants.filter((one) => one.operations.has(operation) && matches(one.to)).map((one) => one.grant.id);
}

test('finds exactly the grants that a walk over all of them finds', () => {
  fc.assert(
    fc.property(policy, principals, fc.constantFrom(...OPERATIONS), (grants, principal, operation) => {
      assert.deepEqual(ids(grants, principal, operation), slowly(grants, principal, operation));
    }),
    { numRuns: 2000 },
  );
});

test('the order in which grants are written changes nothing but the order in which they are named', () => {
  fc.assert(
    fc.property(policy, principals, (grants, principal) => {
      assert.deepEqual(ids(grants, principal).sort(), ids(grants.toReversed(), principal).sort());
    }),
  );
});

/** How often attributes of the caller are looked at to find its grants. */
function looks(grants: readonly IndexedGrant[]): number {
  let count = 0;
  const principal = new Proxy(caller({ tenant: 'acme', team: 'team-1', key: 'ci' }), {
    get: (target, name) => {
      count += 1;
      return Reflect.get(target, name);
    },
  });
  assert.deepEqual(
    indexGrants(grants)(principal, 'chat').map((found) => found.id),
    ['mine'],
  );
  return count;
}

test('the work does not grow with grants of others', () => {
  const mine = grant('mine', { tenant: ['acme'], team: ['team-1'] });
  const others = (n: number) =>
    Array.from({ length: n }, (_, i) => grant(`o${i}`, { tenant: ['acme'], team: [`team-${i + 2}`] }));
  assert.equal(looks([mine, ...others(10)]), looks([mine, ...others(10_000)]));
});

test('the rarest attribute leads, whichever it is', () => {
  const mine = grant('mine', { tenant: ['acme'], team: ['team-1'] });
  const others = (n: number) =>
    Array.from({ length: n }, (_, i) => grant(`o${i}`, { tenant: [`t-${i}`], team: ['team-1'] }));
  assert.equal(looks([mine, ...others(10)]), looks([mine, ...others(10_000)]));
});
