import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { splice } from '../../../src/core/finding.ts';
import { isRefusal } from '../../../src/core/refusal.ts';
import { openai } from '../../../src/dialects/openai/dialect.ts';
import { readerOf } from '../reader.ts';
import { event, operation, response, textOf, texts } from './reading.ts';

const answer = (message: object, more: object = {}, choice: object = {}) => ({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'gpt-4o-2024-08-06',
  choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: 'stop', ...choice }],
  ...more,
});
const read = (body: object) => texts(body, response('chat', body).segments);

describe('what a whole answer says', () => {
  it('is read from content, as a text or in parts, of every choice (K4)', () => {
    const body = {
      ...answer({}),
      choices: [
        { index: 0, message: { role: 'assistant', content: 'one' } },
        { index: 1, message: { role: 'assistant', content: [{ type: 'text', text: 'two' }] } },
      ],
    };
    assert.deepEqual(read(body), [
      ['output', 'one'],
      ['output', 'two'],
    ]);
  });

  it('K3: is read from reasoning, under each of its names', () => {
    const body = answer({
      content: 'a',
      reasoning_content: 'b',
      reasoning: 'c',
      reasoning_details: [{ text: 'd' }],
    });
    assert.deepEqual(read(body), [
      ['output', 'a'],
      ['reasoning', 'b'],
      ['reasoning', 'c'],
      ['reasoning', 'd'],
    ]);
  });

  it('K2: is read from calls of tools, whose arguments are JSON themselves', () => {
    const body = answer({
      content: null,
      tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'mail', arguments: '{"to":"bob"}' } }],
      function_call: { name: 'old', arguments: '{}' },
    });
    assert.deepEqual(read(body), [
      ['arguments', 'mail'],
      ['arguments', '{"to":"bob"}'],
      ['arguments', 'old'],
      ['arguments', '{}'],
    ]);
  });

  it('K6: is read from refusals, annotations, transcripts and members that nobody knows', () => {
    const body = answer(
      {
        refusal: 'r',
        annotations: [{ type: 'url_citation', url_citation: { url: 'https://example.org/bob', title: 't' } }],
        audio: { id: 'audio_1', data: 'QUJD'.repeat(30), transcript: 'spoken' },
        invented: { deep: ['i'], 'bob@example.org': 1 },
      },
      { citations: ['https://example.org/c'] },
      { remark: 'm' },
    );
    assert.deepEqual(
      read(body).map(([, text]) => text),
      ['r', 'https://example.org/bob', 't', 'spoken', 'i', 'bob@example.org', 'm', 'https://example.org/c'],
    );
  });

  it('K9: is read from the text of a completion', () => {
    const body = {
      object: 'text_completion',
      choices: [{ index: 0, text: 'once', finish_reason: 'length', logprobs: null }],
    };
    assert.deepEqual(texts(body, response('completions', body).segments), [['output', 'once']]);
  });

  it('is not read from names, and from names that are none it is', () => {
    assert.deepEqual(read(answer({}, { system_fingerprint: 'fp_1', service_tier: 'default' })), []);
    assert.deepEqual(
      read(answer({}, { id: 'two words', model: 'bob@example.org' }))
        .map(([, text]) => text)
        .sort(),
      ['bob@example.org', 'two words'],
    );
  });

  it('K5: is repeated by probabilities, tokens and speech, which can be taken out', () => {
    const body = answer(
      { content: 'hi', audio: { data: 'QUJD'.repeat(30) } },
      { prompt_logprobs: [{ a: 1 }], prompt_token_ids: [1, 2] },
      { logprobs: { content: [{ token: 'hi', bytes: [104, 105], logprob: -1 }] }, token_ids: [7] },
    );
    const { leaks, segments } = response('chat', body);
    const out = JSON.parse(
      splice(
        textOf(body),
        [...leaks].sort((a, b) => a.start - b.start),
      ),
    );
    assert.equal(out.choices[0].logprobs, null);
    assert.equal(out.choices[0].token_ids, null);
    assert.equal(out.choices[0].message.audio.data, '');
    assert.equal(out.prompt_logprobs, null);
    assert.equal(out.prompt_token_ids, null);
    assert.equal(out.choices[0].message.content, 'hi');
    assert.deepEqual(
      segments.map((segment) => segment.text),
      ['hi'],
    );
    assert.deepEqual(response('chat', answer({ content: 'hi' }, {}, { logprobs: null })).leaks, []);
  });

  it('embeddings say nothing, in numbers or in base64', () => {
    const body = {
      object: 'list',
      data: [
        { object: 'embedding', index: 0, embedding: [0.1, -0.2] },
        { object: 'embedding', index: 1, embedding: 'AAAA'.repeat(40) },
      ],
      model: 'text-embedding-3-small',
      usage: { prompt_tokens: 8, total_tokens: 8 },
    };
    const view = response('embeddings', body);
    assert.deepEqual(view.segments, []);
    assert.deepEqual(view.usage, { input: 8, output: 0, source: 'reported' });
  });

  it('cannot be read unless it is an object', () => {
    for (const text of ['[]', '"x"', 'null']) {
      const view = openai.readResponse(operation('chat'), text, { kind: 'null', start: 0, end: text.length });
      assert(isRefusal(view) && view.refused === 'answer_unreadable');
    }
  });
});

