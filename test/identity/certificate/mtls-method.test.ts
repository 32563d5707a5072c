import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import fc from 'fast-check';
import type { Principal } from '../../../src/core/principal.ts';
import { isRefusal } from '../../../src/core/refusal.ts';
import { mtlsMethod } from '../../../src/identity/certificate/mtls-method.ts';
import { readNames } from '../../../src/identity/certificate/names.ts';
import { readSpiffeId, readTemplate } from '../../../src/identity/certificate/spiffe.ts';
import { derOf } from '../../../src/identity/certificate/thumbprint.ts';
import { readXfcc } from '../../../src/identity/certificate/xfcc.ts';
import { meshMethod } from '../../../src/identity/mesh/mesh-method.ts';
import type { Evidence } from '../../../src/identity/method.ts';
import { mistakesOf } from '../../policy/setting.ts';
import { evidenceOf } from '../evidence.ts';
import { identityOf } from '../token/issuer.ts';
import { makeAuthority, type Wanted } from './authority.ts';

const AUTHORITY = await makeAuthority();
const NOW = Date.now();

const MTLS = `
  mtls:
    trustDomains:
      example.org:
        tenant: internal
        workloads:
          - id: spiffe://example.org/ns/{namespace}/sa/{service_account}
            team: "{namespace}"
            application: "{service_account}"
            labels: { where: "{namespace}.{service_account}" }
    certificates:
      - { dns: "*.clients.example.org", tenant: acme }
      - { subject: { O: acme, CN: billing }, tenant: acme, application: billing }
`;

function judge(section: string, asked: Evidence, now = NOW): Principal | string {
  const rules = identityOf(section).mtls;
  assert.ok(rules !== undefined);
  const verdict = mtlsMethod(rules).verify(asked, now);
  assert.ok(!(verdict instanceof Promise));
  if (verdict === undefined) return 'nothing';
  return isRefusal(verdict) ? (verdict.why ?? verdict.refused) : verdict;
}

const shown = async (wanted: Wanted, more: Partial<Evidence> = {}) =>
  evidenceOf({ peer: (await AUTHORITY.issue(wanted)).peer, ...more });

const idOf = (principal: Principal | string) => (typeof principal === 'string' ? principal : principal.id);

