import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { answer, BACKEND_KEY, chat, DONE, event, MASKING, type Stack, startStack } from './stack.ts';

let stack: Stack;
before(async () => {
  stack = await startStack({ policy: MASKING });
});
after(() => stack[Symbol.asyncDispose]());

test('a chat passes both doors with the backend credential, an alias and a record', async () => {
  stack.upstream.play(() => ({ headers: { 'content-type': 'application/json' }, body: answer('hello') }));
  const got = await stack.ask({ body: chat('hi') });
  assert.equal(got.status, 200, got.text);
  assert.equal(got.text, answer('hello'));
  const sent = stack.upstream.requests.at(-1);
  assert.equal(sent?.headers.authorization, `Bearer ${BACKEND_KEY}`);
  assert.equal(JSON.parse(sent?.body.toString() ?? '').model, 'gpt-4.1-mini');
  assert.equal(sent?.headers['x-sallyport-tenant'], 'acme');
  const [record] = await stack.records(1);
  assert.equal(record?.outcome, 'allowed');
  assert.deepEqual(record?.tokens, { input: 12, output: 5, source: 'reported' });
  assert.equal(got.headers['x-sallyport-request-id'], record?.request);
});

test('what is masked towards the model is restored in its answer, streamed or not', async () => {
  let seen = '';
  stack.upstream.play((request) => {
    seen = JSON.parse(request.body.toString()).messages[0].content;
    return { headers: { 'content-type': 'application/json' }, body: answer(`You wrote: ${seen}`) };
  });
  const got = await stack.ask({ body: chat('mail jo@example.org') });
  assert.doesNotMatch(seen, /jo@example/);
  assert.match(JSON.parse(got.text).choices[0].message.content, /You wrote: mail jo@example\.org/);
  stack.upstream.play((request) => {
    const text = JSON.parse(request.body.toString()).messages[0].content;
    return {
      headers: { 'content-type': 'text/event-stream' },
      body: [...[...text].map((letter) => event(letter)), event('', 'stop'), DONE],
    };
  });
  const streamed = await stack.ask({ body: chat('mail jo@example.org now', { stream: true }) });
  const said = [...streamed.text.matchAll(/"content":("[^"]*")/g)]
    .map((m) => JSON.parse(m[1] ?? ''))
    .join('');
  assert.equal(said, 'mail jo@example.org now');
});

test('without a key, with a wrong one, for an unknown path or a hidden model: refused, and nothing reaches the model', async () => {
  const before = stack.upstream.begun();
  const cases = [
    [{ headers: { authorization: '' } }, 401],
    [{ headers: { authorization: 'Bearer sp_wrong' } }, 401],
    [{ path: '/v1/evals' }, 404],
    [{ body: chat('x', { model: 'hidden' }) }, 403],
    [{ body: chat('x', { model: 'none' }) }, 403],
    [{ body: '{"model":' }, 400],
    [{ body: '' }, 400],
  ] as const;
  for (const [options, status] of cases) {
    const got = await stack.ask({ body: chat('x'), ...options });
    assert.equal(got.status, status, got.text);
    assert.equal(typeof JSON.parse(got.text).error.code, 'string');
  }
  assert.equal(stack.upstream.begun(), before);
});

test('the list of models comes from the policy', async () => {
  const got = await stack.ask({ method: 'GET', path: '/v1/models' });
  assert.deepEqual(
    JSON.parse(got.text).data.map((model: { id: string }) => model.id),
    ['fast', 'plain'],
  );
});
