/** Two tenants behind one provider account, with the official SDK, through a real Envoy. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import OpenAI, { toFile } from 'openai';
import { digestOf, mint } from '../../src/identity/api-key.ts';
import type { ScriptedAnswer, SeenRequest } from './harness/upstream.ts';
import { type Stack, startStack } from './stack.ts';

const GLOBEX_KEY = mint({ bytes: (count) => randomBytes(count), fraction: () => 0 });
const IDENTITY = `
  apiKeys:
    keys:
      - { id: acme, digest: "KEY", tenant: acme }
      - { id: globex, digest: "${digestOf(GLOBEX_KEY)}", tenant: globex }
`;
const GRANTS = `
  - { id: acme, to: { tenant: acme }, operations: "*", models: [plain, fast], features: { web_access: strip, max_output_tokens: { max: 100 } } }
  - { id: globex, to: { tenant: globex }, operations: "*", models: [plain] }
`;

/** One account of a provider, as all tenants share it: whoever has an id may use it. */
class Account {
  readonly files = new Map<
    string,
    { id: string; object: 'file'; bytes: number; filename: string; purpose: string; created_at: number }
  >();
  readonly contents = new Map<string, string>();
  readonly batches = new Map<string, Record<string, unknown>>();
  readonly responses = new Map<string, Record<string, unknown>>();
  readonly bodies: string[] = [];
  #serial = 0;

  answer = ({ method, path, body, headers }: SeenRequest): ScriptedAnswer => {
    this.bodies.push(body.toString('utf8'));
    const [, , collection = '', id = '', below = ''] = (path.split('?')[0] ?? '').split('/');
    const found = this.#route(
      method,
      collection,
      id,
      below,
      body.toString('latin1'),
      String(headers['content-type']),
    );
    return (
      found ??
      json({ error: { message: 'none', type: 'invalid_request_error', code: 'not_found', param: null } }, 404)
    );
  };

  #route(
    method: string,
    collection: string,
    id: string,
    below: string,
    body: string,
    type: string,
  ): ScriptedAnswer | undefined {
    if (collection === 'files' && method === 'POST') return json(this.#upload(body, type));
    if (collection === 'files' && id === '') return json(listOf([...this.files.values()]));
    if (collection === 'batches' && id === '' && method === 'GET')
      return json(listOf([...this.batches.values()] as { id: string }[]));
    if (collection === 'batches' && id === '') return json(this.#batch(JSON.parse(body)));
    if (collection === 'responses' && id === '') return this.#respond(JSON.parse(body));
    const kept = { files: this.files, batches: this.batches, responses: this.responses }[collection]?.get(id);
    if (kept === undefined) return undefined;
    if (below === 'content')
      return { headers: { 'content-type': 'application/octet-stream' }, body: this.contents.get(id) ?? '' };
    if (method === 'DELETE') return json({ id, object: collection, deleted: true });
    if (below === 'cancel') return json({ ...kept, status: 'cancelled' });
    return below === 'input_items' ? json(listOf([])) : json(kept);
  }

  #upload(body: string, type: string) {
    const boundary = /boundary=(.*)$/.exec(type)?.[1] ?? '';
    const content = /name="file".*?\r\n\r\n(.*?)\r\n--/s.exec(body)?.[1] ?? '';
    const purpose = /name="purpose"\r\n\r\n(\w+)/.exec(body)?.[1] ?? '';
    assert.ok(body.includes(boundary));
    const file = {
      id: this.#id('file-'),
      object: 'file' as const,
      bytes: content.length,
      filename: 'a',
      purpose,
      created_at: 1,
    };
    this.files.set(file.id, file);
    this.contents.set(file.id, content);
    return file;
  }

  #batch(asked: { input_file_id: string }) {
    const output = {
      id: this.#id('file-'),
      object: 'file' as const,
      bytes: 1,
      filename: 'out',
      purpose: 'batch_output',
      created_at: 1,
    };
    this.files.set(output.id, output);
    this.contents.set(
      output.id,
      '{"custom_id":"a","response":{"body":{"choices":[{"message":{"content":"card 4111 1111 1111 1111"}}]}}}\n',
    );
    const batch = {
      id: this.#id('batch_'),
      object: 'batch',
      input_file_id: asked.input_file_id,
      output_file_id: output.id,
      error_file_id: null,
      status: 'completed',
    };
    this.batches.set(batch.id, batch);
    return batch;
  }

  #respond(asked: { stream?: boolean; model: string }): ScriptedAnswer {
    const text = { type: 'output_text', text: 'hello', annotations: [] };
    const message = {
      type: 'message',
      id: this.#id('msg_'),
      role: 'assistant',
      status: 'completed',
      content: [text],
    };
    const response = {
      id: this.#id('resp_'),
      object: 'response',
      created_at: 1,
      model: asked.model,
      status: 'completed',
      output: [message],
      usage: { input_tokens: 3, output_tokens: 2, total_tokens: 5 },
    };
    this.responses.set(response.id, response);
    if (asked.stream !== true) return json(response);
    const events = [
      { type: 'response.created', sequence_number: 0, response: { ...response, output: [] } },
      {
        type: 'response.output_text.delta',
        sequence_number: 1,
        item_id: 'msg_1',
        output_index: 0,
        content_index: 0,
        delta: 'hel',
      },
      {
        type: 'response.output_text.delta',
        sequence_number: 2,
        item_id: 'msg_1',
        output_index: 0,
        content_index: 0,
        delta: 'lo',
      },
      {
        type: 'response.output_text.done',
        sequence_number: 3,
        item_id: 'msg_1',
        output_index: 0,
        content_index: 0,
        text: 'hello',
      },
      { type: 'response.completed', sequence_number: 4, response },
    ];
    return {
      headers: { 'content-type': 'text/event-stream' },
      body: events.map((one) => `event: ${one.type}\ndata: ${JSON.stringify(one)}\n\n`),
    };
  }

  #id(prefix: string): string {
    this.#serial += 1;
    return `${prefix}${this.#serial}`;
  }
}

