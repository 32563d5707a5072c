/** A stream of the Responses API at the second door: masked over its deltas, and in what repeats them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Guardrail } from '../../src/policy/snapshot.ts';
import { MASK_OUTPUT, policy } from './policy-fixture.ts';
import { ProxyModel } from './proxy-model.ts';

const CARD = '4111 1111 1111 1111';
const PART = { item_id: 'msg_1', output_index: 0, content_index: 0 };

const sse = (event: { readonly type: string }) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;

function eventsFor(pieces: readonly string[]): string[] {
  const text = pieces.join('');
  const item = {
    type: 'message',
    id: 'msg_1',
    role: 'assistant',
    content: [{ type: 'output_text', text, annotations: [] }],
  };
  const response = {
    id: 'resp_1',
    object: 'response',
    model: 'llama',
    output: [item],
    usage: { input_tokens: 1, output_tokens: 2 },
  };
  return [
    sse({ type: 'response.created', response: { ...response, output: [], usage: null } } as { type: string }),
    ...pieces.map((delta) => sse({ type: 'response.output_text.delta', ...PART, delta } as { type: string })),
    sse({ type: 'response.output_text.done', ...PART, text } as { type: string }),
    sse({ type: 'response.output_item.done', output_index: 0, item } as { type: string }),
    sse({ type: 'response.completed', response } as { type: string }),
  ];
}

async function play(guardrails: readonly Guardrail[], pieces: readonly string[]) {
  const model = new ProxyModel({
    response: 'streamed',
    policy: policy({ guardrails, operations: ['responses'] }),
    voucher: { operation: { name: 'responses', dialect: 'openai', body: 'json' }, path: '/v1/responses' },
  });
  await model.request({ ':path': '/v1/responses' });
  await model.whole('request', JSON.stringify({ model: 'llama', input: 'hi', stream: true }));
  await model.response('text/event-stream');
  const events = eventsFor(pieces);
  for (const [i, event] of events.entries()) await model.body('response', event, i === events.length - 1);
  return model;
}

test('K7: a card that is split over deltas is masked in them, and wherever its text is said again', async () => {
  const model = await play([MASK_OUTPUT], ['your card is 4111 11', '11 1111 11', '11, thanks']);
  assert.equal(model.failed ?? model.immediate?.body, undefined);
  assert.ok(
    !model.downstream.includes('1111 1111') && !model.downstream.includes('11 1111'),
    model.downstream,
  );
  const data = [...model.downstream.matchAll(/^data: (.*)$/gm)].map(([, json = '']) => JSON.parse(json));
  const deltas = data
    .filter(({ type }) => type === 'response.output_text.delta')
    .map(({ delta }) => delta)
    .join('');
  const done = data.find(({ type }) => type === 'response.output_text.done').text;
  assert.equal(deltas, done, 'the deltas say what the whole says');
  assert.match(done, /^your card is \S+, thanks$/);
  assert.equal(data.at(-1).response.output[0].content[0].text, done);
  assert.equal(model.record?.tokens?.output, 2);
  assert.equal(model.ports.objects.find({ kind: 'response', id: 'resp_1' }) instanceof Promise, false);
});

test('what nothing changes passes byte for byte, and belongs to whoever it was made for', async () => {
  const pieces = ['hello', ' there'];
  const model = await play([MASK_OUTPUT], pieces);
  assert.equal(model.downstream, eventsFor(pieces).join(''));
  assert.deepEqual(model.ports.objects.find({ kind: 'response', id: 'resp_1' }), {
    kind: 'response',
    id: 'resp_1',
    owner: 'tenant:acme',
    backend: 'vllm',
  });
});

test('a rule that blocks ends the stream with an event that its clients know', async () => {
  const block: Guardrail = { ...MASK_OUTPUT, id: 'block', action: 'block' };
  const model = await play([block], ['fine so far. ', `card ${CARD}`, ' and more']);
  assert.ok(!model.downstream.includes('4111'), model.downstream);
  const last = model.downstream.trim().split('\n\n').at(-1) ?? '';
  assert.match(last, /^event: response\.failed\ndata: /);
  assert.equal(JSON.parse(last.split('data: ')[1] ?? '').response.id, 'resp_1');
  assert.equal(model.record?.outcome, 'cut');
});