describe('what a backend reports', () => {
  it('I12: cached, spoken and reasoning tokens are told apart, as parts of their whole', () => {
    const usage = {
      prompt_tokens: 100,
      completion_tokens: 50,
      prompt_tokens_details: { cached_tokens: 60, audio_tokens: 10 },
      completion_tokens_details: { reasoning_tokens: 20, audio_tokens: 5, rejected_prediction_tokens: 3 },
    };
    assert.deepEqual(response('chat', answer({}, { usage })).usage, {
      input: 100,
      output: 50,
      cachedInput: 60,
      audioInput: 10,
      reasoning: 20,
      audioOutput: 5,
      source: 'reported',
    });
  });

  it('I12: a part is never more than its whole, and one that is no count is none', () => {
    const usage = {
      prompt_tokens: 10,
      completion_tokens: 5,
      prompt_tokens_details: { cached_tokens: 99, audio_tokens: 7 },
      completion_tokens_details: { reasoning_tokens: -4, audio_tokens: 1.5 },
    };
    assert.deepEqual(response('chat', answer({}, { usage })).usage, {
      input: 10,
      output: 5,
      cachedInput: 10,
      source: 'reported',
    });
  });

  it('I12: reasoning that a backend counts beside the completion is output all the same', () => {
    const usage = {
      prompt_tokens: 10,
      completion_tokens: 5,
      total_tokens: 45,
      completion_tokens_details: { reasoning_tokens: 30 },
    };
    assert.deepEqual(response('chat', answer({}, { usage })).usage, {
      input: 10,
      output: 35,
      reasoning: 30,
      source: 'reported',
    });
  });

  it('I11: the usage of a response that failed or was left incomplete is read, too', () => {
    const usage = { input_tokens: 7, output_tokens: 3, output_tokens_details: { reasoning_tokens: 2 } };
    for (const type of ['response.completed', 'response.incomplete', 'response.failed'])
      assert.deepEqual(event('responses', { type, response: { id: 'r', usage } }).usage, {
        input: 7,
        output: 3,
        reasoning: 2,
        source: 'reported',
      });
  });

  it('I8: is believed where it can be true, and not otherwise', () => {
    const usageOf = (usage: unknown) => response('chat', answer({}, { usage })).usage;
    for (const none of [null, {}, [], 'none']) assert.equal(usageOf(none), undefined);
    assert.deepEqual(usageOf({ prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 }), {
      input: 3,
      output: 4,
      source: 'reported',
    });
    assert.deepEqual(usageOf({ prompt_tokens: 3, completion_tokens: 0 }), {
      input: 3,
      output: 0,
      source: 'reported',
    });
    for (const wrong of [
      { prompt_tokens: 0, completion_tokens: 0 },
      { prompt_tokens: -1, completion_tokens: 4 },
      { prompt_tokens: 3, completion_tokens: -4 },
      { prompt_tokens: 3, completion_tokens: null },
      { prompt_tokens: '3', completion_tokens: '4' },
      { prompt_tokens: 3.5, completion_tokens: 4 },
      { prompt_tokens: 1e12, completion_tokens: 4 },
      { completion_tokens: 4 },
    ]) {
      assert.equal(usageOf(wrong), 'implausible', textOf(wrong));
    }
  });

  it('is the model that answered, if it is a name', () => {
    assert.equal(response('chat', answer({})).model, 'gpt-4o-2024-08-06');
    for (const model of ['two words', '\u001b[31m', '', 'x'.repeat(300), 7, null]) {
      assert.equal(response('chat', answer({}, { model })).model, undefined);
    }
  });
});

