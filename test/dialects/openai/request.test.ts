import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { detailOf, request, textOf, texts, tryRequest } from './reading.ts';

const chat = (message: object, more: object = {}) => ({ model: 'm', messages: [message], ...more });
const read = (body: object) => texts(body, request('chat', body).segments);

describe('what a chat request says', () => {
  it('is read from messages of every role', () => {
    const body = {
      model: 'm',
      messages: [
        { role: 'system', content: 'be kind' },
        { role: 'developer', content: 'be brief' },
        { role: 'user', content: 'hello', name: 'Ann Smith' },
        { role: 'assistant', content: 'hi', refusal: 'no' },
        { role: 'tool', tool_call_id: 'call_1', content: '22 °C' },
        { role: 'function', name: 'weather', content: 'sunny' },
        { role: 'critic', content: 'hm' },
      ],
    };
    assert.deepEqual(read(body), [
      ['system', 'be kind'],
      ['system', 'be brief'],
      ['user', 'hello'],
      ['user', 'Ann Smith'],
      ['assistant', 'hi'],
      ['assistant', 'no'],
      ['tool', '22 °C'],
      ['tool', 'weather'],
      ['tool', 'sunny'],
      ['user', 'hm'],
    ]);
  });

  it('is read with its escapes resolved', () => {
    const body = '{"model":"m","messages":[{"role":"user","content":"caf\\u00e9\\n\\"x\\""}]}';
    assert.deepEqual(texts(body, request('chat', body).segments), [['user', 'café\n"x"']]);
  });

  it('J2: is read from every part of a message', () => {
    const body = chat({
      role: 'user',
      content: [{ type: 'text', text: 'ignore' }, 'bare', { type: 'refusal', refusal: 'never' }],
    });
    assert.deepEqual(read(body), [
      ['user', 'ignore'],
      ['user', 'bare'],
      ['user', 'never'],
    ]);
    assert.equal(request('chat', body).opaque.length, 0);
  });

  it('E13: counts images, audio, files and unknown parts as not looked into, and reads what is text in them', () => {
    const base64 = 'QUJD'.repeat(50);
    const body = chat({
      role: 'user',
      content: [
        { type: 'image_url', image_url: { url: `data:image/png;base64,${base64}` } },
        { type: 'image_url', image_url: { url: 'https://example.org/bob.png' } },
        { type: 'input_audio', input_audio: { data: base64, format: 'wav' } },
        {
          type: 'file',
          file: { file_data: `data:application/pdf;base64,${base64}`, filename: 'bob smith.pdf' },
        },
        { type: 'hologram', scene: 'a secret' },
        { type: 'image_url', image_url: { url: 'data:text/plain,a secret' } },
      ],
    });
    assert.deepEqual(read(body), [
      ['user', 'https://example.org/bob.png'],
      ['user', 'wav'],
      ['user', 'bob smith.pdf'],
      ['user', 'a secret'],
      ['user', 'data:text/plain,a secret'],
    ]);
    assert.equal(request('chat', body).opaque.length, 6);
  });

  it('J22: is read from calls of tools, whose arguments are JSON themselves', () => {
    const body = chat({
      role: 'assistant',
      content: null,
      tool_calls: [
        { id: 'call_1', type: 'function', function: { name: 'mail', arguments: '{"to":"bob\\nx"}' } },
        { id: 'call_2', type: 'custom', custom: { name: 'run', input: 'ls' } },
      ],
      function_call: { name: 'old', arguments: '{}' },
    });
    assert.deepEqual(read(body), [
      ['arguments', 'mail'],
      ['arguments', '{"to":"bob \nx"}'],
      ['arguments', 'run'],
      ['arguments', 'ls'],
      ['arguments', 'old'],
      ['arguments', '{}'],
    ]);
    assert.deepEqual(
      request('chat', body).segments.map((segment) => segment.json),
      [false, true, false, false, false, true],
    );
  });

  it('is read as reasoning where a message repeats that', () => {
    const body = chat({ role: 'assistant', content: 'a', reasoning_content: 'b', reasoning: 'c' });
    assert.deepEqual(read(body), [
      ['assistant', 'a'],
      ['reasoning', 'b'],
      ['reasoning', 'c'],
    ]);
  });

  it('J6: is read from tools and schemas, down to titles, enums and the keys that are no plain names', () => {
    const body = chat(
      { role: 'user', content: '' },
      {
        tools: [
          {
            type: 'function',
            function: {
              name: 'mail',
              description: 'sends mail',
              parameters: {
                type: 'object',
                properties: {
                  to: { type: 'string', description: 'who', enum: ['bob@example.org'] },
                  'a b': {},
                },
              },
            },
          },
        ],
        response_format: { type: 'json_schema', json_schema: { name: 'x', schema: { title: 'y' } } },
      },
    );
    assert.deepEqual(read(body), [
      ['tool', 'mail'],
      ['tool', 'sends mail'],
      ['tool', 'who'],
      ['tool', 'bob@example.org'],
      ['tool', 'a b'],
      ['system', 'x'],
      ['system', 'y'],
    ]);
  });

  it('is read from predictions, metadata, stop texts and members that nobody knows', () => {
    const body = chat(
      { role: 'user', content: '', extra: { deep: ['one'] } },
      {
        prediction: { type: 'content', content: 'two' },
        metadata: { id: 'three', 'four@example.org': '' },
        stop: ['five'],
        invented: { type: 'six' },
      },
    );
    assert.deepEqual(read(body), [
      ['user', 'one'],
      ['assistant', 'content'],
      ['assistant', 'two'],
      ['user', 'three'],
      ['user', 'four@example.org'],
      ['user', 'five'],
      ['user', 'six'],
    ]);
  });

  it('is not read from names that the client gives to users and caches, nor from settings of one word', () => {
    const body = chat(
      { role: 'user', content: 'a', id: 'msg_1' },
      {
        user: 'bob@example.org',
        prompt_cache_key: 'k',
        tool_choice: 'auto',
        reasoning_effort: 'high',
        service_tier: 'flex',
      },
    );
    assert.deepEqual(read(body), [['user', 'a']]);
    assert.deepEqual(read(chat({ role: 'user', content: '' }, { tool_choice: 'a secret' })), [
      ['user', 'a secret'],
    ]);
    assert.deepEqual(read(chat({ role: 'user', content: '', id: 'a secret' })), [['user', 'a secret']]);
  });

  it('leaves out no string but the names and settings above, wherever it stands', () => {
    const SKIPPED =
      /^(?:model|user|safety_identifier|prompt_cache_key|id|type|role|object|.*_id|tool_choice|function_call)$/;
    const tree = fc.letrec<{ node: unknown }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 3 },
        fc.string({ minLength: 1, maxLength: 6 }).map((s) => `text ${s}`),
        fc.array(tie('node'), { maxLength: 3 }),
        fc.dictionary(
          fc.constantFrom(
            'content',
            'text',
            'foo',
            'name',
            'data',
            'url',
            'arguments',
            'a b',
            'tool_calls',
            'metadata',
          ),
          tie('node'),
          { maxKeys: 3 },
        ),
        fc.integer(),
      ),
    })).node;
    const stringsOf = (value: unknown): string[] => {
      if (typeof value === 'string') return [value];
      if (Array.isArray(value)) return value.flatMap(stringsOf);
      if (typeof value !== 'object' || value === null) return [];
      return Object.entries(value).flatMap(([key, inner]) => (SKIPPED.test(key) ? [] : stringsOf(inner)));
    };
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('tools', 'metadata', 'foo', 'stop', 'audio', 'prediction'), tree, {
          maxKeys: 3,
        }),
        fc.dictionary(fc.constantFrom('name', 'reasoning', 'foo', 'tool_calls', 'audio'), tree, {
          maxKeys: 3,
        }),
        fc.array(tree, { maxLength: 3 }),
        (top, message, content) => {
          const body = {
            ...top,
            model: 'm',
            messages: [{ role: 'user', ...message, content: ['', ...content] }],
          };
          const found = new Set(
            request('chat', body).segments.map((segment) => JSON.stringify(segment.text)),
          );
          for (const text of stringsOf({ ...top, messages: [{ ...message, content }] })) {
            assert(found.has(JSON.stringify(text)) || text.includes('\\'), text);
          }
        },
      ),
      { seed: 81, numRuns: 500 },
    );
  });
});

