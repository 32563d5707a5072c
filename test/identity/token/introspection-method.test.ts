import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { IntrospectionAnswer } from '../../../src/core/ports.ts';
import { isRefusal } from '../../../src/core/refusal.ts';
import { introspectionMethod } from '../../../src/identity/token/introspection-method.ts';
import { bearing } from '../evidence.ts';
import { identityOf, memories, NOW } from './issuer.ts';

const SECONDS = NOW / 1000;
const SECTION = `
  introspection:
    - id: opaque
      endpoint: https://id.example.org/introspect
      client: { id: sallyport, secret: { env: OPENAI_API_KEY } }
      issuer: https://id.example.org
      audiences: [ai]
      claims: { tenant: org }
`;
const GOOD = { active: true, sub: 'ann', org: 'acme', scope: 'model:read', aud: 'ai', exp: SECONDS + 300 };

function world(answer: IntrospectionAnswer, section = SECTION) {
  const asked: string[] = [];
  const introspection = {
    ask: (_: unknown, token: string) => {
      asked.push(token);
      return answer;
    },
  };
  const method = introspectionMethod(identityOf(section), { introspection, ...memories() });
  return { asked, verify: async (text: string, now = NOW) => method.verify(bearing(text), now) };
}

const active = (claims: object): IntrospectionAnswer => ({ active: true, claims: { ...GOOD, ...claims } });

async function whyNot(answer: IntrospectionAnswer): Promise<string> {
  const verdict = await world(answer).verify('opaque');
  assert.ok(verdict !== undefined);
  return isRefusal(verdict) ? (verdict.why ?? verdict.refused) : 'good';
}

describe('a token that its issuer is asked about', () => {
  it('names a principal from the answer', async () => {
    assert.deepEqual(await world(active({})).verify('opaque'), {
      methods: ['introspection'],
      id: 'opaque/ann',
      issuer: 'opaque',
      tenant: 'acme',
      groups: [],
      scopes: ['model:read'],
    });
  });

  it('L26: is believed for as long as the policy says, and never beyond its own life', async () => {
    const { asked, verify } = world(active({ exp: SECONDS + 20 }));
    await verify('opaque');
    await verify('opaque', NOW + 19_000);
    assert.equal(asked.length, 1);
    await verify('opaque', NOW + 51_000);
    assert.equal(asked.length, 2);
    const longer = world(active({}));
    await longer.verify('opaque');
    await longer.verify('opaque', NOW + 61_000);
    assert.equal(longer.asked.length, 2);
  });

  it('L26: is asked about each time where the policy keeps nothing', async () => {
    const { asked, verify } = world(active({}), SECTION.replace('issuer:', 'cache: 0s\n      issuer:'));
    await verify('opaque');
    await verify('opaque');
    assert.equal(asked.length, 2);
  });

  it('is refused where it is not active, ended, for others, or of another issuer', async () => {
    assert.equal(await whyNot({ active: false }), 'inactive');
    assert.equal(await whyNot(active({ exp: SECONDS - 31 })), 'expired');
    assert.equal(await whyNot(active({ exp: 'soon' })), 'claims_unusable');
    assert.equal(await whyNot(active({ aud: ['else'] })), 'wrong_audience');
    assert.equal(await whyNot(active({ iss: 'https://evil.example.org' })), 'wrong_issuer');
    assert.equal(await whyNot(active({ sub: undefined })), 'claims_unusable');
  });

  it('is neither good nor bad where nobody can tell: come back later', async () => {
    const verdict = await world({ unavailable: true, retryAfter: 3 }).verify('opaque');
    assert.ok(verdict !== undefined && isRefusal(verdict));
    assert.deepEqual([verdict.refused, verdict.retryAfter], ['identity_unavailable', 3]);
  });
});
