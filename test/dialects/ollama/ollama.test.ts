import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ndjson } from '../../../src/dialects/framing/ndjson.ts';
import { ollama } from '../../../src/dialects/ollama/dialect.ts';
import { asked, readerOf, said } from '../reader.ts';

const chat = readerOf('POST /api/chat');
const generate = readerOf('POST /api/generate');
const hello = (more: object = {}) => ({ model: 'm', messages: [{ role: 'user', content: 'hi' }], ...more });

describe('Ollama', () => {
  it('H11: has no paths that manage its models', () => {
    for (const line of [
      'POST /api/pull',
      'POST /api/push',
      'POST /api/create',
      'POST /api/copy',
      'DELETE /api/delete',
      'POST /api/show',
      'GET /api/ps',
      'POST /api/blobs/sha256:x',
    ])
      assert.equal(asked(line), undefined, line);
  });

  it('J3, J6: reads every role, tool and call, and names the images', () => {
    const body = hello({
      messages: [
        { role: 'system', content: 'be kind' },
        { role: 'user', content: 'look', images: ['iVBOR'.repeat(20)] },
        {
          role: 'assistant',
          content: '',
          thinking: 'hmm',
          tool_calls: [{ function: { name: 'f', arguments: { q: 'rain' } } }],
        },
        { role: 'tool', content: 'wet', tool_name: 'f' },
      ],
      tools: [{ type: 'function', function: { name: 'f', description: 'looks up' } }],
    });
    const view = chat.request(body);
    assert.deepEqual(said(body, view.segments), [
      'system: be kind',
      'user: look',
      'reasoning: hmm',
      'arguments: f',
      'arguments: rain',
      'tool: wet',
      'tool: f',
      'tool: f',
      'tool: looks up',
    ]);
    assert.deepEqual(view.opaque, ['image']);
    assert.deepEqual(chat.features(body), ['image_input', 'functions']);
    assert.deepEqual(generate.request({ model: 'm', prompt: 'x', context: [1, 2] }).opaque, ['tokens']);
  });

  it('streams unless it is told not to', () => {
    assert.equal(chat.request(hello()).stream, true);
    assert.equal(chat.request(hello({ stream: false })).stream, false);
    assert.equal(readerOf('POST /api/embed').request({ model: 'm', input: 'x' }).stream, false);
  });

  it('H15: asks by format, thought, images and logprobs; what is sent empty asks for nothing', () => {
    assert.deepEqual(chat.features(hello({ format: '', options: {}, tools: [], keep_alive: null })), []);
    assert.deepEqual(chat.features(hello({ format: { type: 'object' }, think: true, logprobs: true })), [
      'structured_output',
      'reasoning Infinity',
      'logprobs',
    ]);
    assert.deepEqual(chat.features(hello({ think: 'low' })), ['reasoning 2']);
    const made = chat.adapted(
      hello({ think: 'high', options: { num_predict: -1 } }),
      [],
      [
        ['reasoning', 2],
        ['max_output_tokens', 9],
      ],
    );
    assert(typeof made !== 'string');
    assert.deepEqual(made.body, hello({ think: 'low', options: { num_predict: 9 } }));
  });

  it('K2, K12: streams lines, the last of which says what was used', () => {
    assert.equal(ollama.framing(chat.operation, 'application/x-ndjson'), ndjson);
    const line = chat.event({ model: 'm', message: { role: 'assistant', content: 'Hi' }, done: false });
    assert.deepEqual(
      line.deltas.map(({ channel, text }) => [channel, text]),
      [['said.content', 'Hi']],
    );
    const thought = chat.event({ message: { role: 'assistant', content: '', thinking: 'so' } });
    assert.deepEqual(
      thought.deltas.map(({ channel, role }) => [channel, role]),
      [['said.thinking', 'reasoning']],
    );
    const last = generate.event({
      response: '',
      done: true,
      context: [1, 2],
      prompt_eval_count: 5,
      eval_count: 7,
    });
    assert.deepEqual([last.end, last.usage, last.leaks.length], [true, { input: 5, output: 7 }, 1]);
    assert.equal(chat.event({ error: 'no such model' }).end, true);
    assert.deepEqual(
      readerOf('POST /api/embed').response({ embeddings: [[1]], prompt_eval_count: 5 }).usage,
      { input: 5, output: 0, source: 'reported' },
    );
  });

  it('K18: ends a stream as it ends its own', () => {
    const [last] = ollama.cut(
      chat.operation,
      { refused: 'answer_blocked' },
      { first: '{"model":"m"}', last: undefined },
    );
    assert.deepEqual(JSON.parse(last?.data ?? ''), {
      model: 'm',
      created_at: '1970-01-01T00:00:00Z',
      message: { role: 'assistant', content: '' },
      done: true,
      done_reason: 'content_filter',
    });
  });
});