const chunk = (delta: object, choice: object = {}, more: object = {}) => ({
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'gpt-4o',
  choices: [{ index: 0, delta, finish_reason: null, ...choice }],
  ...more,
});
const deltas = (data: object) => event('chat', data).deltas.map(({ channel, text }) => [channel, text]);

describe('what an event of a stream says', () => {
  it('K1: is read on one channel for each text that goes on', () => {
    const data = chunk({ role: 'assistant', content: 'a', reasoning_content: 'b', refusal: 'c' });
    assert.deepEqual(deltas(data), [
      ['0.content', 'a'],
      ['0.reasoning_content', 'b'],
      ['0.refusal', 'c'],
    ]);
    texts(data, event('chat', data).deltas);
  });

  it('K4: is told apart by the number of its choice, not by its place', () => {
    const data = {
      choices: [
        { index: 1, delta: { content: 'b' } },
        { index: 0, delta: { content: 'a' } },
      ],
    };
    assert.deepEqual(deltas(data), [
      ['1.content', 'b'],
      ['0.content', 'a'],
    ]);
    assert.deepEqual(
      deltas({ choices: [{ delta: { content: 'a' } }, { index: -1, delta: { content: 'b' } }] }),
      [
        ['0.content', 'a'],
        ['1.content', 'b'],
      ],
    );
  });

  it('K2: is told apart by the number of the call of a tool', () => {
    const data = chunk({
      tool_calls: [
        { index: 1, function: { arguments: '{"b' } },
        { index: 0, id: 'call_1', type: 'function', function: { name: 'mail', arguments: '{"a' } },
      ],
    });
    assert.deepEqual(deltas(data), [
      ['0.tool.1.arguments', '{"b'],
      ['whole.0.tool.0.name', 'mail'],
      ['0.tool.0.arguments', '{"a'],
    ]);
    assert.deepEqual(
      event('chat', data).deltas.map((delta) => delta.json),
      [true, false, true],
    );
  });

  it('K9: is read from chunks of completions', () => {
    const data = { choices: [{ index: 2, text: 'once', logprobs: null, finish_reason: null }] };
    assert.deepEqual(deltas(data), [['2.text', 'once']]);
  });

  it('is read from members that nobody knows, each a channel of its own', () => {
    assert.deepEqual(
      deltas(chunk({ invented: { deep: ['a', { x: 'b' }] } }, { aside: 'c' }, { remark: 'd' })),
      [
        ['0.invented.deep.0', 'a'],
        ['0.invented.deep.1.x', 'b'],
        ['0.aside', 'c'],
        ['whole.remark', 'd'],
      ],
    );
  });

  it('K13: an error is a text of its own', () => {
    const view = event('chat', { error: { message: 'bad prompt: bob', type: 'server_error', code: null } });
    assert.deepEqual(
      view.deltas.map(({ channel, text }) => [channel, text]),
      [['whole.error.message', 'bad prompt: bob']],
    );
    assert.deepEqual(view.closes, ['whole.']);
  });

  it('closes the channels of a choice that is finished', () => {
    assert.deepEqual(event('chat', chunk({}, { finish_reason: 'stop', index: 3 })).closes, ['3.']);
    assert.deepEqual(event('chat', chunk({ content: '' })).closes, []);
  });

  it('closes reasoning when the choice speaks, and not before', () => {
    assert.deepEqual(event('chat', chunk({ reasoning_content: 'hm' })).closes, []);
    assert.deepEqual(event('chat', chunk({ content: 'so' })).closes, ['0.reasoning']);
    assert.deepEqual(
      event('chat', chunk({ tool_calls: [{ index: 0, function: { arguments: '{' } }] })).closes,
      ['0.reasoning'],
    );
  });

  it('K5: is repeated by probabilities, which can be taken out', () => {
    const data = chunk({ content: 'hi' }, { logprobs: { content: [{ token: 'hi' }] } });
    const view = event('chat', data);
    assert.equal(JSON.parse(splice(textOf(data), view.leaks)).choices[0].logprobs, null);
    assert.deepEqual(deltas(data), [['0.content', 'hi']]);
  });

  it('I5: is nothing but usage only in a chunk without choices', () => {
    const usage = { prompt_tokens: 3, completion_tokens: 4 };
    assert.equal(event('chat', { choices: [], usage }).usageOnly, true);
    assert.deepEqual(event('chat', { choices: [], usage }).usage, {
      input: 3,
      output: 4,
      source: 'reported',
    });
    assert.equal(event('chat', { choices: [], usage: null }).usageOnly, false);
    assert.equal(event('chat', { choices: [], prompt_filter_results: [] }).usageOnly, false);
    assert.equal(event('chat', chunk({ content: 'a' }, {}, { usage })).usageOnly, false);
    assert.deepEqual(event('chat', chunk({ content: 'a' }, {}, { usage })).usage, {
      input: 3,
      output: 4,
      source: 'reported',
    });
  });

  it('ends the stream with [DONE] and with nothing else', () => {
    assert.equal(event('chat', '[DONE]').end, true);
    assert.equal(event('chat', ' [DONE] ').end, true);
    assert.equal(event('chat', chunk({ content: '[DONE]' })).end, false);
    assert.equal(event('chat', '').end, false);
  });

  it('cannot be read unless it is one strict object', () => {
    for (const data of [
      '[DONE] x',
      '{"a":1}{"b":2}',
      '{"a":1,"a":2}',
      '{"choices":[{"delta":{"content":"a',
      '[]',
      '"x"',
      'hello',
    ]) {
      const view = openai.readEvent(operation('chat'), { data });
      assert(isRefusal(view) && view.refused === 'answer_unreadable', data);
    }
  });

  it('leaves out no string of its choices but names, wherever it stands', () => {
    const NAMES = /^(?:id|type|role|object|.*_id|logprobs)$/;
    const tree = fc.letrec<{ node: unknown }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 3 },
        fc.string({ minLength: 1, maxLength: 6 }).map((s) => `text ${s}`),
        fc.array(tie('node'), { maxLength: 3 }),
        fc.dictionary(
          fc.constantFrom('content', 'text', 'foo', 'name', 'data', 'url', 'function', 'index', 'tool_calls'),
          tie('node'),
        ),
        fc.integer(),
      ),
    })).node;
    const stringsOf = (value: unknown): string[] => {
      if (typeof value === 'string') return [value];
      if (typeof value !== 'object' || value === null) return [];
      return Object.entries(value).flatMap(([key, inner]) => (NAMES.test(key) ? [] : stringsOf(inner)));
    };
    fc.assert(
      fc.property(tree, tree, (delta, top) => {
        const data = { choices: [{ index: 0, delta, aside: top }], top };
        const found = event('chat', data)
          .deltas.map(({ text }) => text)
          .sort();
        assert.deepEqual(found, stringsOf(data).sort());
      }),
      { seed: 101, numRuns: 500 },
    );
  });
});

describe('what a chat said as sound', () => {
  const chat = readerOf('POST /v1/chat/completions');

  it('H19: is its owner’s, whole or streamed, and must be to be named again', () => {
    const audio = { id: 'audio_1', data: 'QUJD', transcript: 'spoken' };
    const made = [{ kind: 'audio', id: 'audio_1' }];
    assert.deepEqual(chat.response({ choices: [{ message: { audio } }] }).made, made);
    assert.deepEqual(chat.event({ choices: [{ delta: { audio } }] }).made, made);
    const messages = [
      { role: 'assistant', audio: { id: 'audio_1' } },
      { role: 'user', content: [{ type: 'input_audio', input_audio: { data: 'QUJD', format: 'wav' } }] },
    ];
    assert.deepEqual(
      chat.request({ model: 'm', messages, audio: { voice: 'alloy', format: 'wav' } }).objects,
      made,
    );
  });
});