describe('a client certificate', () => {
  it('with a SPIFFE id names a workload, with what the template reads from it', async () => {
    const id = 'spiffe://example.org/ns/search/sa/ranker';
    assert.deepEqual(judge(MTLS, await shown({ uris: [id] })), {
      methods: ['mtls'],
      id,
      issuer: 'example.org',
      workload: id,
      tenant: 'internal',
      team: 'search',
      application: 'ranker',
      labels: { where: 'search.ranker' },
      groups: [],
    });
  });

  it('L24: of another trust domain is nobody, however much the name resembles ours', async () => {
    for (const uri of [
      'spiffe://example.org.evil/ns/a/sa/b',
      'spiffe://evil-example.org/ns/a/sa/b',
      'spiffe://EXAMPLE.org/ns/a/sa/b',
      'SPIFFE://example.org/ns/a/sa/b',
      'spiffe://example.org:443/ns/a/sa/b',
      'spiffe://user@example.org/ns/a/sa/b',
      'spiffe://example.org%2eevil/ns/a/sa/b',
      'spiffe://example.org/ns/a/sa/b/c',
      'spiffe://example.org/ns/a/sa/',
      'spiffe://example.org/ns//sa/b',
      'spiffe://example.org/ns/../sa/b',
      'spiffe://example.org/ns/a/sa/b?x=1',
      'spiffe://example.org/ns/a/sa/b#x',
      'spiffe://example.org/ns/a%2fb/sa/c',
      'https://example.org/ns/a/sa/b',
    ])
      assert.equal(judge(MTLS, await shown({ uris: [uri] })), 'certificate_unknown', uri);
  });

  it('L23: with two URIs is no SVID, and a DNS name is no SPIFFE id', async () => {
    const good = 'spiffe://example.org/ns/a/sa/b';
    assert.equal(
      judge(MTLS, await shown({ uris: [good, 'spiffe://example.org/ns/a/sa/admin'] })),
      'certificate_unknown',
    );
    assert.equal(judge(MTLS, await shown({ uris: [good, good] })), 'certificate_unknown');
    assert.equal(judge(MTLS, await shown({ dns: [good] })), 'certificate_unknown');
    assert.equal(judge(MTLS, await shown({ subject: `CN=${good}` })), 'certificate_unknown');
  });

  it('L23: whose names hold what no name may is unreadable, rather than two names', async () => {
    for (const dns of [
      'a.clients.example.org\u0000.evil.example.org',
      'a.clients.example.org, URI:spiffe://example.org/ns/a/sa/b',
    ])
      assert.equal(judge(MTLS, await shown({ dns: [dns] })), 'certificate_unreadable', JSON.stringify(dns));
  });

  it('without a SPIFFE id is known by its DNS name, its subject or its digest', async () => {
    const dns = await shown({ dns: ['a.clients.example.org'] });
    assert.match(idOf(judge(MTLS, dns)), /^cert:[0-9a-f]{64}$/);
    for (const name of ['clients.example.org', 'a.clients.example.org.evil', 'a.CLIENTS.example.org'])
      assert.equal(judge(MTLS, await shown({ dns: [name] })), 'certificate_unknown', name);
    const billing = judge(MTLS, await shown({ subject: 'O=acme, CN=billing' }));
    assert.ok(typeof billing !== 'string' && billing.application === 'billing');
    for (const subject of [
      'O=acme',
      'CN=billing',
      'O=acme, CN=billing2',
      'O=acme, CN=billing, CN=admin',
      'OU=acme, CN=billing',
    ])
      assert.equal(judge(MTLS, await shown({ subject })), 'certificate_unknown', subject);
    const pinned = await AUTHORITY.issue({ subject: 'CN=pinned' });
    const section = `  mtls: { certificates: [{ digest: "sha256:${pinned.digest}", tenant: acme }] }`;
    assert.equal(idOf(judge(section, evidenceOf({ peer: pinned.peer }))), `cert:${pinned.digest}`);
    assert.equal(judge(section, await shown({ subject: 'CN=pinned' })), 'certificate_unknown');
  });

  it('is refused once its time has passed, also on a connection made before', async () => {
    const asked = await shown({ uris: ['spiffe://example.org/ns/a/sa/b'] });
    assert.notEqual(typeof judge(MTLS, asked), 'string');
    assert.equal(judge(MTLS, asked, NOW + 2 * 3_600_000), 'certificate_expired');
    assert.equal(judge(MTLS, asked, NOW - 2 * 3_600_000), 'certificate_expired');
  });

  it('that cannot be read is refused; none at all is no evidence', () => {
    for (const certificate of [
      '%',
      'x',
      encodeURIComponent('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'),
    ])
      assert.equal(judge(MTLS, evidenceOf({ peer: { certificate } })), 'certificate_unreadable');
    assert.equal(judge(MTLS, evidenceOf()), 'nothing');
    assert.equal(
      judge(MTLS, evidenceOf({ peer: { principal: 'spiffe://example.org/ns/a/sa/b' } })),
      'nothing',
    );
  });

  it('is read from its bytes as Node reads it, and never throws on others', async () => {
    const { peer, digest } = await AUTHORITY.issue({
      uris: ['urn:a'],
      dns: ['a.example.org', 'b.example.org'],
      subject: 'O=acme',
    });
    const der = derOf(peer);
    assert.ok(der !== undefined);
    const names = readNames(der);
    assert.deepEqual(
      [names?.uris, names?.dns, names?.digest],
      [['urn:a'], ['a.example.org', 'b.example.org'], digest],
    );
    fc.assert(
      fc.property(fc.nat(der.length - 1), fc.nat(255), fc.nat(der.length), (at, byte, length) => {
        const changed = Uint8Array.from(der);
        changed[at] = byte;
        readNames(changed.subarray(0, length));
        readNames(changed);
      }),
      { seed: 23, numRuns: 3000 },
    );
  });
});

