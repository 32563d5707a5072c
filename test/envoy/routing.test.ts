/** One name for a model, several backends: which is asked, and who takes over. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { RESET, type RunningUpstream, type Script } from './harness/upstream.ts';
import { type Several, startSeveral } from './several.ts';
import { answer, chat, DONE, event } from './stack.ts';

const says =
  (text: string): Script =>
  () => ({ headers: { 'content-type': 'application/json' }, body: answer(text) });
const fails =
  (status: number, headers: Readonly<Record<string, string>> = {}): Script =>
  () => ({ status, headers: { 'content-type': 'application/json', ...headers }, body: '{"error":{}}' });
const breaks: Script = () => {
  throw RESET;
};
const hangs: Script = () => new Promise(() => {});

const KEY = (digest: string) =>
  `identity: { apiKeys: { keys: [{ id: tester, digest: "${digest}", tenant: acme }] } }`;
const GRANTS = 'grants: [{ to: any, operations: "*", models: ["*"] }]';

const said = (text: string) => JSON.parse(text).choices[0].message.content;

function upstreamOf(several: Several, name: string): RunningUpstream {
  const upstream = several.upstreams[name];
  assert(upstream !== undefined);
  return upstream;
}

describe('a backend that fails', () => {
  let several: Several;
  let next = 0;

  // Each test has a model and backends of its own: what one of them ejected must not weigh on the next.
  const CASES: readonly (readonly [what: string, script: Script])[] = [
    ['429', fails(429)],
    ['500', fails(500)],
    ['503', fails(503)],
    ['529', fails(529)],
    ['a connection that breaks', breaks],
    ['silence', hangs],
  ];
  const PLAIN = CASES.length;
  const REFUSED = PLAIN + 1;
  const names = Array.from({ length: REFUSED + 1 }, (_, i) => [`a${i}`, `b${i}`]).flat();

  /** The first two by a name that is looked up. */
  const hostOf = (name: string, urls: Readonly<Record<string, string>>) =>
    name.endsWith('0') ? urls[name]?.replace('127.0.0.1', 'localhost') : urls[name];

  before(async () => {
    several = await startSeveral({
      names,
      // Backends of these tests listen on IPv4 alone.
      configure: ({ static_resources: { clusters } }) => {
        for (const cluster of clusters)
          if (cluster.type === 'LOGICAL_DNS') cluster.dns_lookup_family = 'V4_ONLY';
      },
      policy: (urls, key) => `
${KEY(key)}
${GRANTS}
backends:
${names.map((name) => `  ${name}: { dialect: openai, url: "${hostOf(name, urls)}", silence: 1s }`).join('\n')}
models:
${names
  .filter((name) => name.startsWith('a'))
  .map(
    (a) =>
      `  m${a.slice(1)}: { backends: [{ name: ${a}, model: real, priority: 0 }, { name: b${a.slice(1)}, model: real, priority: 1, price: { input: 1, output: 10 } }], price: { input: 100, output: 1000 } }`,
  )
  .join('\n')}
`,
    });
  });
  after(() => several[Symbol.asyncDispose]());

  for (const [i, [what, script]] of CASES.entries()) {
    test(`has its request taken over, byte for byte, and paid once: ${what} (G12, I23)`, async () => {
      const [first, second] = [upstreamOf(several, `a${i}`), upstreamOf(several, `b${i}`)];
      first.play(script);
      second.play(says('from the second'));
      const got = await several.ask({ body: chat('hi', { model: `m${i}` }) });
      next += 1;
      assert.equal(got.status, 200, got.text);
      assert.equal(said(got.text), 'from the second');
      assert.equal(first.begun(), 1);
      assert.deepEqual(second.requests[0]?.body, first.requests[0]?.body ?? second.requests[0]?.body);
      assert.equal(second.requests[0]?.headers.host, `${i === 0 ? 'localhost' : '127.0.0.1'}:${second.port}`);
      assert.equal(second.requests[0]?.headers['x-sallyport-fallback'], undefined);
      assert.deepEqual(
        Object.keys(got.headers).filter((name) => /answered|attempts/.test(name)),
        [],
      );
      const record = (await several.records(next)).at(-1);
      assert.equal(record?.backend, `b${i}`);
      assert.equal(record?.attempts, 2);
      assert.deepEqual(record?.tokens, { input: 12, output: 5, source: 'reported' });
      // 12 × 1 and 5 × 10 dollars a million.
      assert.equal(record?.cost_nano, 62_000);
    });
  }

  test('one that is well keeps its requests, and other mistakes of a client go to nobody else', async () => {
    const [first, second] = [upstreamOf(several, `a${PLAIN}`), upstreamOf(several, `b${PLAIN}`)];
    first.play(says('from the first'));
    const got = await several.ask({ body: chat('hi', { model: `m${PLAIN}` }) });
    assert.equal(said(got.text), 'from the first');
    first.play(fails(400));
    assert.equal((await several.ask({ body: chat('hi', { model: `m${PLAIN}` }) })).status, 400);
    next += 2;
    assert.equal(second.begun(), 0);
    const [, record] = (await several.records(next)).slice(-2);
    assert.equal(record?.backend, `a${PLAIN}`);
    assert.equal(record?.attempts, 1);
  });

  test('a stream is taken over before its first byte, and never after', async () => {
    const [first, second] = [upstreamOf(several, `a${REFUSED}`), upstreamOf(several, `b${REFUSED}`)];
    const streams =
      (...pieces: string[]): Script =>
      () => ({
        headers: { 'content-type': 'text/event-stream' },
        body: pieces,
      });
    first.play(fails(503));
    second.play(streams(event('from'), event(' two', 'stop'), DONE));
    const body = chat('hi', { model: `m${REFUSED}`, stream: true });
    const got = await several.ask({ body });
    assert.equal(got.status, 200, got.text);
    assert.match(got.text, /from.*two.*\[DONE\]/s);
    next += 1;
    assert.equal((await several.records(next)).at(-1)?.backend, `b${REFUSED}`);
    const before = second.begun();
    first.play(() => ({
      headers: { 'content-type': 'text/event-stream' },
      body: (async function* () {
        yield event('begun');
        await new Promise((resolve) => setTimeout(resolve, 50));
        throw RESET;
      })(),
    }));
    const cut = await several.ask({ body }).catch((error: unknown) => error);
    assert(!JSON.stringify(cut).includes(' two'));
    assert.equal(second.begun(), before);
    next += 1;
  });
});