const json = (value: unknown, status = 200): ScriptedAnswer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});
const listOf = (data: readonly { readonly id: string }[]) => ({
  object: 'list',
  data,
  first_id: data[0]?.id ?? null,
  last_id: data.at(-1)?.id ?? null,
  has_more: false,
});

const account = new Account();
let stack: Stack;
let acme: OpenAI;
let globex: OpenAI;

before(async () => {
  stack = await startStack({
    sections: { identity: IDENTITY, grants: GRANTS },
    policy:
      'guardrails: [{ id: out, on: output, detect: [pii.card], action: mask }, { id: in, on: input, detect: [pii.email], action: mask }]',
  });
  stack.upstream.play(account.answer);
  const client = (apiKey: string) =>
    new OpenAI({ apiKey, baseURL: `http://127.0.0.1:${stack.envoy.port}/v1`, maxRetries: 0 });
  acme = client(stack.key);
  globex = client(GLOBEX_KEY);
});
after(() => stack[Symbol.asyncDispose]());

const line = (body: object, url = '/v1/chat/completions') =>
  `${JSON.stringify({ custom_id: 'a', method: 'POST', url, body })}\n`;
const chatBody = (model: string, more: object = {}) => ({
  model,
  messages: [{ role: 'user', content: 'write to ann@example.org' }],
  ...more,
});
const upload = async (client: OpenAI, text: string, purpose: 'batch' | 'user_data' = 'batch') =>
  client.files.create({ file: await toFile(Buffer.from(text), 'a.jsonl'), purpose });

/** What an operation comes to: its status and error, without the id of the request. */
async function outcome(work: Promise<unknown>) {
  try {
    await work;
    return 'done';
  } catch (error) {
    assert.ok(error instanceof OpenAI.APIError, String(error));
    return `${error.status} ${error.code} ${error.message}`;
  }
}

