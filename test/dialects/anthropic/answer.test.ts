import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isRefusal, REFUSALS, type RefusalCode } from '../../../src/core/refusal.ts';
import { anthropic } from '../../../src/dialects/anthropic/dialect.ts';
import { operationOf, readerOf, said } from '../reader.ts';

const messages = readerOf('POST /v1/messages');
const SIGNATURE = 'EqQBCkgIARABGAIiQL+xyz0123456789==';

describe('an answer of Anthropic', () => {
  it('K3, K6: is every text of every block, and nothing that is sealed', () => {
    const body = {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'claude-x',
      content: [
        { type: 'thinking', thinking: 'hmm', signature: SIGNATURE },
        { type: 'redacted_thinking', data: 'A'.repeat(80) },
        {
          type: 'text',
          text: 'it rains',
          citations: [
            {
              type: 'web_search_result_location',
              url: 'https://a',
              title: 'A',
              encrypted_index: 'B'.repeat(40),
              cited_text: 'rain',
            },
          ],
        },
        { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'rain' } },
        {
          type: 'web_search_tool_result',
          tool_use_id: 'srvtoolu_1',
          content: [
            {
              type: 'web_search_result',
              url: 'https://b',
              title: 'B',
              encrypted_content: 'C'.repeat(40),
              page_age: 'a day',
            },
          ],
        },
        { type: 'tool_use', id: 'toolu_1', name: 'f', input: { city: 'Rome' } },
      ],
      stop_reason: 'tool_use',
      stop_sequence: null,
      container: { id: 'container_1', expires_at: '2030-01-01T00:00:00Z' },
      usage: {
        input_tokens: 3,
        cache_creation_input_tokens: 10,
        cache_read_input_tokens: 100,
        output_tokens: 7,
      },
    };
    const view = messages.response(body);
    assert.deepEqual(said(body, view.segments), [
      'reasoning: hmm',
      'output: it rains',
      'output: https://a',
      'output: A',
      'output: rain',
      'arguments: web_search',
      'arguments: rain',
      'tool: https://b',
      'tool: B',
      'tool: a day',
      'arguments: f',
      'arguments: Rome',
      'output: 2030-01-01T00:00:00Z',
    ]);
    assert.deepEqual(view.usage, {
      input: 113,
      cachedInput: 100,
      cacheWrite: 10,
      output: 7,
      source: 'reported',
    });
    assert.equal(view.model, 'claude-x');
    assert.deepEqual(view.made, [{ kind: 'container', id: 'container_1' }]);
    assert.deepEqual(view.opaque, ['sealed', 'file', 'sealed', 'sealed']);
  });
});

describe('a stream of Anthropic', () => {
  it('K2, K3: each block on a channel of its own, which ends with it', () => {
    const delta = (index: number, of: object) =>
      messages.event({ type: 'content_block_delta', index, delta: of });
    const channels = (index: number, of: object) =>
      delta(index, of).deltas.map(({ channel, role, json, text }) => [channel, role, json, text]);
    assert.deepEqual(channels(0, { type: 'text_delta', text: 'Hi' }), [['0.text', 'output', false, 'Hi']]);
    assert.deepEqual(channels(1, { type: 'thinking_delta', thinking: 'so' }), [
      ['1.thinking', 'reasoning', false, 'so'],
    ]);
    assert.deepEqual(channels(2, { type: 'input_json_delta', partial_json: '{"a":"\\u00e' }), [
      ['2.partial_json', 'arguments', true, '{"a":"\\u00e'],
    ]);
    assert.deepEqual(
      channels(0, { type: 'citations_delta', citation: { type: 'char_location', cited_text: 'so' } }),
      [['whole.citation.cited_text', 'output', false, 'so']],
    );
    assert.deepEqual(messages.event({ type: 'content_block_stop', index: 2 }).closes, ['2.']);
  });

  it('K8: leaves signatures alone', () => {
    const view = messages.event({
      type: 'content_block_delta',
      index: 0,
      delta: { type: 'signature_delta', signature: SIGNATURE },
    });
    assert.deepEqual(view.deltas, []);
    assert.deepEqual(view.opaque, ['sealed']);
  });

  it('I10: what was used is said in two events, the later counts being the right ones', () => {
    const start = messages.event({
      type: 'message_start',
      message: {
        id: 'msg_1',
        model: 'claude-x',
        content: [],
        usage: { input_tokens: 17, cache_read_input_tokens: 3, output_tokens: 1 },
      },
    });
    assert.deepEqual(start.usage, { input: 20, cachedInput: 3, output: 1 });
    assert.equal(start.model, 'claude-x');
    const end = messages.event({
      type: 'message_delta',
      delta: { stop_reason: 'end_turn' },
      usage: { output_tokens: 96 },
    });
    assert.deepEqual(end.usage, { output: 96 });
    assert.equal(messages.event({ type: 'message_stop' }).end, true);
    assert.equal(messages.event({ type: 'ping' }).end, false);
  });

  it('reads errors, whole blocks, and events that nobody knows', () => {
    const error = messages.event({ type: 'error', error: { type: 'overloaded_error', message: 'busy' } });
    assert.equal(error.end, true);
    assert.deepEqual(
      error.deltas.map(({ text }) => text),
      ['busy'],
    );
    const start = messages.event({
      type: 'content_block_start',
      index: 1,
      content_block: { type: 'tool_use', id: 't', name: 'f', input: {} },
    });
    assert.deepEqual(
      start.deltas.map(({ text, role }) => [role, text]),
      [['arguments', 'f']],
    );
    assert.deepEqual(
      messages.event({ type: 'novelty', words: ['x'] }).deltas.map(({ text }) => text),
      ['x'],
    );
    const older = readerOf('POST /v1/complete').event({
      type: 'completion',
      completion: ' Hi',
      stop_reason: 'stop_sequence',
    });
    assert.deepEqual([older.end, older.deltas[0]?.channel], [true, 'completion']);
  });

  it('K9: refuses an event that it cannot read', () => {
    for (const data of ['{', '[]', '"x"', '{"type":"ping"}{}', '{"a":1,"a":2}'])
      assert(isRefusal(anthropic.readEvent(operationOf('POST /v1/messages'), { data })), data);
  });
});

