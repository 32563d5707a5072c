import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { METHODS, type Method, type Principal } from '../../src/core/principal.ts';
import { isRefusal, type Refusal } from '../../src/core/refusal.ts';
import { invalidCredential } from '../../src/identity/challenge.ts';
import { identify } from '../../src/identity/identify.ts';
import type { Evidence, IdentityMethod, Verdict } from '../../src/identity/method.ts';
import type { Requirement } from '../../src/policy/identity-rules.ts';
import { bearing, evidenceOf } from './evidence.ts';

const BARE = evidenceOf();
const WITH_TOKEN = bearing('abc');

const who = (name: Method, more: Partial<Principal> = {}): Principal => ({
  methods: [name],
  id: `by ${name}`,
  groups: [],
  ...more,
});

const says = (name: Method, verdict: Verdict, asked?: string[]): IdentityMethod => ({
  name,
  judges: name === 'mtls' || name === 'mesh' ? 'connection' : 'credential',
  verify: () => {
    asked?.push(name);
    return verdict;
  },
});

const any = (...methods: Method[]): Requirement => ({ prove: 'any', methods });
const all = (...methods: Method[]): Requirement => ({ prove: 'all', methods });

function judged(
  evidence: Evidence,
  methods: readonly IdentityMethod[],
  required: Requirement,
): Principal | Refusal {
  const known = identify(evidence, methods, required, 0);
  assert.ok(!(known instanceof Promise));
  return known;
}

function refusedAs(...args: Parameters<typeof judged>): string {
  const known = judged(...args);
  return isRefusal(known) ? known.refused : `is ${known.id}`;
}

const BAD = invalidCredential('unknown');

describe('any of several proofs', () => {
  it('leaves a credential to the method that knows it, and asks nobody after one that says bad', () => {
    const asked: string[] = [];
    const methods = [says('api-key', undefined, asked), says('oidc', who('oidc'), asked)];
    assert.equal(refusedAs(WITH_TOKEN, methods, any('api-key', 'oidc')), 'is by oidc');
    const bad = [says('api-key', BAD, asked), says('introspection', who('introspection'), asked)];
    assert.equal(refusedAs(WITH_TOKEN, bad, any('api-key', 'introspection')), 'credential_invalid');
    assert.deepEqual(asked, ['api-key', 'oidc', 'api-key']);
  });

  it('takes the connection where there is no credential', () => {
    const methods = [says('api-key', undefined), says('mtls', who('mtls'))];
    assert.equal(refusedAs(BARE, methods, any('api-key', 'mtls')), 'is by mtls');
    assert.equal(refusedAs(BARE, methods, any('api-key')), 'credential_missing');
  });

  it('never overlooks a bad credential: neither a good connection nor an open door makes up for it', () => {
    const methods = [says('api-key', BAD), says('mtls', who('mtls'))];
    assert.equal(refusedAs(WITH_TOKEN, methods, any('api-key', 'mtls')), 'credential_invalid');
    assert.equal(refusedAs(WITH_TOKEN, methods, { ...any('mtls'), anonymous: {} }), 'credential_invalid');
    assert.equal(refusedAs(WITH_TOKEN, [], { ...any(), anonymous: {} }), 'credential_invalid');
  });

  it('refuses a good credential of a kind that is not accepted here', () => {
    const methods = [says('api-key', who('api-key'))];
    assert.equal(refusedAs(WITH_TOKEN, methods, any('oidc')), 'credential_invalid');
  });

  it('lets nobody in without proof, unless the policy says so aloud', () => {
    assert.equal(refusedAs(BARE, [], any()), 'credential_missing');
    const known = judged(BARE, [], { ...any('api-key'), anonymous: { tenant: 'public' } });
    assert.deepEqual(known, { methods: ['anonymous'], id: 'anonymous', tenant: 'public', groups: [] });
  });

  it('does not make one principal of a key and a certificate: only the credential speaks', () => {
    const methods = [
      says('api-key', who('api-key', { tenant: 'acme' })),
      says('mtls', who('mtls', { team: 'root' })),
    ];
    const known = judged(WITH_TOKEN, methods, any('api-key', 'mtls'));
    assert.deepEqual(known, who('api-key', { tenant: 'acme' }));
  });
});

describe('all of several proofs', () => {
  const user = who('oidc', { user: 'ann', tenant: 'acme', groups: ['a'], issuer: 'corp', scopes: ['x'] });
  const workload = who('mtls', { workload: 'spiffe://example.org/w', groups: ['b'], issuer: 'example.org' });

  it('makes one principal of both, named as the first', () => {
    const known = judged(WITH_TOKEN, [says('oidc', user), says('mtls', workload)], all('oidc', 'mtls'));
    assert.deepEqual(known, {
      ...user,
      methods: ['oidc', 'mtls'],
      workload: 'spiffe://example.org/w',
      groups: ['a', 'b'],
      labels: {},
    });
  });

  it('wants every one of them', () => {
    const methods = [says('oidc', user), says('mtls', undefined)];
    assert.equal(refusedAs(WITH_TOKEN, methods, all('oidc', 'mtls')), 'credential_missing');
    assert.equal(
      refusedAs(BARE, [says('oidc', undefined), says('mtls', workload)], all('oidc', 'mtls')),
      'credential_missing',
    );
    assert.equal(refusedAs(WITH_TOKEN, [says('oidc', user)], all('oidc', 'mtls')), 'credential_missing');
  });

  it('is nobody where the proofs speak of two tenants', () => {
    const stranger = says('mtls', { ...workload, tenant: 'globex' });
    assert.equal(
      refusedAs(WITH_TOKEN, [says('oidc', user), stranger], all('oidc', 'mtls')),
      'credential_invalid',
    );
  });

  it('waits for a token that takes time, and refuses as the token says', async () => {
    const later: IdentityMethod = { ...says('oidc', user), verify: () => Promise.resolve(BAD) };
    const known = await identify(WITH_TOKEN, [later, says('mtls', workload)], all('oidc', 'mtls'), 0);
    assert.ok(isRefusal(known));
  });
});

it('names nobody by chance: whatever the methods say, a principal is one that a method named, or is anonymous', () => {
  const verdict = fc.constantFrom<Verdict[]>(undefined, BAD, who('api-key'), who('mtls'), who('oidc'));
  const names = fc.subarray<Method>(METHODS.filter((name) => name !== 'anonymous'));
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(fc.constantFrom<Method[]>('api-key', 'oidc', 'mtls', 'mesh'), verdict), {
        selector: ([name]) => name,
      }),
      names,
      fc.constantFrom('any', 'all'),
      fc.boolean(),
      (said, methods, prove, credential) => {
        const made = said.map(([name, answer]) =>
          says(name, answer === undefined || isRefusal(answer) ? answer : who(name)),
        );
        const required = { prove, methods } as Requirement;
        const known = judged(credential ? WITH_TOKEN : BARE, made, required);
        if (isRefusal(known)) return;
        assert.ok(known.methods.length > 0);
        for (const name of known.methods) {
          assert.ok(methods.includes(name), 'only what is accepted');
          assert.ok(
            said.some(([method, answer]) => method === name && answer !== undefined && !isRefusal(answer)),
          );
        }
        if (prove === 'all') assert.deepEqual([...known.methods].sort(), [...methods].sort());
      },
    ),
    { seed: 41, numRuns: 3000 },
  );
});