test('H19: files are their maker’s alone: to see, to read, to delete, and to find in a list', async () => {
  const mine = await upload(acme, 'notes of acme', 'user_data');
  const theirs = await upload(globex, 'notes of globex', 'user_data');
  assert.equal((await acme.files.retrieve(mine.id)).id, mine.id);
  assert.equal(await (await acme.files.content(mine.id)).text(), 'notes of acme');
  assert.deepEqual(
    (await acme.files.list()).data.map(({ id }) => id),
    [mine.id],
  );
  assert.deepEqual(
    (await globex.files.list()).data.map(({ id }) => id),
    [theirs.id],
  );
  for (const use of [
    (client: OpenAI, id: string) => client.files.retrieve(id),
    (client: OpenAI, id: string) => client.files.content(id),
    (client: OpenAI, id: string) => client.files.delete(id),
    (client: OpenAI, id: string) => client.files.list({ after: id }),
    (client: OpenAI, id: string) =>
      client.batches.create({
        input_file_id: id,
        endpoint: '/v1/chat/completions',
        completion_window: '24h',
      }),
    (client: OpenAI, id: string) =>
      client.responses.create({
        model: 'plain',
        store: false,
        input: [{ role: 'user', content: [{ type: 'input_file', file_id: id }] }],
      }),
  ]) {
    const before = stack.upstream.requests.length;
    const [other, unknown] = [await outcome(use(globex, mine.id)), await outcome(use(globex, 'file-none'))];
    assert.match(other, /^404 object_not_found/);
    assert.equal(other, unknown, 'exactly like an id that does not exist');
    assert.equal(stack.upstream.requests.length, before, 'and nobody was asked');
  }
  await acme.files.delete(mine.id);
  assert.match(await outcome(acme.files.retrieve(mine.id)), /^404 object_not_found/);
});

test('H19: a batch, and what comes of it, is its maker’s: nobody else may look at it or cancel it', async () => {
  const input = await upload(acme, line(chatBody('plain')));
  const batch = await acme.batches.create({
    input_file_id: input.id,
    endpoint: '/v1/chat/completions',
    completion_window: '24h',
  });
  for (const use of [
    (id: string) => globex.batches.retrieve(id),
    (id: string) => globex.batches.cancel(id),
  ]) {
    assert.equal(await outcome(use(batch.id)), await outcome(use('batch_none')));
    assert.match(await outcome(use(batch.id)), /^404 object_not_found/);
  }
  assert.deepEqual((await globex.batches.list()).data, []);
  assert.equal((await acme.batches.list()).data.length, 1);
  assert.equal(await outcome(acme.batches.cancel(batch.id)), 'done');
  const output = String(batch.output_file_id);
  assert.match(await outcome(globex.files.content(output)), /^404/);
  const text = await (await acme.files.content(output)).text();
  assert.ok(
    !text.includes('4111 1111') && text.includes('custom_id'),
    `guardrails hold for what is read later: ${text}`,
  );
});

test('E12: each line of a batch is judged as a request of its own, and written as the backend is to have it', async () => {
  await upload(
    acme,
    line(chatBody('fast')) + line(chatBody('plain', { tools: [{ type: 'web_search' }], n: 2 })),
  );
  const sent = account.contents.get([...account.contents.keys()].at(-1) ?? '') ?? '';
  const bodies = sent
    .trim()
    .split('\n')
    .map((one) => JSON.parse(one).body);
  assert.equal(bodies[0].model, 'gpt-4.1-mini');
  assert.equal(bodies[0].max_completion_tokens, 100);
  assert.equal(bodies[1].tools, undefined);
  assert.ok(!sent.includes('ann@example.org'), sent);
  const before = account.files.size;
  for (const [bad, code] of [
    [line(chatBody('plain')) + line(chatBody('hidden')), /403 model_not_allowed .*Line 2/],
    [line(chatBody('plain', { tools: [{ type: 'code_interpreter' }] })), /403 feature_not_allowed/],
    [line(chatBody('plain'), '/v1/files'), /400 body_invalid .*Line 1/],
    ['not json\n', /400 body_malformed/],
  ] as const)
    assert.match(await outcome(upload(acme, bad)), code);
  assert.match(await outcome(upload(globex, line(chatBody('fast')))), /403 model_not_allowed/);
  assert.equal(account.files.size, before, 'nothing was kept');
});

test('E12: only a file that was read as requests becomes a batch', async () => {
  const unread = await upload(acme, line(chatBody('hidden')), 'user_data');
  const before = account.batches.size;
  const made = acme.batches.create({
    input_file_id: unread.id,
    endpoint: '/v1/chat/completions',
    completion_window: '24h',
  });
  assert.match(await outcome(made), /^404 object_not_found/);
  assert.equal(account.batches.size, before);
});

