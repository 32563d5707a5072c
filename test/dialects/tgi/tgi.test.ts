import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readerOf, said } from '../reader.ts';

const generate = readerOf('POST /generate');
const stream = readerOf('POST /generate_stream');

describe('TGI and TEI', () => {
  it('read what is to be continued, embedded or ranked', () => {
    const body = {
      inputs: 'hi',
      parameters: { max_new_tokens: 5, best_of: 2, stop: ['END'], grammar: { type: 'json', value: {} } },
    };
    const view = generate.request(body);
    assert.deepEqual(said(body, view.segments), ['user: hi', 'system: END', 'system: json']);
    assert.deepEqual([view.model, view.maxOutputTokens, view.n, view.stream], [undefined, 5, 2, false]);
    assert.deepEqual(generate.features(body), ['n 2', 'structured_output']);
    assert.equal(stream.request(body).stream, true);
    const rank = { query: 'q', texts: ['a', 'b'] };
    assert.deepEqual(said(rank, readerOf('POST /rerank').request(rank).segments), [
      'user: q',
      'user: a',
      'user: b',
    ]);
    for (const parameters of [{ max_new_tokens: '5' }, { best_of: 0 }, { Max_new_tokens: 5 }])
      generate.refused({ inputs: 'hi', parameters });
  });

  it('K5, I8: answer with a text, its tokens once more, and what was used', () => {
    const view = generate.response([
      {
        generated_text: 'Hi',
        details: { generated_tokens: 2, prefill: [{ text: 'a' }], tokens: [{ text: 'Hi' }] },
      },
    ]);
    assert.deepEqual(
      view.segments.map(({ text }) => text),
      ['Hi'],
    );
    assert.equal(view.leaks.length, 2);
    assert.deepEqual(view.usage, { input: 1, output: 2, source: 'reported' });
  });

  it('K2: stream token by token, and say the whole with the last', () => {
    const token = stream.event({
      token: { id: 1, text: 'Hi', logprob: -1, special: false },
      generated_text: null,
    });
    assert.deepEqual(
      token.deltas.map(({ channel }) => channel),
      ['said.token.text'],
    );
    const last = stream.event({
      token: { text: '!' },
      generated_text: 'Hi!',
      details: { generated_tokens: 2, input_length: 5 },
    });
    assert.deepEqual([last.end, last.usage], [true, { output: 2, input: 5 }]);
    assert(last.closes.includes('said.'));
    assert.equal(stream.event({ error: 'Model is overloaded', error_type: 'overloaded' }).end, true);
  });
});
