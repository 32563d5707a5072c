import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { principalOf } from '../../src/core/key-owner.ts';
import { networksOf } from '../../src/core/network.ts';
import type { KeyLookup, Keys, Random } from '../../src/core/ports.ts';
import type { Principal } from '../../src/core/principal.ts';
import { isRefusal, type Refusal } from '../../src/core/refusal.ts';
import { digestOf, mint, type Pepper, pepperOf } from '../../src/identity/api-key.ts';
import { apiKeyMethod } from '../../src/identity/api-key-method.ts';
import type { Evidence } from '../../src/identity/method.ts';
import type { ApiKeyRules } from '../../src/policy/identity-rules.ts';
import { bearing } from './evidence.ts';

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
  query: false,
  find: (digest: string) => known[digest],
});

/** What the method says of a credential. It never waits. */
function judge(
  evidence: Evidence,
  rules: ApiKeyRules,
  keys: Keys,
  now: number,
  pepper?: Pepper,
): Principal | Refusal | undefined {
  const verdict = apiKeyMethod(rules, keys, pepper).verify(evidence, now);
  assert.ok(!(verdict instanceof Promise));
  return verdict;
}

describe('identity by API key', () => {
  it('knows a key of the state by its digest', () => {
    const key = mint(random);
    const keys = keysOf({ [digestOf(key)]: good('key_a') });
    const principal = { methods: ['api-key'], id: 'key_a', key: 'key_a', groups: [] };
    assert.deepEqual(judge(bearing(key), rulesOf(), keys, 0), principal);
    assert.deepEqual(keys.asked, [digestOf(key)]);
  });

  it('lets the policy speak first, and finally, about a key that it declares', () => {
    const key = mint(random);
    const keys = keysOf({ [digestOf(key)]: good('key_state') });
    const declared = rulesOf({ [digestOf(key)]: { found: false, why: 'expired' } });
    assert.ok(isRefusal(judge(bearing(key), declared, keys, 0)));
    const found = judge(bearing(key), rulesOf({ [digestOf(key)]: good('ci') }), keys, 0);
    assert.ok(found !== undefined && !isRefusal(found));
    assert.equal(found.id, 'ci');
  });

  it('knows keys stored with the pepper, and those stored before there was one', () => {
    const key = mint(random);
    for (const digest of [digestOf(key, PEPPER), digestOf(key)]) {
      const found = judge(bearing(key), rulesOf(), keysOf({ [digest]: good('key_a') }), 0, PEPPER);
      assert.ok(found !== undefined && !isRefusal(found), digest);
    }
    const other = keysOf({ [digestOf(key, pepperOf(randomBytes(32)))]: good('key_a') });
    assert.ok(isRefusal(judge(bearing(key), rulesOf(), other, 0, PEPPER)));
  });

  it('L19: gives unknown, revoked, expired and malformed keys the very same answer', () => {
    const [unknown, revoked, expired] = [mint(random), mint(random), mint(random)];
    const keys = keysOf({
      [digestOf(revoked)]: { found: false, why: 'revoked' },
      [digestOf(expired)]: { found: false, why: 'expired' },
    });
    const malformed = `${unknown.slice(0, -1)}${unknown.endsWith('0') ? '1' : '0'}`;
    const answers = [unknown, revoked, expired, malformed, 'sp_'].map((key) =>
      judge(bearing(key), rulesOf(), keys, 0),
    );
    for (const answer of answers) {
      assert.ok(isRefusal(answer));
      const { why, ...told } = answer;
      assert.deepEqual(told, {
        refused: 'credential_invalid',
        headers: [['www-authenticate', 'Bearer realm="sallyport", error="invalid_token"']],
      });
      assert.equal(typeof why, 'string');
    }
  });

  it('refuses a key with wrong check characters without asking the state', () => {
    const key = mint(random);
    const keys = keysOf({});
    judge(bearing(`${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`), rulesOf(), keys, 0);
    judge(bearing('sk-proj-abcdef'), rulesOf(), keys, 0);
    assert.deepEqual(keys.asked, []);
  });

  it('L17: asks once for a key, however many there are', () => {
    const keys = keysOf(
      Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`sha256:${i}`, good(`key_${i}`)])),
    );
    judge(bearing(mint(random)), rulesOf(), keys, 0);
    assert.equal(keys.asked.length, 1);
  });

  it('leaves a credential that is none of its own to others', () => {
    assert.equal(judge(bearing('e30.e30.x'), rulesOf(), keysOf({}), 0), undefined);
    assert.equal(judge({ ...bearing('x'), credential: undefined }, rulesOf(), keysOf({}), 0), undefined);
  });

  it('refuses a key that is used from elsewhere than it may be, or from nobody knows where', () => {
    const key = mint(random);
    const bound = { ...good('key_a'), networks: networksOf(['192.0.2.0/24']) } as KeyLookup;
    const keys = keysOf({ [digestOf(key)]: bound });
    const from = (clientAddress: string) => judge({ ...bearing(key), clientAddress }, rulesOf(), keys, 0);
    assert.ok(!isRefusal(from('192.0.2.9')));
    for (const address of ['198.51.100.1', '', 'x', '::1']) {
      const refusal = from(address);
      assert.ok(isRefusal(refusal) && refusal.why === 'wrong_network', address);
    }
  });
});
