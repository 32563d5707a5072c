/** Cases of the attack catalogue that take both readers of a body: what is asked, and what a policy says of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OperationName } from '../../src/core/operation.ts';
import type { Snapshot } from '../../src/policy/snapshot.ts';
import { compiled } from '../policy/setting.ts';
import { MASK_INPUT, policy } from './policy-fixture.ts';
import { ProxyModel } from './proxy-model.ts';

const chat = (more: string, content = 'hello') =>
  `{"model":"fast","messages":[{"role":"user","content":"${content}"}]${more}}`;

async function sent(body: string, snapshot: Snapshot, name: OperationName = 'chat'): Promise<ProxyModel> {
  const operation = { name, dialect: 'openai', body: 'json' } as const;
  const proxy = new ProxyModel({ policy: snapshot, voucher: { policy: snapshot.version, operation } });
  await proxy.request({ 'content-type': 'application/json' });
  await proxy.whole('request', body);
  return proxy;
}

const errorOf = (proxy: ProxyModel): string =>
  proxy.immediate === undefined ? 'passed' : JSON.parse(proxy.immediate.body).error.code;

const FEATURES = (features: string) =>
  compiled(`
version: 1
identity: { apiKeys: {} }
backends: { openai: { dialect: openai } }
models: { fast: { backends: [openai] } }
grants: [{ to: any, operations: "*", models: "*", features: ${features} }]
`);

test('D10: numbers leave as they were written, and those that decide are plain ones in their range', async () => {
  const masking = policy({ guardrails: [MASK_INPUT], spread: false });
  const exact = ',"seed":9007199254740993,"temperature":0.30000000000000004,"top_p":1.0';
  const proxy = await sent(chat(exact, 'write to jo@example.org'), masking);
  assert.ok(!proxy.upstream.includes('jo@example.org') && proxy.upstream.includes(exact), proxy.upstream);
  for (const bound of ['9007199254740993', '4294967297', '1e2', '100.0'])
    assert.equal(errorOf(await sent(chat(`,"max_tokens":${bound}`), masking)), 'body_invalid', bound);
});

test('D19: a member that nobody knows is passed, refused or taken out as the policy says', async () => {
  const body = chat(',"sparkle":{"x":1}');
  assert.equal((await sent(body, FEATURES('{}'))).upstream, body);
  assert.equal(errorOf(await sent(body, FEATURES('{ unknown_fields: deny }'))), 'feature_not_allowed');
  const stripped = await sent(body, FEATURES('{ unknown_fields: strip }'));
  assert.equal(stripped.upstream, chat(''));
  assert.deepEqual(stripped.record?.stripped, ['unknown_fields']);
});

test('D19, H12: one whose name speaks of tools is refused unless the policy says otherwise', async () => {
  const body = chat(',"browser_tool":{"x":1}');
  assert.equal(errorOf(await sent(body, FEATURES('{}'))), 'feature_not_allowed');
  assert.equal((await sent(body, FEATURES('{ unknown_tools: allow }'))).upstream, body);
  assert.equal((await sent(body, FEATURES('{ unknown_tools: strip }'))).upstream, chat(''));
});

test('D20: null is nothing where the backend takes it so, and refused where something must be', async () => {
  const denying = FEATURES('[]');
  for (const more of [
    ',"tools":null,"functions":null,"n":null,"stream":null,"response_format":null',
    ',"max_tokens":null',
  ])
    assert.equal(errorOf(await sent(chat(more), denying)), 'passed', more);
  assert.equal(errorOf(await sent('{"model":null,"messages":[]}', denying)), 'body_invalid');
  assert.equal(errorOf(await sent('{"model":"fast","messages":null}', denying)), 'body_invalid');
  const stored = '{"model":"fast","input":"x","store":null}';
  assert.equal(errorOf(await sent(stored, denying, 'responses')), 'feature_not_allowed');
});

test('E11: a text that comes as a file is looked into like any other, and what is no text is recorded as not looked into', async () => {
  const masking = policy({ guardrails: [MASK_INPUT], operations: ['files.create'], spread: false });
  const upload = async (content: string | Buffer) => {
    const operation = { name: 'files.create', dialect: 'openai', body: 'multipart' } as const;
    const proxy = new ProxyModel({ policy: masking, voucher: { operation, path: '/v1/files' } });
    await proxy.request({ ':path': '/v1/files', 'content-type': 'multipart/form-data; boundary=b' });
    const head =
      '--b\r\ncontent-disposition: form-data; name="purpose"\r\n\r\nuser_data\r\n--b\r\ncontent-disposition: form-data; name="file"; filename="a.txt"\r\n\r\n';
    await proxy.whole(
      'request',
      Buffer.concat([Buffer.from(head), Buffer.from(content), Buffer.from('\r\n--b--\r\n')]),
    );
    return proxy;
  };
  const text = await upload('write to jo@example.org');
  assert.ok(text.upstream.includes('write to') && !text.upstream.includes('jo@example.org'), text.upstream);
  assert.equal(text.record?.inspected.request, 'whole');
  const binary = await upload(Buffer.from([0xff, 0xfe, 0x00, 0x81]));
  assert.equal(binary.record?.inspected.request, 'skipped');
});

test('E14: a URL that leads a backend into its own network is refused wherever a part holds it', async () => {
  const inside = 'http://169.254.169.254/latest';
  const allowing = policy({ operations: ['chat', 'responses'], spread: false });
  const parts: readonly [OperationName, object][] = [
    ['chat', { type: 'image_url', image_url: { url: inside } }],
    ['chat', { image_url: inside }],
    ['chat', { type: 'video_url', video_url: { url: 'https://localhost/a' } }],
    ['responses', { type: 'input_image', image_url: inside }],
    ['responses', { type: 'input_file', file_url: 'https://10.0.0.1/a' }],
  ];
  for (const [name, part] of parts) {
    const list = [{ role: 'user', content: [part] }];
    const body = JSON.stringify({
      model: 'fast',
      ...(name === 'chat' ? { messages: list } : { input: list }),
    });
    assert.equal(errorOf(await sent(body, allowing, name)), 'body_invalid', body);
    const outside = body.replace(/"(?:http|https):[^"]*"/, '"https://images.example.org/a.png"');
    assert.equal(errorOf(await sent(outside, allowing, name)), 'passed', outside);
  }
});
