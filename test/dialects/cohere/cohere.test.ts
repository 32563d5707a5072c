import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cohere } from '../../../src/dialects/cohere/dialect.ts';
import { readerOf, said } from '../reader.ts';

const older = readerOf('POST /v1/chat');
const newer = readerOf('POST /v2/chat');

describe('Cohere', () => {
  it('J3, J5: reads the history, the preamble, documents and tools of the older API', () => {
    const body = {
      model: 'm',
      message: 'hi',
      preamble: 'be kind',
      chat_history: [
        { role: 'CHATBOT', message: 'yo' },
        { role: 'TOOL', tool_results: [{ call: { name: 'f' }, outputs: [{ a: 'wet' }] }] },
      ],
      documents: [{ title: 'T', snippet: 'S' }],
      tools: [{ name: 'f', description: 'looks up' }],
    };
    assert.deepEqual(said(body, older.request(body).segments), [
      'user: hi',
      'system: be kind',
      'assistant: yo',
      'tool: f',
      'tool: wet',
      'tool: T',
      'tool: S',
      'tool: f',
      'tool: looks up',
    ]);
    assert.deepEqual(older.features(body), ['functions']);
  });

  it('J6: reads messages, plans and calls of the newer one', () => {
    const body = {
      model: 'm',
      messages: [
        {
          role: 'assistant',
          tool_plan: 'I look',
          tool_calls: [{ id: 't', type: 'function', function: { name: 'f', arguments: '{"q":"rain"}' } }],
        },
        { role: 'tool', tool_call_id: 't', content: [{ type: 'document', document: { data: 'wet' } }] },
        { role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://a/b.png' } }] },
      ],
    };
    const view = newer.request(body);
    assert.deepEqual(said(body, view.segments), [
      'assistant: I look',
      'arguments: f',
      'arguments: {"q":"rain"}',
      'tool: wet',
      'user: https://a/b.png',
    ]);
    assert.deepEqual(view.opaque, ['file', 'remote']);
    assert.deepEqual(newer.features(body), ['image_input']);
  });

  it('H15, H17: asks by connectors, conversations, formats and thought', () => {
    const of = (more: object) => older.features({ model: 'm', message: 'hi', ...more });
    assert.deepEqual(
      of({
        connectors: [{ id: 'web-search' }],
        conversation_id: 'c',
        response_format: { type: 'json_object' },
      }),
      ['web_access', 'stored', 'structured_output'],
    );
    assert.deepEqual(older.request({ model: 'm', message: 'hi', conversation_id: 'c' }).objects, [
      { kind: 'conversation', id: 'c' },
    ]);
    assert.deepEqual(
      newer.features({ model: 'm', messages: [], thinking: { type: 'enabled', token_budget: 1000 } }),
      ['reasoning 1'],
    );
    const made = newer.adapted(
      { model: 'm', messages: [], tools: [{}], tool_choice: 'REQUIRED', thinking: { type: 'enabled' } },
      ['functions'],
      [['reasoning', 1]],
    );
    assert(typeof made !== 'string');
    assert.deepEqual(made.body, {
      model: 'm',
      messages: [],
      thinking: { type: 'enabled', token_budget: 1024 },
    });
  });

  it('I8: says what was billed, or else what was counted', () => {
    const usage = (body: object) => newer.response(body).usage;
    assert.deepEqual(
      usage({
        usage: {
          billed_units: { input_tokens: 5, output_tokens: 7 },
          tokens: { input_tokens: 50, output_tokens: 7 },
        },
      }),
      { input: 5, output: 7, source: 'reported' },
    );
    assert.deepEqual(usage({ meta: { tokens: { input_tokens: 5, output_tokens: 7 } } }), {
      input: 5,
      output: 7,
      source: 'reported',
    });
    assert.deepEqual(
      readerOf('POST /v2/embed').response({ meta: { billed_units: { input_tokens: 5 } } }).usage,
      { input: 5, output: 0, source: 'reported' },
    );
  });

  it('K2: streams each part on a channel of its own, in both APIs', () => {
    const line = older.event({ is_finished: false, event_type: 'text-generation', text: 'Hi' });
    assert.deepEqual(
      line.deltas.map(({ channel }) => channel),
      ['said.text'],
    );
    const end = older.event({
      is_finished: true,
      event_type: 'stream-end',
      response: { text: 'Hi', meta: { billed_units: { input_tokens: 5, output_tokens: 7 } } },
    });
    assert.deepEqual([end.end, end.usage], [true, { input: 5, output: 7 }]);
    const delta = newer.event({
      type: 'content-delta',
      index: 0,
      delta: { message: { content: { text: 'Hi' } } },
    });
    assert.deepEqual(
      delta.deltas.map(({ channel }) => channel),
      ['content.0.content.text'],
    );
    const call = newer.event({
      type: 'tool-call-delta',
      index: 1,
      delta: { message: { tool_calls: { function: { arguments: '{"q"' } } } },
    });
    assert.deepEqual(
      call.deltas.map(({ channel, json, role }) => [channel, json, role]),
      [['tool-call.1.tool.arguments', true, 'arguments']],
    );
    assert.deepEqual(newer.event({ type: 'tool-call-end', index: 1 }).closes, ['tool-call.1.']);
    const last = newer.event({
      type: 'message-end',
      delta: { finish_reason: 'COMPLETE', usage: { billed_units: { input_tokens: 5, output_tokens: 7 } } },
    });
    assert.deepEqual([last.end, last.usage], [true, { input: 5, output: 7 }]);
  });

  it('K18: ends a stream in the words of its API', () => {
    const typed = (first: string) =>
      JSON.parse(
        cohere.cut(newer.operation, { refused: 'answer_blocked' }, { first, last: first })[0]?.data ?? '',
      );
    assert.equal(typed('{"event_type":"stream-start"}').event_type, 'stream-end');
    assert.equal(typed('{"type":"message-start"}').type, 'message-end');
  });
});
