/** The official SDK of Anthropic, unchanged, as a client of the whole: messages, streams, tools, betas and errors. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import type { SeenRequest } from './harness/upstream.ts';
import { base, bodyOf, events, json, last, pieces, SAID, SECRET, suite } from './sdk-suite.ts';

function claude(request: SeenRequest) {
  const asked = bodyOf(request);
  if (request.path === '/v1/messages/count_tokens') return json({ input_tokens: 12 });
  const text = `You said: ${asked.messages.at(-1).content}`;
  const message = {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: asked.model,
    stop_reason: 'end_turn',
    stop_sequence: null,
  };
  if (asked.tools !== undefined && asked.stream !== true)
    return json({
      ...message,
      stop_reason: 'tool_use',
      content: [{ type: 'tool_use', id: 'toolu_1', name: 'find', input: { who: text } }],
      usage: { input_tokens: 5, output_tokens: 7 },
    });
  if (asked.stream !== true)
    return json({
      ...message,
      content: [{ type: 'text', text }],
      usage: { input_tokens: 5, output_tokens: 7 },
    });
  return events([
    {
      type: 'message_start',
      message: { ...message, content: [], stop_reason: null, usage: { input_tokens: 5, output_tokens: 1 } },
    } as never,
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } } as never,
    ...pieces(text).map((piece) => ({
      type: 'content_block_delta',
      index: 0,
      delta: { type: 'text_delta', text: piece },
    })),
    { type: 'content_block_stop', index: 0 } as never,
    ...(asked.tools === undefined
      ? []
      : [
          {
            type: 'content_block_start',
            index: 1,
            content_block: { type: 'tool_use', id: 'toolu_1', name: 'find', input: {} },
          } as never,
          ...pieces(JSON.stringify({ who: text })).map((piece) => ({
            type: 'content_block_delta',
            index: 1,
            delta: { type: 'input_json_delta', partial_json: piece },
          })),
          { type: 'content_block_stop', index: 1 } as never,
        ]),
    {
      type: 'message_delta',
      delta: { stop_reason: 'end_turn', stop_sequence: null },
      usage: { output_tokens: 9 },
    } as never,
    { type: 'message_stop' },
  ]);
}

suite('@anthropic-ai/sdk', 'anthropic', claude, (stack) => {
  const client = (apiKey = stack().key) => new Anthropic({ apiKey, baseURL: base(stack()), maxRetries: 0 });
  const ask = {
    model: 'plain',
    max_tokens: 100,
    messages: [{ role: 'user' as const, content: `I am ${SECRET}` }],
  };
  const tools = [{ name: 'find', input_schema: { type: 'object' as const } }];

  it('chats, with what was masked restored, and the usage of the backend', async () => {
    const message = await client().messages.create(ask);
    assert.deepEqual(message.content, [{ type: 'text', text: SAID }]);
    assert.deepEqual([message.usage.input_tokens, message.usage.output_tokens], [5, 7]);
    assert.equal(last(stack()).headers['x-api-key'], 'sk-the-credential-of-the-backend');
    const record = (await stack().records(1)).find(({ operation }) => operation === 'messages');
    assert.deepEqual([record?.tokens?.input, record?.tokens?.output], [5, 7]);
  });

  it('streams text and the input of a tool, whole and restored', async () => {
    const message = await client()
      .messages.stream({ ...ask, tools })
      .finalMessage();
    const [text, call] = message.content;
    assert.equal(text?.type === 'text' && text.text, SAID);
    assert.deepEqual(call?.type === 'tool_use' && call.input, { who: SAID });
    assert.equal(message.usage.output_tokens, 9);
    last(stack());
  });

  it('calls tools, and counts tokens', async () => {
    const message = await client().messages.create({ ...ask, tools });
    const [call] = message.content;
    assert.deepEqual(call?.type === 'tool_use' && call.input, { who: SAID });
    assert.equal(
      (await client().messages.countTokens({ model: 'plain', messages: ask.messages })).input_tokens,
      12,
    );
  });

  it('lists the models that it may use', async () => {
    const names: string[] = [];
    for await (const { id } of client().models.list()) names.push(id);
    assert.deepEqual(names, ['plain']);
  });

  it('H14: loses a beta, and a tool, that its grants take out', async () => {
    await client().beta.messages.create({
      ...ask,
      tools: [
        { type: 'computer_20250124', name: 'computer', display_width_px: 1, display_height_px: 1 },
        ...tools,
      ],
      betas: ['computer-use-2025-01-24', 'files-api-2025-04-14'],
    });
    const request = last(stack());
    assert.equal(request.headers['anthropic-beta'], 'files-api-2025-04-14');
    assert.deepEqual(bodyOf(request).tools, tools);
  });

  it('raises its own errors', async () => {
    await assert.rejects(client('sk-wrong').messages.create(ask), Anthropic.AuthenticationError);
    await assert.rejects(
      client().messages.create({ ...ask, model: 'hidden' }),
      Anthropic.PermissionDeniedError,
    );
    await assert.rejects(
      client().messages.create({ ...ask, max_tokens: 'many' as never }),
      Anthropic.BadRequestError,
    );
    const search = { ...ask, tools: [{ type: 'web_search_20250305' as const, name: 'web_search' as const }] };
    await assert.rejects(client().messages.create(search), (error) => {
      assert(error instanceof Anthropic.PermissionDeniedError);
      assert.match(error.message, /web_access/);
      return true;
    });
  });
});
