import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { splice } from '../../../src/core/finding.ts';
import { isRefusal } from '../../../src/core/refusal.ts';
import { classify } from '../../../src/dialects/index.ts';
import { openai } from '../../../src/dialects/openai/dialect.ts';
import { parse } from '../../../src/json/document.ts';
import { BOUNDS, event, operation, request, response } from './reading.ts';

const chat = (more: object) => ({ model: 'm', messages: [{ role: 'user', content: 'hi' }], ...more });
const ask = (more: object) => ({ model: 'm', input: 'hi', ...more });
const named = (name: 'chat' | 'responses' | 'batches.create', body: object) =>
  request(name, body).objects.map(({ kind, id }) => `${kind} ${id}`);

describe('stored objects of a path', () => {
  it('are found with their operation, by method and path', () => {
    const found = (method: string, path: string) => {
      const one = classify({ method, path, query: '', headers: new Map() });
      if (one === undefined || isRefusal(one)) return one?.refused;
      return `${one.name} ${one.pathObject?.kind} ${one.pathObject?.id}`;
    };
    assert.equal(found('GET', '/v1/files/file-a'), 'files.get file file-a');
    assert.equal(found('DELETE', '/v1/files/file-a'), 'files.delete file file-a');
    assert.equal(found('GET', '/v1/files/file-a/content'), 'files.content file file-a');
    assert.equal(found('GET', '/v1/batches/batch_a'), 'batches.get batch batch_a');
    assert.equal(found('POST', '/v1/batches/batch_a/cancel'), 'batches.cancel batch batch_a');
    assert.equal(found('GET', '/v1/responses/resp_a'), 'responses.get response resp_a');
    assert.equal(found('GET', '/v1/responses/resp_a/input_items'), 'responses.items response resp_a');
    assert.equal(found('GET', '/v1/batches/batch_a/cancel'), 'method_not_allowed');
  });

  it('H11: are none at other paths', () => {
    for (const path of [
      '/v1/files/',
      '/v1/files/a/b',
      '/v1/files/a/content/x',
      '/v1/vector_stores/vs_a/files/f/x',
      '/v1/files/a%2fb',
      '/v1/files/..',
      '/v1/responses/a/cancel/b',
    ])
      assert.equal(classify({ method: 'GET', path, query: '', headers: new Map() }), undefined, path);
  });
});