const ID = 'spiffe://example.org/ns/a/sa/b';
const HASH = 'ab'.repeat(32);
const xfcc = (value: string, ...more: string[]) => new Map([['x-forwarded-client-cert', [value, ...more]]]);

describe('a certificate that a trusted hop forwards', () => {
  const FROM_NETWORK = `${MTLS}    forwarded: { networks: [10.0.0.0/8] }\n`;
  const FROM_PEER = `${MTLS}    forwarded: { peers: [spiffe://example.org/ns/gw/sa/gateway] }\n`;
  const hop = (headers: Evidence['headers'], peerAddress = '10.1.1.1') =>
    evidenceOf({ headers, peerAddress });

  it('B15: is believed from that hop, and from nobody else', async () => {
    const headers = xfcc(`Hash=${HASH};URI=${ID}`);
    assert.equal(idOf(judge(FROM_NETWORK, hop(headers))), ID);
    assert.equal(judge(FROM_NETWORK, hop(headers, '192.0.2.1')), 'nothing');
    assert.equal(judge(MTLS, hop(headers)), 'nothing');
    const gateway = await shown({ uris: ['spiffe://example.org/ns/gw/sa/gateway'] }, { headers });
    assert.equal(idOf(judge(FROM_PEER, gateway)), ID);
    const other = await shown({ uris: ['spiffe://example.org/ns/x/sa/other'] }, { headers });
    assert.equal(idOf(judge(FROM_PEER, other)), 'spiffe://example.org/ns/x/sa/other');
    assert.equal(judge(FROM_PEER, evidenceOf({ headers })), 'nothing');
  });

  it('L22: is the last element, or the first, as the policy says', () => {
    const headers = xfcc(`Hash=${HASH};URI=spiffe://example.org/ns/a/sa/first,By=x;Hash=${HASH};URI=${ID}`);
    assert.equal(idOf(judge(FROM_NETWORK, hop(headers))), ID);
    const first = FROM_NETWORK.replace('10.0.0.0/8]', '10.0.0.0/8], element: first');
    assert.equal(idOf(judge(first, hop(headers))), 'spiffe://example.org/ns/a/sa/first');
  });

  it('L22: is refused where it can be read in two ways, or not at all', () => {
    for (const value of [
      '',
      'x',
      `URI=${ID}`,
      `Hash=${HASH};URI=${ID};Hash=${HASH}`,
      `Hash=${HASH};URI="${ID}`,
      `Hash=${HASH};Subject="a";URI=b";URI=${ID}`,
      `Hash=short;URI=${ID}`,
      `Hash=${HASH};Unknown=1;URI=${ID}`,
      `Hash=${HASH};;URI=${ID}`,
      `Hash=${HASH};URI=${ID},`,
      `Hash=${HASH};URI=${'a'.repeat(20_000)}`,
    ])
      assert.equal(judge(FROM_NETWORK, hop(xfcc(value))), 'certificate_unreadable', value.slice(0, 80));
    assert.equal(
      judge(FROM_NETWORK, hop(xfcc(`Hash=${HASH};URI=${ID}`, `Hash=${HASH};URI=${ID}`))),
      'certificate_unreadable',
    );
  });

  it('L22: holds no name in a quoted subject', () => {
    const value = `Hash=${HASH};Subject="CN=x;URI=${ID},O=\\"y\\"";DNS=a.example.org`;
    assert.deepEqual(readXfcc(value), [
      { hash: HASH, subject: `CN=x;URI=${ID},O="y"`, uris: [], dns: ['a.example.org'] },
    ]);
    assert.equal(judge(FROM_NETWORK, hop(xfcc(value))), 'certificate_unknown');
  });

  it('is a text like any other to the reader: it never throws', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'By=Hash;URI,"\\a ') }),
        (text) => void readXfcc(text),
      ),
      { seed: 22, numRuns: 3000 },
    );
  });
});