describe('backends of one model', () => {
  let several: Several;
  let asked = 0;
  before(async () => {
    several = await startSeveral({
      names: ['eu', 'us', 'theirs'],
      env: { ONE: 'sk-one-credential', OTHER: 'sk-other-credential' },
      policy: (urls, key) => `
${KEY(key)}
backends:
  eu: { dialect: openai, url: "${urls.eu}", labels: { region: eu }, credential: { env: ONE } }
  us: { dialect: openai, url: "${urls.us}", labels: { region: us }, credential: { env: OTHER } }
  theirs: { dialect: openai, url: "${urls.theirs}", tenants: [globex], credential: { env: OTHER } }
models:
  spread: { backends: [eu, us, theirs] }
  apart: { backends: [eu, us, theirs], sticky: false }
  resident: { backends: [us, eu, theirs] }
  foreign: { backends: [us, theirs] }
grants:
  - { to: any, operations: "*", models: [spread, apart] }
  - { to: any, operations: "*", models: [resident, foreign], backends: { region: eu } }
`,
    });
  });
  after(() => several[Symbol.asyncDispose]());
  beforeEach(() => {
    for (const name of ['eu', 'us', 'theirs']) upstreamOf(several, name).play(says(`from ${name}`));
  });

  const ask = async (model: string, text: string, more: object[] = []) => {
    const messages = [{ role: 'system', content: 'Be brief.' }, { role: 'user', content: text }, ...more];
    const got = await several.ask({ body: JSON.stringify({ model, messages }) });
    asked += 1;
    return got.status === 200 ? said(got.text) : `refused ${got.status}`;
  };

  test('share conversations, each of which stays where it began', async () => {
    const seen = new Set<string>();
    for (let i = 0; i < 16; i += 1) {
      const first = await ask('spread', `conversation ${i}`);
      seen.add(first);
      const later = [
        { role: 'assistant', content: 'yes' },
        { role: 'user', content: 'and?' },
      ];
      assert.equal(await ask('spread', `conversation ${i}`, later), first);
    }
    assert.deepEqual([...seen].sort(), ['from eu', 'from us']);
  });

  test('share requests where the model is not sticky', async () => {
    const seen = new Set<string>();
    for (let i = 0; i < 40; i += 1) seen.add(await ask('apart', 'the same'));
    assert.deepEqual([...seen].sort(), ['from eu', 'from us']);
  });

  test('are only those that the grant lets a request go to', async () => {
    for (let i = 0; i < 10; i += 1) assert.equal(await ask('resident', `text ${i}`), 'from eu');
    assert.equal(await ask('foreign', 'hi'), 'refused 403');
    const record = (await several.records(asked)).at(-1);
    assert.equal(record?.reason, 'model_not_allowed');
    assert.equal(record?.why, 'backend_labels');
    assert.equal(upstreamOf(several, 'theirs').begun(), 0);
  });

  test('are not asked with the credential of another, nor beyond what a grant allows', async () => {
    upstreamOf(several, 'eu').play(fails(503));
    const before = upstreamOf(several, 'us').begun();
    assert.equal(await ask('resident', 'hi'), 'refused 503');
    assert.equal(upstreamOf(several, 'us').begun(), before);
  });

  test('one that is out of order is left alone while another can serve', async () => {
    upstreamOf(several, 'us').play(fails(429, { 'retry-after': '30' }));
    for (let i = 0; i < 40 && (await ask('apart', 'x')) !== 'refused 429'; i += 1);
    upstreamOf(several, 'eu').play(says('from eu'));
    for (let i = 0; i < 20; i += 1) assert.equal(await ask('apart', 'x'), 'from eu');
  });
});