describe('stored objects of a request', () => {
  it('H17, H18: are found wherever a body names them', () => {
    assert.deepEqual(named('responses', ask({ previous_response_id: 'resp_a' })), ['response resp_a']);
    assert.deepEqual(named('responses', ask({ conversation: 'conv_a' })), ['conversation conv_a']);
    assert.deepEqual(named('responses', ask({ conversation: { id: 'conv_a' } })), ['conversation conv_a']);
    assert.deepEqual(named('responses', ask({ prompt: { id: 'pmpt_a', variables: { x: 'y' } } })), [
      'prompt pmpt_a',
    ]);
    const tools = [
      { type: 'file_search', vector_store_ids: ['vs_a', 'vs_b'] },
      { type: 'code_interpreter', container: { type: 'auto', file_ids: ['file-a'] } },
      { type: 'code_interpreter', container: 'cntr_a' },
    ];
    assert.deepEqual(named('responses', ask({ tools })), [
      'vector_store vs_a',
      'vector_store vs_b',
      'file file-a',
      'container cntr_a',
    ]);
    const content = [
      { type: 'input_file', file_id: 'file-b' },
      { type: 'input_image', file_id: 'file-c' },
    ];
    assert.deepEqual(named('responses', ask({ input: [{ role: 'user', content }] })), [
      'file file-b',
      'file file-c',
    ]);
    assert.deepEqual(
      named(
        'chat',
        chat({ messages: [{ role: 'user', content: [{ type: 'file', file: { file_id: 'file-d' } }] }] }),
      ),
      ['file file-d'],
    );
    assert.deepEqual(
      named('batches.create', {
        input_file_id: 'file-e',
        endpoint: '/v1/chat/completions',
        completion_window: '24h',
      }),
      ['batch_file file-e'],
    );
  });

  it('H21: that cannot be told whose they are are nobody’s', () => {
    assert.deepEqual(named('responses', ask({ input: [{ type: 'item_reference', id: 7 }] })), ['item ']);
    assert.deepEqual(named('responses', ask({ previous_response_id: 'a b' })), ['response ']);
    assert.deepEqual(named('responses', ask({ previous_response_id: 'x'.repeat(300) })), ['response ']);
  });

  it('H17: are items that a request names by their ids, and not those that it says whole', () => {
    const ids = (...input: object[]) => named('responses', ask({ input }));
    for (const item of [
      { type: 'item_reference', id: 'msg_a' },
      { id: 'msg_a' },
      { type: null, id: 'msg_a' },
      { type: 'item_reference', id: 'msg_a', content: 'x' },
      { type: 'reasoning', id: 'msg_a', summary: [] },
      { type: 'reasoning', id: 'msg_a', summary: [], encrypted_content: null },
      { type: 'image_generation_call', id: 'msg_a', result: null },
      { type: 'file_search_call', id: 'msg_a', queries: ['x'], results: null },
    ])
      assert.deepEqual(ids(item), ['item msg_a'], JSON.stringify(item));
    assert.deepEqual(
      ids(
        { type: 'message', id: 'msg_a', role: 'assistant', content: [{ type: 'output_text', text: 'x' }] },
        { role: 'user', content: 'x' },
        { type: 'reasoning', id: 'rs_a', summary: [], encrypted_content: 'x' },
        { type: 'function_call', id: 'fc_a', call_id: 'c', name: 'f', arguments: '{}' },
        { type: 'function_call_output', id: null, call_id: 'c', output: 'x' },
      ),
      [],
    );
  });

  it('are found under names that some readers take for the same', () => {
    const part = { type: 'input_file', File_Id: 'file-a' };
    assert.deepEqual(named('responses', ask({ input: [{ role: 'user', content: [part] }] })), [
      'file file-a',
    ]);
    assert.deepEqual(named('responses', ask({ conversation: { ID: 'conv_a' } })), ['conversation conv_a']);
    assert.deepEqual(named('chat', chat({ x: { fileId: 'file-a' } })), ['file file-a']);
  });

  it('are not looked for in what describes such a member, nor in calls of tools', () => {
    const parameters = { type: 'object', properties: { file_id: { type: 'string' } }, required: ['file_id'] };
    assert.deepEqual(
      named('chat', chat({ tools: [{ type: 'function', function: { name: 'f', parameters } }] })),
      [],
    );
    const call = { id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}' } };
    assert.deepEqual(
      named(
        'chat',
        chat({
          messages: [
            { role: 'assistant', tool_calls: [call] },
            { role: 'tool', tool_call_id: 'call_1', content: 'x' },
          ],
        }),
      ),
      [],
    );
  });

  it('H20: are found at any depth and in any company', () => {
    const member = fc.constantFrom(
      'file_id',
      'previous_response_id',
      'vector_store_id',
      'container_id',
      'some_file_id',
    );
    const wrap = fc.constantFrom<(value: object) => object>(
      (value) => ({ a: value }),
      (value) => ({ list: [1, 'x', value] }),
      (value) => ({ deep: { er: [value, null] } }),
    );
    fc.assert(
      fc.property(member, fc.array(wrap, { maxLength: 6 }), fc.jsonValue(), (key, wraps, other) => {
        const id = 'file-needle';
        const body = wraps.reduce<object>((value, around) => around(value), { other, [key]: id });
        assert.ok(
          request('responses', ask({ x: body })).objects.some((ref) => ref.id === id),
          JSON.stringify(body),
        );
      }),
      { seed: 20, numRuns: 500 },
    );
  });

  it('are found in a query', () => {
    const list = operation('files.list');
    assert.deepEqual(openai.queryObjects(list, 'limit=2&after=file-a&order=asc'), [
      { kind: 'file', id: 'file-a' },
    ]);
    assert.deepEqual(openai.queryObjects(list, 'limit=2'), []);
  });
});

