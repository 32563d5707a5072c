/** Both doors, for what dialects have of their own: batches in a body, forms, models in paths, and who speaks what. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { anyKey, type ExplainedRequest, explain } from '../../src/cli/explain.ts';
import type { DialectName } from '../../src/core/operation.ts';
import { OPERATIONS } from '../../src/core/operation.ts';
import type { Keys } from '../../src/core/ports.ts';
import type { Snapshot } from '../../src/policy/snapshot.ts';
import { grantOf, MASK_INPUT, policy } from './policy-fixture.ts';

const PRINCIPAL = { methods: ['api-key' as const], id: 'tester', key: 'tester', groups: [] };
const KEYS: Keys = { find: () => ({ found: true, principal: PRINCIPAL }) };

/** One backend, with the models `m` and, under another name there, `alias`. */
function snapshotOf(
  dialect: DialectName,
  grants = [grantOf({ allowsModel: (name) => name !== 'hidden' })],
): Snapshot {
  const served = (name: string, model = name) =>
    [name, { name, sticky: true, backends: [{ backend: 'b', model, weight: 1, priority: 0 }] }] as const;
  return {
    ...policy({ guardrails: [MASK_INPUT], grants, operations: OPERATIONS }),
    models: new Map([served('m'), served('hidden'), served('alias', 'real')]),
    backends: new Map([['b', { name: 'b', dialect, cluster: 'b' }]]),
  };
}

async function ask(
  dialect: DialectName,
  line: string,
  body: object | Uint8Array,
  more: {
    readonly type?: string;
    readonly snapshot?: Snapshot;
    readonly response?: ExplainedRequest['response'];
  } = {},
) {
  const [method = '', path = ''] = line.split(' ');
  const bytes = body instanceof Uint8Array ? body : Buffer.from(JSON.stringify(body));
  const headers = new Map([
    ['authorization', [`Bearer ${anyKey()}`]],
    ['content-type', [more.type ?? 'application/json']],
  ]);
  const { response } = more;
  const asked = { method, path, headers, body: bytes, ...(response && { response }) };
  return explain(asked, more.snapshot ?? snapshotOf(dialect), KEYS);
}

const MAIL = 'jo@example.org';
const messages = [{ role: 'user', content: `I am ${MAIL}` }];

describe('a batch of messages', () => {
  const of = (...models: string[]) => ({
    requests: models.map((model, i) => ({ custom_id: `r${i}`, params: { model, max_tokens: 5, messages } })),
  });

  it('E12: is inspected and rewritten request by request, each for its own model', async () => {
    const { sent, record } = await ask('anthropic', 'POST /v1/messages/batches', of('m', 'alias'));
    assert(sent !== null && !sent.body.includes(MAIL));
    const { requests } = JSON.parse(sent.body);
    assert.deepEqual(
      requests.map(({ params }: { params: { model: string } }) => params.model),
      ['m', 'real'],
    );
    assert.equal(requests[0].custom_id, 'r0');
    assert.equal(record?.inspected.request, 'whole');
  });

  it('E12: is refused with one request that may not be made', async () => {
    const { allowed, record } = await ask('anthropic', 'POST /v1/messages/batches', of('m', 'hidden'));
    assert.equal(allowed, false);
    assert.equal(record?.reason, 'model_not_allowed');
  });
});

describe('a form with a model', () => {
  const form = (model: string, prompt: string) =>
    Buffer.from(
      `--abc\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n\u0000RIFF\r\n--abc\r\nContent-Disposition: form-data; name="model"\r\n\r\n${model}\r\n--abc\r\nContent-Disposition: form-data; name="prompt"\r\n\r\n${prompt}\r\n--abc--\r\n`,
    );
  const type = 'multipart/form-data; boundary=abc';

  it('E10, E11: has its texts masked and its model renamed, and keeps every other byte', async () => {
    const { sent, record } = await ask('openai', 'POST /v1/audio/transcriptions', form('alias', MAIL), {
      type,
    });
    assert(sent !== null);
    const [, placeholder = ''] = /name="prompt"\r\n\r\n(.+)\r\n/.exec(sent.body) ?? [];
    assert.notEqual(placeholder, MAIL);
    assert.equal(sent.body, form('real', placeholder).toString());
    assert.equal(record?.model?.asked, 'alias');
  });

  it('H1: is refused for a model that is not granted', async () => {
    const { record } = await ask('openai', 'POST /v1/audio/transcriptions', form('hidden', 'x'), { type });
    assert.equal(record?.reason, 'model_not_allowed');
  });
});