test('H17: an item of a stored response is named by its maker’s tenant alone', async () => {
  const asked = { model: 'plain', input: 'hello' };
  const whole = await acme.responses.create(asked);
  const streamed = [];
  for await (const event of await acme.responses.create({ ...asked, stream: true })) streamed.push(event);
  const last = streamed.at(-1);
  for (const response of [whole, last?.type === 'response.completed' ? last.response : undefined]) {
    const id = response?.output[0]?.id ?? '';
    assert.match(id, /^msg_/);
    const use = (client: OpenAI, item: object) =>
      client.responses.create({ model: 'plain', input: [{ role: 'user', content: 'and?' }, item as never] });
    for (const item of [{ type: 'item_reference' }, {}, { type: 'reasoning', summary: [] }]) {
      assert.equal(await outcome(use(acme, { ...item, id })), 'done');
      const [other, unknown] = [
        await outcome(use(globex, { ...item, id })),
        await outcome(use(globex, { ...item, id: 'msg_none' })),
      ];
      assert.match(other, /^404 object_not_found/);
      assert.equal(other, unknown);
    }
  }
});

test('H17: stored responses are continued, read and deleted by their maker’s tenant alone', async () => {
  const first = await acme.responses.create({ model: 'plain', input: 'hello' });
  const second = await acme.responses.create({
    model: 'plain',
    input: 'and?',
    previous_response_id: first.id,
  });
  assert.ok(second.id !== first.id);
  for (const use of [
    (id: string) => globex.responses.create({ model: 'plain', input: 'x', previous_response_id: id }),
    (id: string) => globex.responses.retrieve(id),
    (id: string) => globex.responses.cancel(id),
    (id: string) => globex.responses.delete(id),
    (id: string) => globex.responses.inputItems.list(id),
  ]) {
    assert.match(await outcome(use(first.id) as Promise<unknown>), /^404 object_not_found/);
    assert.equal(
      await outcome(use(first.id) as Promise<unknown>),
      await outcome(use('resp_none') as Promise<unknown>),
    );
  }
  assert.equal((await acme.responses.retrieve(first.id)).id, first.id);
  assert.equal(await outcome(acme.responses.delete(first.id)), 'done');
  assert.match(await outcome(acme.responses.retrieve(first.id)), /^404/);
});

test('H17: a response that is streamed belongs to whoever it was streamed to', async () => {
  const stream = await acme.responses.create({ model: 'plain', input: 'hello', stream: true });
  let id = '';
  let text = '';
  for await (const one of stream) {
    if (one.type === 'response.created') id = one.response.id;
    if (one.type === 'response.output_text.delta') text += one.delta;
  }
  assert.equal(text, 'hello');
  assert.equal(await outcome(acme.responses.retrieve(id)), 'done');
  assert.match(await outcome(globex.responses.retrieve(id)), /^404/);
  const records = await stack.records(1);
  assert.ok(records.length > 0);
});

test('features that are taken out are named in the answer; those that are not allowed are refused', async () => {
  stack.upstream.play(({ body }) => {
    account.bodies.push(body.toString('utf8'));
    return json({
      id: 'c',
      object: 'chat.completion',
      model: 'm',
      created: 1,
      choices: [{ index: 0, message: { role: 'assistant', content: 'x' }, finish_reason: 'stop' }],
    });
  });
  const ask = (more: object) =>
    acme.chat.completions
      .create({ model: 'plain', messages: [{ role: 'user', content: 'hi' }], ...more })
      .withResponse();
  const { response } = await ask({
    web_search_options: {},
    tools: [{ type: 'function', function: { name: 'f' } }],
  });
  assert.equal(response.headers.get('x-sallyport-stripped'), 'web_access');
  assert.equal(response.headers.get('x-sallyport-clamped'), 'max_output_tokens');
  const sent = JSON.parse(account.bodies.at(-1) ?? '');
  assert.deepEqual(
    [sent.web_search_options, sent.max_completion_tokens, sent.tools.length],
    [undefined, 100, 1],
  );
  assert.match(
    await outcome(ask({ tools: [{ type: 'mcp', server_url: 'https://evil.example.org' }] })),
    /403 feature_not_allowed .*mcp is not allowed/,
  );
  assert.match(await outcome(ask({ api_base: 'https://evil.example.org' })), /400 body_invalid/);
  assert.match(await outcome(ask({ model: 'gpt-4o-search-preview' })), /403 model_not_allowed/);
});