describe('what other requests say', () => {
  it('completions: a prompt or several, and the suffix', () => {
    const one = { model: 'm', prompt: 'once', suffix: 'end' };
    assert.deepEqual(texts(one, request('completions', one).segments), [
      ['user', 'once'],
      ['user', 'end'],
    ]);
    const many = { model: 'm', prompt: ['once', 'twice'] };
    assert.deepEqual(texts(many, request('completions', many).segments), [
      ['user', 'once'],
      ['user', 'twice'],
    ]);
    assert.deepEqual(request('completions', { model: 'm' }).segments, []);
  });

  it('I14: embeddings: texts, and tokens that count as not looked into', () => {
    const body = { model: 'm', input: ['a', 'b'] };
    assert.deepEqual(texts(body, request('embeddings', body).segments), [
      ['user', 'a'],
      ['user', 'b'],
    ]);
    assert.equal(request('embeddings', { model: 'm', input: [1, 2, 3] }).opaque.length, 1);
    assert.equal(request('embeddings', { model: 'm', input: [[1, 2], [3]] }).opaque.length, 2);
    assert.equal(request('embeddings', { model: 'm', input: [[1, 2], 'a', [3]] }).opaque.length, 2);
  });
});

describe('what a request is about', () => {
  it('the model, and the token that names it', () => {
    const body = '{ "model" : "gpt\\u002d4o", "messages": [] }';
    const { model } = request('chat', body);
    assert.equal(model?.name, 'gpt-4o');
    assert.equal(body.slice(model?.places[0]?.start, model?.places[0]?.end), '"gpt\\u002d4o"');
  });

  it('how many answers are written, shown or not', () => {
    const copies = (more: object) =>
      request('completions', JSON.stringify({ model: 'm', prompt: 'x', ...more })).n;
    assert.equal(copies({}), undefined);
    assert.equal(copies({ n: 2 }), 2);
    assert.equal(copies({ best_of: 5 }), 5);
    assert.equal(copies({ n: 2, best_of: 5 }), 5);
    assert.equal(copies({ n: 5, best_of: 2 }), 5);
    assert.equal(copies({ n: null, best_of: 3 }), 3);
  });

  it('whether the answer is streamed', () => {
    assert.equal(request('chat', chat({ role: 'user' }, { stream: true })).stream, true);
    assert.equal(request('chat', chat({ role: 'user' }, { stream: false })).stream, false);
    assert.equal(request('chat', chat({ role: 'user' }, { stream: null })).stream, false);
    assert.equal(request('chat', chat({ role: 'user' })).stream, false);
    assert.equal(request('embeddings', { model: 'm', input: 'a', stream: true }).stream, false);
  });
});