test('SPIFFE ids and templates have no other spelling', () => {
  assert.deepEqual(readSpiffeId('spiffe://a.b/c/d'), { trustDomain: 'a.b', segments: ['c', 'd'] });
  for (const text of [
    'spiffe://',
    'spiffe:///a',
    'spiffe://a/',
    'spiffe://a//b',
    'spiffe://a/b c',
    ` ${ID}`,
    `${ID}\n`,
  ])
    assert.equal(readSpiffeId(text), undefined, text);
  for (const text of ['x', 'spiffe://a/{x}/{x}', 'spiffe://a/pre{x}', 'spiffe://{td}/a', 'spiffe://a/{X}'])
    assert.equal(readTemplate(text), undefined, text);
});

describe('the identities of a mesh', () => {
  const MESH = `
  mesh:
    istio: { trustDomains: { cluster.local: { workloads: [{ id: "spiffe://cluster.local/ns/{ns}/sa/{sa}", tenant: "{ns}" }] } } }
    linkerd:
      networks: [127.0.0.0/8]
      identities: [{ name: "{sa}.{ns}.serviceaccount.identity.linkerd.cluster.local", tenant: "{ns}" }]
`;
  const said = (more: Partial<Evidence>): string => {
    const rules = identityOf(MESH).mesh;
    assert.ok(rules !== undefined);
    const verdict = meshMethod(rules).verify(evidenceOf(more), NOW);
    assert.ok(!(verdict instanceof Promise));
    if (verdict === undefined) return 'nothing';
    return isRefusal(verdict) ? (verdict.why ?? '') : `${verdict.id} of ${verdict.tenant}`;
  };
  const NAME = 'web.acme.serviceaccount.identity.linkerd.cluster.local';
  const linkerd = (...values: string[]) => new Map([['l5d-client-id', values]]);

  it('L25: Istio’s are Envoy’s own word on its peer, and nothing that a client could write', () => {
    const principal = 'spiffe://cluster.local/ns/acme/sa/web';
    assert.equal(said({ peer: { principal } }), `${principal} of acme`);
    assert.equal(
      said({ peer: { principal: 'spiffe://cluster.local.evil/ns/acme/sa/web' } }),
      'certificate_unknown',
    );
    for (const text of ['', 'web.example.org', 'CN=web', 'spiffe://cluster.local/ns/../sa/web'])
      assert.equal(said({ peer: { principal: text } }), 'nothing', text);
    assert.equal(said({}), 'nothing');
    assert.equal(said({ headers: xfcc(`Hash=${HASH};URI=${principal}`) }), 'nothing');
  });

  it('Linkerd’s count from its own proxy, and from nobody else', () => {
    assert.equal(said({ headers: linkerd(NAME), peerAddress: '127.0.0.1' }), `linkerd:${NAME} of acme`);
    assert.equal(said({ headers: linkerd(NAME), peerAddress: '192.0.2.7' }), 'nothing');
    assert.equal(said({ headers: linkerd(NAME, NAME), peerAddress: '127.0.0.1' }), 'certificate_unreadable');
    for (const name of ['', 'A.b', `${NAME},x`, 'a b', `x.${NAME}`])
      assert.match(said({ headers: linkerd(name), peerAddress: '127.0.0.1' }), /^certificate_/, name);
  });
});

test('a policy that could not mean what it says is a mistake', () => {
  const wrong = mistakesOf(`
version: 1
identity:
  mtls:
    trustDomains:
      Example.org: { tenant: a }
      example.org:
        team: "{namespace}"
        workloads:
          - { id: "spiffe://other.org/ns/{a}", tenant: "{a}" }
          - { id: "spiffe://example.org/ns/{a}", tenant: "{b}" }
`);
  for (const expected of [
    /expected a trust domain/,
    /\{namespace\} is no part of the id/,
    /expected an id of the trust domain example\.org/,
    /\{b\} is no part of the id: expected \{a\}/,
  ])
    assert.match(wrong, expected);
});
