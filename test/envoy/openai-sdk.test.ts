/** The official SDK, unchanged, as a client of the whole: what its users write must work, and its errors be its own. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import OpenAI from 'openai';
import type { SeenRequest } from './harness/upstream.ts';
import { answer, DONE, event, MASKING, type Stack, startStack } from './stack.ts';

const USAGE = { prompt_tokens: 9, completion_tokens: 4, total_tokens: 13 };

function model(request: SeenRequest) {
  const asked = JSON.parse(request.body.toString());
  if (request.path === '/v1/embeddings') {
    const data = [{ object: 'embedding', index: 0, embedding: [0.25, -0.5] }];
    return json({ object: 'list', data, model: asked.model, usage: { prompt_tokens: 3, total_tokens: 3 } });
  }
  const said = `You said: ${asked.messages.at(-1).content}`;
  if (asked.stream !== true) return { headers: JSON_TYPE, body: answer(said) };
  const pieces = said.match(/.{1,4}/gs) ?? [];
  const usage = `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [], usage: USAGE })}\n\n`;
  const told = asked.stream_options?.include_usage === true ? [usage] : [];
  const body = [...pieces.map((piece) => event(piece)), event('', 'stop'), ...told, DONE];
  return { headers: { 'content-type': 'text/event-stream' }, body };
}

const JSON_TYPE = { 'content-type': 'application/json' };
const json = (value: object) => ({ headers: JSON_TYPE, body: JSON.stringify(value) });

let stack: Stack;
let client: OpenAI;
before(async () => {
  stack = await startStack({ policy: MASKING, script: model });
  client = sdk(stack);
});
after(() => stack[Symbol.asyncDispose]());

function sdk(of: Stack, apiKey = of.key): OpenAI {
  return new OpenAI({ apiKey, baseURL: `http://127.0.0.1:${of.envoy.port}/v1`, maxRetries: 0 });
}

const say = (content: string) => [{ role: 'user' as const, content }];

test('a chat, with personal data masked on the way and back in the answer', async () => {
  const completion = await client.chat.completions.create({
    model: 'fast',
    messages: say('I am jo@example.org'),
  });
  assert.equal(completion.choices[0]?.message.content, 'You said: I am jo@example.org');
  assert.equal(completion.usage?.total_tokens, 17);
  assert.ok(!stack.upstream.requests.at(-1)?.body.includes('jo@example.org'));
});

test('a streamed chat, whole and restored, without the usage that the client did not ask for', async () => {
  const stream = await client.chat.completions.create({
    model: 'fast',
    messages: say('I am jo@example.org'),
    stream: true,
  });
  let said = '';
  for await (const chunk of stream) {
    assert.equal(chunk.usage ?? null, null);
    said += chunk.choices[0]?.delta.content ?? '';
  }
  assert.equal(said, 'You said: I am jo@example.org');
});

test('a streamed chat with the usage that the client asked for', async () => {
  const stream = await client.chat.completions.create({
    model: 'fast',
    messages: say('hello'),
    stream: true,
    stream_options: { include_usage: true },
  });
  let total: number | undefined;
  for await (const chunk of stream) total = chunk.usage?.total_tokens ?? total;
  assert.equal(total, 13);
});

test('embeddings', async () => {
  const { data, usage } = await client.embeddings.create({
    model: 'fast',
    input: 'hello',
    encoding_format: 'float',
  });
  assert.deepEqual(data[0]?.embedding, [0.25, -0.5]);
  assert.equal(usage.total_tokens, 3);
});

test('the list of models, and one of them', async () => {
  const names: string[] = [];
  for await (const found of client.models.list()) names.push(found.id);
  assert.deepEqual(names, ['fast', 'plain']);
  assert.equal((await client.models.retrieve('fast')).id, 'fast');
});

test('a wrong key raises AuthenticationError, a forbidden model PermissionDeniedError', async () => {
  const ask = (of: OpenAI, name: string) => of.chat.completions.create({ model: name, messages: say('x') });
  await assert.rejects(ask(sdk(stack, 'sk-wrong'), 'fast'), (error) => {
    assert.ok(error instanceof OpenAI.AuthenticationError);
    assert.equal(error.code, 'credential_invalid');
    return true;
  });
  await assert.rejects(ask(client, 'hidden'), (error) => {
    assert.ok(error instanceof OpenAI.PermissionDeniedError);
    assert.equal(error.code, 'model_not_allowed');
    return true;
  });
  await assert.rejects(client.models.retrieve('hidden'), OpenAI.PermissionDeniedError);
});

test('a reached limit raises RateLimitError, which says when to come back', async () => {
  await using limited = await startStack({
    policy: 'limits: [{ per: [key], requests: 2/minute }]',
    script: model,
  });
  const of = sdk(limited);
  const ask = () => of.chat.completions.create({ model: 'fast', messages: say('x') });
  await ask();
  await ask();
  await assert.rejects(ask(), (error) => {
    assert.ok(error instanceof OpenAI.RateLimitError);
    assert.equal(error.code, 'rate_limited');
    assert.ok(Number(error.headers?.get('retry-after')) >= 1);
    return true;
  });
});

test('a malformed request raises BadRequestError', async () => {
  const wrong = { model: 'fast', messages: say('x'), n: 'many' };
  await assert.rejects(client.chat.completions.create(wrong as never), OpenAI.BadRequestError);
});
