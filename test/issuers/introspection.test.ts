import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { IntrospectionSource } from '../../src/core/ports.ts';
import { openIntrospection } from '../../src/issuers/introspection.ts';
import { type Handle, json, startWeb } from './web.ts';

async function world(t: TestContext, handle: Handle, more: Partial<IntrospectionSource> = {}) {
  const web = await startWeb(handle);
  t.after(() => web.stop());
  let time = 1_000_000;
  const introspection = openIntrospection({ now: () => time, elapsed: () => time });
  const source: IntrospectionSource = {
    endpoint: `${web.url}/introspect`,
    clientId: 'sally port',
    clientSecret: 'a:b/ü',
    authentication: 'basic',
    timeoutMs: 1000,
    ...more,
  };
  const pass = (ms: number) => {
    time += ms;
  };
  return { web, pass, ask: async (token = 'abc') => introspection.ask(source, token) };
}

test('the client proves itself as RFC 6749 has it, and asks for the token in the body', async (t) => {
  const seen: string[] = [];
  const record: Handle = (request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      seen.push(request.headers.authorization ?? '', body);
      json({ active: true, sub: 'ann' })(request, response);
    });
  };
  const { ask } = await world(t, record);
  assert.deepEqual(await ask('a b&c'), { active: true, claims: { active: true, sub: 'ann' } });
  const basic = Buffer.from('sally+port:a%3Ab%2F%C3%BC').toString('base64');
  assert.deepEqual(seen, [`Basic ${basic}`, 'token=a+b%26c&token_type_hint=access_token']);
  const posted = await world(t, record, { authentication: 'post' });
  await posted.ask();
  assert.equal(seen[2], '');
  assert.match(seen[3] ?? '', /client_id=sally\+port&client_secret=a%3Ab/);
});

test('L26: active is the boolean true and nothing else', async (t) => {
  for (const active of ['true', 1, [true], {}, null, undefined]) {
    const { ask } = await world(t, json({ active, sub: 'ann' }));
    assert.ok('unavailable' in (await ask()), String(active));
  }
  const { ask } = await world(t, json({ active: false }));
  assert.deepEqual(await ask(), { active: false });
});

test('L26: an endpoint that is away or slow is left alone for a while, and never taken for a yes', async (t) => {
  const { web, ask, pass } = await world(t, () => {}, { timeoutMs: 50 });
  assert.ok('unavailable' in (await ask('a')));
  assert.ok('unavailable' in (await ask('b')));
  assert.equal(web.asked.length, 1);
  web.play(json({ active: true }));
  pass(1_001);
  assert.ok('active' in (await ask('b')));
});

test('one question a token at a time, and no more than some at once', async (t) => {
  const waiting: (() => void)[] = [];
  const { web, ask } = await world(t, (request, response) => {
    waiting.push(() => json({ active: true })(request, response));
  });
  const same = [ask('a'), ask('a'), ask('a')];
  const many = Array.from({ length: 100 }, (_, i) => ask(`t${i}`));
  while (waiting.length < 64) await new Promise((resolve) => setTimeout(resolve, 5));
  for (const answer of waiting) answer();
  const answers = await Promise.all([...same, ...many]);
  assert.equal(web.asked.length, 64);
  assert.equal(answers.filter((answer) => 'unavailable' in answer).length, 37);
});

test('a token that is not active is not asked about again at once', async (t) => {
  const { web, ask, pass } = await world(t, json({ active: false }));
  for (let i = 0; i < 50; i++) await ask('bad');
  assert.equal(web.asked.length, 1);
  pass(10_001);
  await ask('bad');
  assert.equal(web.asked.length, 2);
});
