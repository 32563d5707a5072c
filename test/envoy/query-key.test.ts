/** A key in the query, where the policy takes one there: used at the first door, and gone behind it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { http1 } from './harness/client.ts';
import { answer, CHAT, chat, type Stack, startStack } from './stack.ts';

const IDENTITY = '{ apiKeys: { query: true, keys: [{ id: tester, digest: "KEY", tenant: acme }] } }';

function ask(stack: Stack, path: string) {
  const headers = { 'content-type': 'application/json' };
  return http1(stack.envoy.port, { method: 'POST', path, headers, body: chat('hello', { model: 'plain' }) });
}

test('A13: a key in the query is taken off before the second door, and stands in no record, log or request', async (t) => {
  const lines: string[] = [];
  const stack = await startStack({ sections: { identity: IDENTITY }, log: (line) => lines.push(line) });
  t.after(() => stack[Symbol.asyncDispose]());
  stack.upstream.play(() => ({ headers: { 'content-type': 'application/json' }, body: answer('hello') }));
  const paths = [`?key=${stack.key}`, `?z=1&key=${stack.key}&a=2`, `?key=${stack.key}&b=%20&a`];
  for (const query of paths) {
    const got = await ask(stack, CHAT + query);
    assert.equal(got.status, 200, `${query} ${got.text}`);
    assert.ok(!stack.upstream.requests.at(-1)?.path.includes('key='), stack.upstream.requests.at(-1)?.path);
  }
  assert.match(stack.upstream.requests[1]?.path ?? '', /a=2/);
  await stack.records(paths.length);
  const all = [await stack.auditText(), ...lines, JSON.stringify(stack.upstream.requests)].join('\n');
  assert.ok(!all.includes(stack.key), 'the key is nowhere');
});

test('A13: a key in the query beside one in a header, twice, or of nobody is refused', async (t) => {
  const stack = await startStack({ sections: { identity: IDENTITY } });
  t.after(() => stack[Symbol.asyncDispose]());
  const twice = await stack.ask({
    path: `${CHAT}?key=${stack.key}`,
    body: chat('hello', { model: 'plain' }),
  });
  assert.equal(twice.status, 401);
  for (const query of [
    `?key=${stack.key}&key=${stack.key}`,
    '?key=sp_nobody',
    '?key=',
    `?Key=${stack.key}`,
  ]) {
    const got = await ask(stack, CHAT + query);
    assert.ok(got.status === 400 || got.status === 401, `${query} ${got.status}`);
  }
  assert.equal(stack.upstream.requests.length, 0);
});