describe("what Sallyport says in Anthropic's words", () => {
  it('every refusal has a type that its SDKs know', () => {
    for (const refused of Object.keys(REFUSALS) as RefusalCode[]) {
      const { type, error } = JSON.parse(anthropic.error({ refused }).body);
      assert.equal(type, 'error');
      assert.equal(error.code, refused);
      assert.match(
        error.type,
        /^(?:invalid_request|authentication|permission|not_found|rate_limit|overloaded|api)_error$|^request_too_large$/,
      );
    }
    assert.equal(
      JSON.parse(anthropic.error({ refused: 'body_too_large' }).body).error.type,
      'request_too_large',
    );
  });

  it('K18: a message that a rule stops ends as one that the provider refuses to finish', () => {
    const operation = operationOf('POST /v1/messages');
    const types = (begun: { first: string | undefined; last: string | undefined }) =>
      anthropic.cut(operation, { refused: 'answer_blocked' }, begun).map(({ name, data }) => {
        assert.equal(JSON.parse(data).type, name);
        return name;
      });
    const first = JSON.stringify({ type: 'message_start', message: { model: 'claude-x' } });
    const last = JSON.stringify({ type: 'content_block_delta', index: 1, delta: {} });
    assert.deepEqual(types({ first, last }), ['content_block_stop', 'message_delta', 'message_stop']);
    assert.deepEqual(types({ first, last: first }), ['message_delta', 'message_stop']);
    assert.deepEqual(types({ first, last: undefined }), ['message_start', 'message_delta', 'message_stop']);
    const [failed] = anthropic.cut(operation, { refused: 'answer_unreadable' }, { first, last });
    assert.equal(failed?.name, 'error');
  });

  it('limits and models, in the forms that its clients read', () => {
    const headers = anthropic.quotaHeaders({ of: 'tokens', limit: 10, remaining: 3, resetMs: 60_000 }, 0);
    assert.deepEqual(headers, [
      ['anthropic-ratelimit-tokens-limit', '10'],
      ['anthropic-ratelimit-tokens-remaining', '3'],
      ['anthropic-ratelimit-tokens-reset', '1970-01-01T00:01:00Z'],
    ]);
    assert.deepEqual(JSON.parse(anthropic.listModels(['a', 'b'])).last_id, 'b');
    assert.equal(JSON.parse(anthropic.describeModel('a')).id, 'a');
  });

  it("H19: lists of files and batches, of which what is not the caller's can be left out", () => {
    const files = readerOf('GET /v1/files', new Map([['anthropic-version', ['x']]]));
    assert.deepEqual(
      files.response({ data: [{ id: 'file_1' }, { id: 'file_2' }] }).listed?.map(({ id }) => id),
      ['file_1', 'file_2'],
    );
    assert.deepEqual(anthropic.queryObjects(files.operation, 'limit=2&after_id=file_9'), [
      { kind: 'file', id: 'file_9' },
    ]);
    const made = readerOf('POST /v1/messages/batches').response({ id: 'msgbatch_1', type: 'message_batch' });
    assert.deepEqual(made.made, [{ kind: 'batch', id: 'msgbatch_1' }]);
  });
});