describe('a model in the path', () => {
  const PATHS: readonly (readonly [DialectName, (model: string) => string, object])[] = [
    ['azure', (model) => `/openai/deployments/${model}/chat/completions`, { messages }],
    [
      'gemini',
      (model) => `/v1beta/models/${model}:generateContent`,
      { contents: [{ parts: [{ text: `I am ${MAIL}` }] }] },
    ],
    [
      'vertex',
      (model) => `/v1/projects/p/locations/l/publishers/google/models/${model}:generateContent`,
      { contents: [{ parts: [{ text: `I am ${MAIL}` }] }] },
    ],
    [
      'bedrock',
      (model) => `/model/${model}/converse`,
      { messages: [{ role: 'user', content: [{ text: `I am ${MAIL}` }] }] },
    ],
  ];

  for (const [dialect, path, body] of PATHS) {
    it(`H5, H6, H7: is the one that is granted (${dialect})`, async () => {
      const { sent, record } = await ask(dialect, `POST ${path('m')}`, body);
      assert(sent !== null && !sent.body.includes(MAIL));
      assert.equal(record?.model?.asked, 'm');
      assert.equal((await ask(dialect, `POST ${path('hidden')}`, body)).record?.reason, 'model_not_allowed');
    });

    it(`H27: has the backend's name on its way there (${dialect})`, async () => {
      const { sent, record } = await ask(dialect, `POST ${path('alias')}`, body);
      assert.equal(sent?.headers[':path'], path('real'));
      assert.deepEqual(record?.model, { asked: 'alias', served: 'real' });
    });
  }

  it('H5: that the body disputes is refused', async () => {
    const azure = await ask('azure', 'POST /openai/deployments/m/chat/completions', {
      model: 'hidden',
      messages,
    });
    assert.equal(azure.record?.reason, 'body_invalid');
    const gemini = await ask('gemini', 'POST /v1beta/models/m:countTokens', {
      generateContentRequest: { model: 'models/hidden', contents: [] },
    });
    assert.equal(gemini.record?.reason, 'body_invalid');
  });

  it('A4, A12, H7: is escaped in one way only', async () => {
    const body = { prompt: 'x' };
    const reason = async (id: string) =>
      (await ask('bedrock', `POST /model/${id}/invoke`, body)).record?.reason;
    assert.equal((await ask('bedrock', 'POST /model/m/invoke', body)).allowed, true);
    assert.equal(await reason('no%3Asuch'), 'model_not_allowed');
    for (const id of ['a%253A', 'a%2F..%2Fb', 'a%3a1', '%2e%2e', 'a%00'])
      assert.equal(await reason(id), 'path_not_canonical', id);
    const elsewhere = await ask('openai', 'POST /v1%2Fchat/completions', { model: 'm', messages });
    assert.equal(elsewhere.record?.reason, 'path_not_canonical');
  });
});

describe('a part that cannot be looked into', () => {
  it('E13, E14, K19: is said in the record, by what it is', async () => {
    const content = [
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBOR'.repeat(20) } },
      { type: 'image', source: { type: 'url', url: 'https://example.org/a.png' } },
    ];
    const body = { model: 'm', max_tokens: 5, messages: [{ role: 'user', content }] };
    const { record } = await ask('anthropic', 'POST /v1/messages', body);
    assert.deepEqual(
      record?.findings.map(({ type, count }) => [type, count]),
      [
        ['opaque.image', 1],
        ['opaque.remote', 1],
      ],
    );
    assert.equal(record?.inspected.request, 'partial');
    assert.deepEqual(record?.features, ['image_input']);
  });
});

describe('a backend', () => {
  it('H11: gets no request of a dialect that it does not speak', async () => {
    const snapshot = snapshotOf('openai');
    const { record } = await ask(
      'anthropic',
      'POST /v1/messages',
      { model: 'm', max_tokens: 5, messages },
      { snapshot },
    );
    assert.equal(record?.reason, 'backend_unavailable');
  });

  it('E1: gets a body that is read as what it is, where its clients do not say', async () => {
    for (const type of ['application/octet-stream', 'application/json'])
      assert.equal(
        (await ask('bedrock', 'POST /model/m/invoke', { prompt: 'x' }, { type })).allowed,
        true,
        type,
      );
    assert.equal(
      (await ask('bedrock', 'POST /model/m/invoke', { prompt: 'x' }, { type: 'text/plain' })).record?.reason,
      'content_type_unsupported',
    );
    assert.equal(
      (await ask('bedrock', 'POST /model/m/converse', { messages: [] }, { type: 'application/octet-stream' }))
        .record?.reason,
      'content_type_unsupported',
    );
  });

  it('K10: whose answer is not in a form of its API gives none', async () => {
    const answered = async (contentType: string, body: string) => {
      const response = { status: 200, contentType, body: Buffer.from(body) };
      const asked = { model: 'm', messages: [{ role: 'user', content: 'hi' }] };
      return (await ask('ollama', 'POST /api/chat', asked, { response })).answer?.status;
    };
    assert.equal(await answered('application/x-ndjson', '{"message":{"content":"a"},"done":true}\n'), 200);
    assert.equal(await answered('application/json', '{"message":{"content":"a"},"done":true}'), 200);
    assert.equal(await answered('application/json', 'data: {"x":1}\n\n'), 502);
    assert.equal(await answered('text/html', '<p>'), 502);
  });
});
