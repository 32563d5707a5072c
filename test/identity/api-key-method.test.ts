import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import type { KeyLookup, Keys, Random } from '../../src/core/ports.ts';
import { isRefusal } from '../../src/core/refusal.ts';
import { digestOf, mint, pepperOf } from '../../src/identity/api-key.ts';
import { apiKeyMethod, identifyByKey } from '../../src/identity/api-key-method.ts';
import { identify } from '../../src/identity/identify.ts';
import { principalOf } from '../../src/identity/key-store.ts';

const random: Random = { bytes: (count) => randomBytes(count), fraction: () => 0.5 };
const PEPPER = pepperOf(randomBytes(32));
const good = (id: string): KeyLookup => ({ found: true, principal: principalOf(id, { groups: [] }) });

/** Keys that remember what they were asked. */
function keysOf(known: Record<string, KeyLookup>): Keys & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    find(digest) {
      asked.push(digest);
      return known[digest] ?? { found: false, why: 'unknown' };
    },
  };
}

const rulesOf = (known: Record<string, KeyLookup> = {}) => ({
  headers: ['authorization', 'x-api-key'],
  find: (digest: string) => known[digest],
});

const bearer = (key: string) => new Map([['authorization', [`Bearer ${key}`]]]);

describe('identity by API key', () => {
  it('knows a key of the state by its digest, and names the header that must not travel on', () => {
    const key = mint(random);
    const keys = keysOf({ [digestOf(key)]: good('key_a') });
    assert.deepEqual(identifyByKey(bearer(key), rulesOf(), keys, 0), {
      principal: { method: 'api-key', id: 'key_a', key: 'key_a', groups: [] },
      credentialHeaders: ['authorization'],
    });
    assert.deepEqual(keys.asked, [digestOf(key)]);
  });

  it('lets the policy speak first, and finally, about a key that it declares', () => {
    const key = mint(random);
    const keys = keysOf({ [digestOf(key)]: good('key_state') });
    const declared = rulesOf({ [digestOf(key)]: { found: false, why: 'expired' } });
    assert.ok(isRefusal(identifyByKey(bearer(key), declared, keys, 0)));
    const found = identifyByKey(bearer(key), rulesOf({ [digestOf(key)]: good('ci') }), keys, 0);
    assert.ok(!isRefusal(found));
    assert.equal(found.principal.id, 'ci');
  });

  it('knows keys stored with the pepper, and those stored before there was one', () => {
    const key = mint(random);
    for (const digest of [digestOf(key, PEPPER), digestOf(key)]) {
      const found = identifyByKey(bearer(key), rulesOf(), keysOf({ [digest]: good('key_a') }), 0, PEPPER);
      assert.ok(!isRefusal(found), digest);
    }
    const other = keysOf({ [digestOf(key, pepperOf(randomBytes(32)))]: good('key_a') });
    assert.ok(isRefusal(identifyByKey(bearer(key), rulesOf(), other, 0, PEPPER)));
  });

  it('L19: gives unknown, revoked, expired and malformed keys the very same answer', () => {
    const [unknown, revoked, expired] = [mint(random), mint(random), mint(random)];
    const keys = keysOf({
      [digestOf(revoked)]: { found: false, why: 'revoked' },
      [digestOf(expired)]: { found: false, why: 'expired' },
    });
    const malformed = `${unknown.slice(0, -1)}${unknown.endsWith('0') ? '1' : '0'}`;
    const answers = [unknown, revoked, expired, malformed, 'sp_', 'something-else'].map((key) =>
      identifyByKey(bearer(key), rulesOf(), keys, 0),
    );
    for (const answer of answers) assert.deepEqual(answer, answers[0]);
    assert.ok(isRefusal(answers[0]) && answers[0].refused === 'credential_invalid');
  });

  it('refuses a key with wrong check characters without asking the state', () => {
    const key = mint(random);
    const keys = keysOf({});
    identifyByKey(bearer(`${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`), rulesOf(), keys, 0);
    identifyByKey(bearer('sk-proj-abcdef'), rulesOf(), keys, 0);
    assert.deepEqual(keys.asked, []);
  });

  it('L17: asks once for a key, however many there are', () => {
    const keys = keysOf(
      Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`sha256:${i}`, good(`key_${i}`)])),
    );
    identifyByKey(bearer(mint(random)), rulesOf(), keys, 0);
    assert.equal(keys.asked.length, 1);
  });

  it('finds nobody where the policy takes no keys', () => {
    const answer = identifyByKey(bearer(mint(random)), undefined, keysOf({}), 0);
    assert.ok(isRefusal(answer) && answer.refused === 'credential_missing');
  });
});

describe('identity methods in turn', () => {
  it('leaves what is not its own to the next method, and asks nobody after one that says bad', () => {
    const asked: string[] = [];
    const method = (name: string, verdict: ReturnType<ReturnType<typeof apiKeyMethod>['verify']>) => ({
      name: 'api-key' as const,
      verify: () => {
        asked.push(name);
        return verdict;
      },
    });
    const key = apiKeyMethod(rulesOf(), keysOf({}));
    const known = identify(
      bearer('e30.e30.x'),
      ['authorization'],
      [key, method('second', principalOf('b', { groups: [] }))],
      0,
    );
    assert.ok(!isRefusal(known) && known.principal.id === 'b');
    const bad = identify(
      bearer('x'),
      ['authorization'],
      [method('bad', { refused: 'credential_invalid' }), method('third', undefined)],
      0,
    );
    assert.ok(isRefusal(bad));
    assert.deepEqual(asked, ['second', 'bad']);
  });
});
