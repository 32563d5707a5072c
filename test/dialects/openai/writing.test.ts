import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isRefusal, REFUSALS, type RefusalCode } from '../../../src/core/refusal.ts';
import type { OwnEvent } from '../../../src/dialects/framing/framing.ts';
import { sse } from '../../../src/dialects/framing/sse.ts';
import { dialectOf } from '../../../src/dialects/index.ts';

import { operation } from './reading.ts';

const openai = dialectOf('openai');
/** A stream of which nothing has come. */
const BEGUN = { first: undefined, last: undefined };

/** The data of the events of a stream's end, as a client reads them. */
function dataOf(last: readonly OwnEvent[]): string[] {
  const events = sse.open(1 << 20).push(sse.close(last, true));
  assert(!isRefusal(events));
  return events.map((event) => event.data ?? '');
}

describe('errors in the OpenAI shape', () => {
  it('exist for every refusal, with its code, type and text', () => {
    for (const code of Object.keys(REFUSALS) as RefusalCode[]) {
      const { contentType, body } = openai.error({ refused: code });
      assert.equal(contentType, 'application/json');
      const { text, type } = REFUSALS[code];
      assert.deepEqual(JSON.parse(body), { error: { message: text, type, param: null, code } });
    }
  });

  it('say the detail too', () => {
    const { body } = openai.error({ refused: 'body_invalid', detail: '"n" must be 1.' });
    assert.equal(JSON.parse(body).error.message, `${REFUSALS.body_invalid.text} "n" must be 1.`);
  });
});

describe('the end of a stream that is cut (K18)', () => {
  it('by a limit that is used up says that there was no more room, as an output bound does', () => {
    for (const refused of ['tokens_limited', 'budget_exhausted'] as const) {
      const [last = ''] = dataOf(openai.cut(operation('chat'), { refused }, BEGUN));
      assert.equal(JSON.parse(last).choices[0].finish_reason, 'length');
      const [end = ''] = dataOf(openai.cut(operation('responses'), { refused }, BEGUN));
      const { type, response } = JSON.parse(end);
      assert.equal(type, 'response.incomplete');
      assert.deepEqual(
        [response.status, response.incomplete_details],
        ['incomplete', { reason: 'max_output_tokens' }],
      );
    }
  });

  const started = JSON.stringify({ id: 'chatcmpl-1', created: 7, model: 'gpt-4o', choices: [] });

  it('is the end that a content filter makes, as part of the same answer', () => {
    const [last = '', done, ...more] = dataOf(
      openai.cut(operation('chat'), { refused: 'answer_blocked' }, { first: started, last: started }),
    );
    assert.deepEqual(JSON.parse(last), {
      id: 'chatcmpl-1',
      model: 'gpt-4o',
      created: 7,
      object: 'chat.completion.chunk',
      choices: [{ index: 0, delta: {}, logprobs: null, finish_reason: 'content_filter' }],
    });
    assert.equal(done, '[DONE]');
    assert.deepEqual(more, []);
  });

  it('has the form of a completion for completions', () => {
    const [last = ''] = dataOf(
      openai.cut(operation('completions'), { refused: 'answer_blocked' }, { first: started, last: started }),
    );
    const { object, choices } = JSON.parse(last);
    assert.equal(object, 'text_completion');
    assert.deepEqual(choices, [{ index: 0, text: '', logprobs: null, finish_reason: 'content_filter' }]);
  });

  it('is an error where no content rule ended it', () => {
    const [last = '', done] = dataOf(
      openai.cut(operation('chat'), { refused: 'answer_unreadable' }, { first: started, last: started }),
    );
    assert.equal(JSON.parse(last).error.code, 'answer_unreadable');
    assert.equal(done, '[DONE]');
  });

  it('takes nothing over that is not plain', () => {
    const odd = [
      undefined,
      '',
      'not json',
      '[DONE]',
      JSON.stringify({ id: 'a\n\ndata: x', model: 'é', created: 'now' }),
      JSON.stringify({ id: 'x'.repeat(5000), model: {}, created: 1.5 }),
    ];
    for (const first of odd) {
      const [last = '', done] = dataOf(
        openai.cut(operation('chat'), { refused: 'answer_blocked' }, { first, last: first }),
      );
      const { id, model, created } = JSON.parse(last);
      assert.deepEqual({ id, model, created }, { id: 'cut', model: '', created: 0 });
      assert.equal(done, '[DONE]');
    }
  });
});

describe('other things that are written', () => {
  it('models, as a list and alone', () => {
    const list = JSON.parse(openai.listModels(['a', 'b"c']));
    assert.equal(list.object, 'list');
    assert.deepEqual(
      list.data.map((model: { id: string; object: string }) => [model.id, model.object]),
      [
        ['a', 'model'],
        ['b"c', 'model'],
      ],
    );
    assert.deepEqual(JSON.parse(openai.describeModel('a')), list.data[0]);
  });

  it('the header of a credential', () => {
    assert.deepEqual(openai.credentialHeader('sk-x'), ['authorization', 'Bearer sk-x']);
  });
});
