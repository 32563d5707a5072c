/** Official clients of Ollama and Cohere, and Vercel's of whoever speaks like OpenAI, unchanged, as clients of the whole. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText, streamText } from 'ai';
import { CohereClient, CohereClientV2, CohereError } from 'cohere-ai';
import { Ollama } from 'ollama';
import type { SeenRequest } from './harness/upstream.ts';
import { base, bodyOf, events, json, last, pieces, SAID, SECRET, suite } from './sdk-suite.ts';
import { answer, DONE, event } from './stack.ts';

function llama(request: SeenRequest) {
  const asked = bodyOf(request);
  if (request.path === '/api/embed')
    return json({ model: 'plain', embeddings: [[0.25, -0.5]], prompt_eval_count: 5 });
  const text = `You said: ${asked.prompt ?? asked.messages.at(-1).content}`;
  const line = (content: string, more: object = { done: false }) =>
    asked.prompt === undefined
      ? { model: 'plain', message: { role: 'assistant', content }, ...more }
      : { model: 'plain', response: content, ...more };
  const end = { done: true, done_reason: 'stop', prompt_eval_count: 5, eval_count: 7 };
  if (asked.stream === false) return json(line(text, end));
  const lines = [...pieces(text).map((one) => line(one)), line('', end)];
  return {
    headers: { 'content-type': 'application/x-ndjson' },
    body: lines.map((one) => `${JSON.stringify(one)}\n`),
  };
}

suite('ollama', 'ollama', llama, (stack) => {
  const client = (key = stack().key) =>
    new Ollama({ host: base(stack()), headers: { authorization: `Bearer ${key}` } });
  const ask = { model: 'plain', messages: [{ role: 'user', content: `I am ${SECRET}` }] };

  it('chats, generates, streams, embeds and lists', async () => {
    assert.equal((await client().chat({ ...ask, stream: false })).message.content, SAID);
    assert.equal(
      (await client().generate({ model: 'plain', prompt: `I am ${SECRET}`, stream: false })).response,
      SAID,
    );
    let said = '';
    for await (const part of await client().chat({ ...ask, stream: true })) said += part.message.content;
    assert.equal(said, SAID);
    last(stack());
    assert.deepEqual((await client().embed({ model: 'plain', input: 'x' })).embeddings, [[0.25, -0.5]]);
    assert.deepEqual(
      (await client().list()).models.map(({ name }) => name),
      ['plain'],
    );
  });

  it('H11: cannot manage models, and raises its own errors', async () => {
    await assert.rejects(client().pull({ model: 'x' }), { status_code: 404 });
    await assert.rejects(client('sk-wrong').chat(ask), /not valid/);
    await assert.rejects(client().chat({ ...ask, model: 'hidden' }), /does not allow this model/);
  });
});

function command(request: SeenRequest) {
  const asked = bodyOf(request);
  const meta = { billed_units: { input_tokens: 5, output_tokens: 7 } };
  if (request.path.endsWith('/rerank'))
    return json({ id: 'r', results: [{ index: 0, relevance_score: 0.9 }], meta });
  if (request.path.endsWith('/embed'))
    return json({ id: 'e', embeddings: { float: [[0.25, -0.5]] }, texts: asked.texts, meta });
  const text = `You said: ${asked.message ?? asked.messages.at(-1).content}`;
  if (request.path === '/v1/chat')
    return json({ response_id: 'r', generation_id: 'g', text, finish_reason: 'COMPLETE', meta });
  if (asked.stream !== true)
    return json({
      id: 'c',
      finish_reason: 'COMPLETE',
      message: { role: 'assistant', content: [{ type: 'text', text }] },
      usage: meta,
    });
  return events([
    { type: 'message-start', id: 'c', delta: { message: { role: 'assistant', content: [] } } } as never,
    { type: 'content-start', index: 0, delta: { message: { content: { type: 'text', text: '' } } } } as never,
    ...pieces(text).map((one) => ({
      type: 'content-delta',
      index: 0,
      delta: { message: { content: { text: one } } },
    })),
    { type: 'content-end', index: 0 } as never,
    { type: 'message-end', delta: { finish_reason: 'COMPLETE', usage: meta } } as never,
  ]);
}

suite('cohere-ai', 'cohere', command, (stack) => {
  const options = (token = stack().key) => ({ token, environment: base(stack()), maxRetries: 0 });
  const ask = { model: 'plain', messages: [{ role: 'user' as const, content: `I am ${SECRET}` }] };

  it('chats and streams with the newer API, chats with the older one, embeds and reranks', async () => {
    const newer = new CohereClientV2(options());
    const whole = await newer.chat(ask);
    const [content] = whole.message?.content ?? [];
    assert.equal(content?.type === 'text' && content.text, SAID);
    let said = '';
    for await (const one of await newer.chatStream(ask))
      if (one.type === 'content-delta') said += one.delta?.message?.content?.text ?? '';
    assert.equal(said, SAID);
    last(stack());
    const older = new CohereClient(options());
    assert.equal((await older.chat({ model: 'plain', message: `I am ${SECRET}` })).text, SAID);
    const embedded = await newer.embed({
      model: 'plain',
      texts: ['x'],
      inputType: 'search_query',
      embeddingTypes: ['float'],
    });
    assert.deepEqual(embedded.embeddings.float, [[0.25, -0.5]]);
    assert.equal((await newer.rerank({ model: 'plain', query: 'q', documents: ['a'] })).results.length, 1);
  });

  it('raises its own errors', async () => {
    const code = (of: Promise<unknown>, status: number) =>
      assert.rejects(of, (error) => error instanceof CohereError && error.statusCode === status);
    await code(new CohereClientV2(options('sk-wrong')).chat(ask), 401);
    await code(new CohereClientV2(options()).chat({ ...ask, model: 'hidden' }), 403);
  });
});

function openai(request: SeenRequest) {
  const asked = bodyOf(request);
  const text = `You said: ${asked.messages.at(-1).content}`;
  if (asked.stream !== true) return { headers: { 'content-type': 'application/json' }, body: answer(text) };
  return {
    headers: { 'content-type': 'text/event-stream' },
    body: [...pieces(text).map((one) => event(one)), event('', 'stop'), DONE],
  };
}

suite('ai', 'openai', openai, (stack) => {
  const model = () =>
    createOpenAICompatible({ name: 'sallyport', apiKey: stack().key, baseURL: base(stack(), '/v1') })(
      'plain',
    );

  it('generates and streams', async () => {
    const prompt = `I am ${SECRET}`;
    assert.equal((await generateText({ model: model(), prompt, maxRetries: 0 })).text, SAID);
    let said = '';
    for await (const piece of streamText({ model: model(), prompt, maxRetries: 0 }).textStream) said += piece;
    assert.equal(said, SAID);
    last(stack());
  });
});