describe('stored objects of an answer', () => {
  it('are those that it made, and those that came of them', () => {
    const made = (name: Parameters<typeof response>[0], body: object) =>
      response(name, body).made.map(({ kind, id }) => `${kind} ${id}`);
    assert.deepEqual(made('files.create', { id: 'file-a', object: 'file' }), ['file file-a']);
    assert.deepEqual(made('batches.get', { id: 'batch_a', output_file_id: 'file-o', error_file_id: null }), [
      'batch batch_a',
      'file file-o',
    ]);
    assert.deepEqual(made('responses', { id: 'resp_a', conversation: { id: 'conv_a' }, output: [] }), [
      'response resp_a',
      'conversation conv_a',
    ]);
    const output = [{ type: 'reasoning', id: 'rs_a' }, { type: 'message', id: 'msg_a' }, { type: 'x' }];
    assert.deepEqual(made('responses', { id: 'resp_a', output }), [
      'response resp_a',
      'item rs_a',
      'item msg_a',
    ]);
    assert.deepEqual(made('responses', { id: 'resp_a', store: false, output }), ['response resp_a']);
    assert.deepEqual(made('responses.items', { data: [{ id: 'msg_b' }] }), ['item msg_b']);
    assert.deepEqual(made('chat', { id: 'chatcmpl-a', choices: [] }), []);
    assert.deepEqual(made('files.list', { data: [{ id: 'file-a' }] }), []);
  });

  it('leave a list as if it had been made without them', () => {
    const item = fc.record({
      id: fc.constantFrom('file-a', 'file-b', 'file-c', 'file-d'),
      name: fc.string(),
    });
    fc.assert(
      fc.property(
        fc.array(item, { maxLength: 6 }),
        fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
        fc.constantFrom(0, 2),
        (data, drop, space) => {
          const body = {
            object: 'list',
            data,
            first_id: data[0]?.id ?? null,
            last_id: data.at(-1)?.id ?? null,
            has_more: true,
          };
          const text = JSON.stringify(body, null, space);
          const { listed = [] } = response('files.list', text);
          const out = listed.filter((_, i) => drop[i]);
          const root = parse(text, BOUNDS);
          assert.ok(!isRefusal(root));
          const left = JSON.parse(splice(text, openai.shorten(text, root, out)));
          const kept: typeof data = JSON.parse(JSON.stringify(data.filter((_, i) => !drop[i])));
          assert.deepEqual(left.data, kept);
          if (out.length > 0)
            assert.deepEqual([left.first_id, left.last_id], [kept[0]?.id ?? null, kept.at(-1)?.id ?? null]);
        },
      ),
      { seed: 19, numRuns: 1000 },
    );
  });
});

describe('a stream of the Responses API', () => {
  const part = { item_id: 'msg_1', output_index: 0, content_index: 0 };

  it('continues a text from delta to delta, closes it with its end, and says whole texts once more', () => {
    const delta = event('responses', {
      type: 'response.output_text.delta',
      ...part,
      delta: 'my card is 4111',
    });
    assert.deepEqual(
      delta.deltas.map(({ text, channel }) => [text, channel]),
      [['my card is 4111', 'part.0.msg_1.0..output_text']],
    );
    const other = event('responses', {
      type: 'response.output_text.delta',
      ...part,
      output_index: 1,
      delta: 'x',
    });
    assert.notEqual(other.deltas[0]?.channel, delta.deltas[0]?.channel);
    const done = event('responses', { type: 'response.output_text.done', ...part, text: 'my card is 4111' });
    assert.ok(done.closes.includes('part.0.msg_1.0..'));
    assert.ok(done.deltas.some(({ text }) => text === 'my card is 4111'));
  });

  it('reads arguments of calls as JSON, and reasoning as such', () => {
    const call = event('responses', {
      type: 'response.function_call_arguments.delta',
      ...part,
      delta: '{"a":',
    });
    assert.equal(call.deltas[0]?.role, 'arguments');
    const thought = event('responses', {
      type: 'response.reasoning_summary_text.delta',
      ...part,
      delta: 'hm',
    });
    assert.equal(thought.deltas[0]?.role, 'reasoning');
  });

  it('names what was made, what was used, and where it ends', () => {
    const created = event('responses', {
      type: 'response.created',
      response: { id: 'resp_a', model: 'm', output: [] },
    });
    assert.deepEqual(created.made, [{ kind: 'response', id: 'resp_a' }]);
    assert.equal(created.end, false);
    const completed = event('responses', {
      type: 'response.completed',
      response: { id: 'resp_a', model: 'm', usage: { input_tokens: 3, output_tokens: 4 }, output: [] },
    });
    assert.deepEqual([completed.usage, completed.end], [{ input: 3, output: 4, source: 'reported' }, true]);
  });
});

describe('the texts of a Responses request', () => {
  it('are those of every item, in the role of who speaks', () => {
    const view = request('responses', {
      model: 'm',
      instructions: 'be kind',
      stream: true,
      input: [
        { role: 'developer', content: 'rules' },
        { role: 'user', content: [{ type: 'input_text', text: 'hello' }] },
        { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{"q":"secret"}' },
        { type: 'function_call_output', call_id: 'c1', output: 'found' },
      ],
    });
    assert.equal(view.stream, true);
    assert.deepEqual(
      view.segments.map(({ role, text }) => `${role}: ${text}`),
      [
        'system: be kind',
        'system: rules',
        'user: hello',
        'arguments: f',
        'arguments: {"q":"secret"}',
        'tool: found',
      ],
    );
    assert.deepEqual(view.usageEdits, []);
  });
});