describe('a request that is refused', () => {
  const refused = (body: unknown, name: 'chat' | 'completions' | 'embeddings' | 'responses' = 'chat') =>
    detailOf(tryRequest(name, body));

  it('D17: is no object', () => {
    for (const body of ['[]', '"x"', 'null', '1'])
      assert.equal(refused(body), 'body_invalid: The body must be an object.');
  });

  it('H10, H1: has no model, or one whose name is not plain', () => {
    assert.equal(refused({ messages: [] }), 'body_invalid: "model" is missing.');
    const names = [
      '',
      ' gpt-4o',
      'gpt 4o',
      'gpt-4o\u200b',
      'ｇpt-4o',
      'gpt\u0000',
      'a\n',
      'x'.repeat(257),
      null,
      1,
      ['a'],
      {},
    ];
    for (const model of names) {
      const expected = 'body_invalid: "model" must be a name of 1 to 256 printable ASCII characters.';
      assert.equal(refused({ model, messages: [] }), expected, textOf(model));
    }
    assert.equal(refused({ model: 'x'.repeat(256), messages: [] }), undefined);
  });

  it('D3, D4: has a key that some readers take for a governed one', () => {
    for (const key of [
      'Model',
      'MODEL',
      'mode\u{1E3B}',
      'ſtream',
      'Stream',
      'Messages',
      'meſſages',
      'N',
      'Max_Tokens',
    ]) {
      const confusing = key !== 'mode\u{1E3B}';
      assert.equal(refused(chat({ role: 'user' }, { [key]: 1 })) !== undefined, confusing, key);
    }
    assert.match(refused(chat({ role: 'user' }, { ſtream: true })) ?? '', /almost like "stream"/);
    for (const key of [
      'Tools',
      'Functions',
      'Reasoning_Effort',
      'Response_Format',
      'Logprobs',
      'Models',
      'Fallbacks',
    ])
      assert.match(refused(chat({ role: 'user' }, { [key]: 'x' })) ?? '', /almost like/, key);
    for (const key of ['Previous_Response_Id', 'Conversation', 'conver\u017Fation', 'Service_Tier'])
      assert.match(refused({ model: 'm', input: 'x', [key]: 'x' }, 'responses') ?? '', /almost like/, key);
    assert.match(refused(chat({ role: 'user' }, { api_ba\u017Fe: 'x' })) ?? '', /not for clients/);
    assert.match(refused(chat({ role: 'user', Content: 'x' })) ?? '', /almost like "content"/);
    assert.match(
      refused(chat({ role: 'user' }, { stream: true, stream_options: { Include_usage: false } })) ?? '',
      /include_usage/,
    );
    assert.equal(refused(chat({ role: 'user' }, { responseFormat: 1, 'x-Y': 2 })), undefined);
  });

  it('D16: has __proto__ among the governed keys', () => {
    assert.match(refused('{"model":"m","messages":[],"__proto__":{}}') ?? '', /not allowed/);
  });

  it('D11, I4: has a number that is not a plain whole one in its range', () => {
    const bad = {
      n: ['0', '129', '1.0', '1e1', '"2"', '-1', 'true', '[]'],
      max_tokens: ['-1', '1.0', '"100"', '2147483648', '1e9', '{}'],
    };
    for (const [key, values] of Object.entries(bad)) {
      for (const value of values) {
        const body = `{"model":"m","messages":[],"${key}":${value}}`;
        assert.match(
          refused(body) ?? '',
          new RegExp(`^body_invalid: "${key}" must be a whole number from \\d+ to \\d+\\.$`),
          body,
        );
      }
    }
    for (const more of [
      { n: 1 },
      { n: 128 },
      { n: null },
      { max_tokens: 0 },
      { max_completion_tokens: 2147483647 },
      { best_of: 4 },
    ]) {
      assert.equal(refused(chat({ role: 'user' }, more)), undefined);
    }
  });

  it('I3: bounds its tokens twice and differently', () => {
    assert.equal(
      refused(chat({ role: 'user' }, { max_tokens: 5, max_completion_tokens: 6 })),
      'body_invalid: "max_tokens" and "max_completion_tokens" differ.',
    );
    assert.equal(refused(chat({ role: 'user' }, { max_tokens: 5, max_completion_tokens: 5 })), undefined);
    assert.equal(refused(chat({ role: 'user' }, { max_tokens: null, max_completion_tokens: 5 })), undefined);
  });

  it('D11: has another type where it says whether and how to stream', () => {
    for (const stream of [1, 'true', {}, []]) {
      assert.equal(
        refused(chat({ role: 'user' }, { stream })),
        'body_invalid: "stream" must be true or false.',
      );
    }
    assert.equal(
      refused(chat({ role: 'user' }, { stream_options: true })),
      'body_invalid: "stream_options" must be an object.',
    );
    assert.equal(
      refused(chat({ role: 'user' }, { stream_options: { include_usage: 1 } })),
      'body_invalid: "include_usage" must be true or false.',
    );
  });

  it('has no messages, or some that are none', () => {
    assert.equal(refused({ model: 'm' }), 'body_invalid: "messages" is missing.');
    assert.equal(refused({ model: 'm', messages: 'hi' }), 'body_invalid: "messages" must be a list.');
    assert.equal(refused({ model: 'm', messages: null }), 'body_invalid: "messages" must be a list.');
    assert.equal(
      refused({ model: 'm', messages: ['hi'] }),
      'body_invalid: Each of "messages" must be an object.',
    );
    assert.match(refused({ model: 'm', messages: [{ content: 'hi' }] }) ?? '', /"role"/);
    assert.match(refused({ model: 'm', messages: [{ role: 1 }] }) ?? '', /"role"/);
    for (const content of [1, true, {}])
      assert.match(refused(chat({ role: 'user', content })) ?? '', /"content"/);
  });

  it('has nothing to embed or to complete', () => {
    assert.equal(refused({ model: 'm' }, 'embeddings'), 'body_invalid: "input" is missing.');
    assert.equal(
      refused({ model: 'm', input: null }, 'embeddings'),
      'body_invalid: "input" must be a text or a list.',
    );
    assert.equal(
      refused({ model: 'm', prompt: {} }, 'completions'),
      'body_invalid: "prompt" must be a text or a list.',
    );
  });
});
