import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { Ports } from '../../src/core/ports.ts';
import type { BodyMode } from '../../src/doors/messages.ts';
import { openQuotas, world } from '../fakes.ts';
import { limitOf, MASK_INPUT, MASK_OUTPUT, policy } from './policy-fixture.ts';
import { ProxyModel, type Scene } from './proxy-model.ts';

const CHAT = (text: string, more = '') =>
  `{"model":"fast", "messages":[{"role":"user","content":"${text}"}]${more}}`;
const ANSWER = (text: string) =>
  `{"id":"c1","object":"chat.completion","model":"gpt-4.1-mini-2025","choices":[{"index":0,"message":{"role":"assistant","content":"${text}"},"finish_reason":"stop"}],"usage":{"prompt_tokens":11,"completion_tokens":7,"total_tokens":18}}`;
const delta = (content: string) =>
  `data: {"id":"c1","object":"chat.completion.chunk","model":"m","choices":[{"index":0,"delta":{"content":${JSON.stringify(content)}},"finish_reason":null}]}\n\n`;
const STOP =
  'data: {"id":"c1","object":"chat.completion.chunk","model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n';
const USAGE =
  'data: {"id":"c1","object":"chat.completion.chunk","model":"m","choices":[],"usage":{"prompt_tokens":9,"completion_tokens":3,"total_tokens":12}}\n\n';
const DONE = 'data: [DONE]\n\n';
const single = policy({ spread: false });
const masking = policy({ guardrails: [MASK_INPUT, MASK_OUTPUT], spread: false });

const REQUEST_MODES: BodyMode[] = ['buffered', 'streamed', 'full_duplex'];
const RESPONSE_MODES: BodyMode[] = ['buffered', 'streamed', 'full_duplex'];

async function sendRequest(proxy: ProxyModel, mode: BodyMode, text: string): Promise<void> {
  await proxy.request();
  if (mode === 'buffered') return proxy.whole('request', text);
  for (let i = 0; i < text.length; i += 7) {
    await proxy.body('request', text.slice(i, i + 7), i + 7 >= text.length);
  }
}

async function sendResponse(proxy: ProxyModel, mode: BodyMode, text: string, type?: string): Promise<void> {
  await proxy.response(type);
  if (mode === 'buffered' && type === undefined) return proxy.whole('response', text);
  for (let i = 0; i < text.length; i += 7) {
    await proxy.body('response', text.slice(i, i + 7), i + 7 >= text.length);
  }
}

for (const request of REQUEST_MODES) {
  for (const response of RESPONSE_MODES) {
    test(`a chat passes with alias, credential and usage, request ${request}, response ${response}`, async () => {
      const proxy = new ProxyModel({ request, response, policy: single });
      await sendRequest(proxy, request, CHAT('hello'));
      assert.equal(proxy.upstream, CHAT('hello').replace('"fast"', '"gpt-4.1-mini"'));
      assert.equal(proxy.toBackend.get('x-sallyport-backend'), 'openai');
      assert.equal(proxy.toBackend.get('authorization'), 'Bearer sk-backend');
      await sendResponse(proxy, response, ANSWER('hi'));
      assert.equal(proxy.downstream, ANSWER('hi'));
      assert.ok(proxy.session.finished);
      const { record } = proxy;
      assert.equal(record?.outcome, 'allowed');
      assert.deepEqual(record?.tokens, { input: 11, output: 7, source: 'reported' });
      assert.equal(record?.cost_nano, 11 * 400 + 7 * 1600);
      assert.deepEqual(record?.model, { asked: 'fast', served: 'gpt-4.1-mini-2025' });
    });

    test(`what is masked on the way in is restored on the way out, request ${request}, response ${response}`, async () => {
      const proxy = new ProxyModel({ request, response, policy: masking });
      await sendRequest(proxy, request, CHAT('write to jo@example.org'));
      assert.ok(!proxy.upstream.includes('jo@example.org'));
      const [placeholder] = /<EMAIL_1_\w+>/.exec(proxy.upstream) ?? [];
      assert.ok(placeholder, proxy.upstream);
      await sendResponse(proxy, response, ANSWER(`sent to ${placeholder}, card 4111 1111 1111 1111`));
      assert.match(proxy.downstream, /sent to jo@example\.org, card \[CARD\]/);
      const kinds = proxy.record?.findings.map((f) => `${f.direction} ${f.type} ${f.action} ${f.count}`);
      assert.deepEqual(kinds, ['input pii.email mask 1', 'output pii.card mask 1']);
    });
  }
}

for (const response of RESPONSE_MODES) {
  for (const deaf of [false, true]) {
    const how = `response ${response}${deaf ? ', overrides ignored' : ''}`;
    test(`a stream passes byte for byte but for the usage that only we asked for, ${how}`, async () => {
      const proxy = new ProxyModel({ response, policy: single, deaf });
      await sendRequest(proxy, 'buffered', CHAT('hello', ',"stream":true'));
      assert.equal(JSON.parse(proxy.upstream).stream_options.include_usage, true);
      const text = delta('Hel') + delta('lo') + STOP + USAGE + DONE;
      if (deaf && response === 'buffered') {
        await proxy.response('text/event-stream');
        await proxy.whole('response', text);
      } else {
        await sendResponse(proxy, response, text, 'text/event-stream');
      }
      assert.equal(proxy.downstream, text.replace(USAGE, ''));
      assert.deepEqual(proxy.record?.tokens, { input: 9, output: 3, source: 'reported' });
    });

    test(`a stream is masked and restored across its pieces, ${how}`, async () => {
      const proxy = new ProxyModel({ response, policy: masking, deaf });
      await sendRequest(
        proxy,
        'buffered',
        CHAT('I am jo@example.org', ',"stream":true,"stream_options":{"include_usage":true}'),
      );
      const [placeholder = ''] = /<EMAIL_1_\w+>/.exec(proxy.upstream) ?? [];
      const cut = placeholder.length >> 1;
      const text =
        delta('Dear ') +
        delta(placeholder.slice(0, cut)) +
        delta(placeholder.slice(cut)) +
        delta(', 4111 11') +
        delta('11 1111 1111') +
        delta('.') +
        STOP +
        USAGE +
        DONE;
      if (deaf && response === 'buffered') {
        await proxy.response('text/event-stream');
        await proxy.whole('response', text);
      } else {
        await sendResponse(proxy, response, text, 'text/event-stream');
      }
      const said = [...proxy.downstream.matchAll(/"content":("(?:[^"\\]|\\.)*")/g)]
        .map((m) => JSON.parse(m[1] ?? '""'))
        .join('');
      assert.equal(said, 'Dear jo@example.org, [CARD].');
      assert.ok(proxy.downstream.endsWith(USAGE + DONE), 'a client that asked for the usage gets it');
    });
  }
}

test('a stream without usage is counted by us, and the record says so', async () => {
  const proxy = new ProxyModel({ policy: single });
  await sendRequest(proxy, 'buffered', CHAT('hello there', ',"stream":true'));
  await sendResponse(proxy, 'streamed', delta('Hello') + delta(' world') + STOP + DONE, 'text/event-stream');
  const tokens = proxy.record?.tokens;
  assert.equal(tokens?.source, 'estimated');
  assert.ok((tokens?.input ?? 0) > 0 && (tokens?.output ?? 0) >= 2);
});

test('an answer cut by the client is recorded once, with what was counted (I6)', async () => {
  const proxy = new ProxyModel({ policy: single });
  await sendRequest(proxy, 'buffered', CHAT('hello', ',"stream":true'));
  await proxy.response('text/event-stream');
  await proxy.body('response', delta('Hello'), false);
  proxy.session.close('cancelled');
  proxy.session.close('error');
  const { record } = proxy;
  assert.equal(record?.outcome, 'abandoned');
  assert.equal(record?.reason, 'client_gone');
  assert.ok((record?.tokens?.output ?? 0) > 0);
});

test('a rule that blocks an answer ends its stream in the dialect, and nothing follows', async () => {
  const block = {
    id: 'no-cards',
    on: 'output',
    detect: ['pii.card'],
    action: 'block',
    as: 'label',
    shadow: false,
  } as const;
  for (const response of RESPONSE_MODES) {
    const proxy = new ProxyModel({ response, policy: policy({ guardrails: [block] }) });
    await sendRequest(proxy, 'buffered', CHAT('hello', ',"stream":true'));
    const text = delta('fine. ') + delta('4111 1111 1111 1111 ') + delta('more secrets') + STOP + DONE;
    await sendResponse(proxy, response, text, 'text/event-stream');
    assert.ok(!proxy.downstream.includes('4111'), proxy.downstream);
    assert.ok(!proxy.downstream.includes('more secrets'));
    assert.match(proxy.downstream, /"finish_reason":"content_filter"/);
    assert.ok(proxy.downstream.endsWith('data: [DONE]\n\n'));
    assert.equal(proxy.record?.outcome, 'cut');
  }
});

test('a rule that blocks a prompt refuses it with its message before anything leaves', async () => {
  const block = {
    id: 'no-cards',
    on: 'input',
    detect: ['pii.card'],
    action: 'block',
    as: 'label',
    shadow: false,
    message: 'No card numbers.',
  } as const;
  for (const request of REQUEST_MODES) {
    const proxy = new ProxyModel({ request, policy: policy({ guardrails: [block], spread: false }) });
    await sendRequest(proxy, request, CHAT('my card is 4111 1111 1111 1111'));
    assert.equal(proxy.immediate?.status, 400);
    assert.match(proxy.immediate?.body ?? '', /No card numbers\./);
    assert.equal(proxy.upstream, '');
    assert.equal(proxy.record?.reason, 'content_blocked');
  }
});

test('a model that is not granted and one that does not exist get the same answer', async () => {
  const fastOnly = policy({ allows: (model) => model === 'fast' });
  const bodies = [];
  for (const name of ['llama', 'nothing-of-the-kind']) {
    const proxy = new ProxyModel({ policy: fastOnly });
    await sendRequest(proxy, 'buffered', CHAT('x').replace('"fast"', `"${name}"`));
    assert.equal(proxy.immediate?.status, 403);
    bodies.push(proxy.immediate?.body);
    assert.equal(proxy.record?.model?.asked, name);
  }
  assert.equal(bodies[0], bodies[1]);
});

test('the list of models holds what the caller may use, and nothing else (H23)', async () => {
  const listed = {
    method: 'GET',
    path: '/v1/models',
    operation: { name: 'models.list', dialect: 'openai', body: 'none' },
  } as const;
  const proxy = new ProxyModel({ voucher: listed, policy: policy({ allows: (model) => model === 'llama' }) });
  await proxy.request({ ':method': 'GET', ':path': '/v1/models' }, true);
  const { data } = JSON.parse(proxy.immediate?.body ?? '');
  assert.deepEqual(
    data.map((m: { id: string }) => m.id),
    ['llama'],
  );
  assert.equal(proxy.record?.outcome, 'allowed');
});

test('one model is described only to those who may use it', async () => {
  const about = (pathModel: string) =>
    ({
      method: 'GET',
      path: `/v1/models/${pathModel}`,
      operation: { name: 'models.get', dialect: 'openai', body: 'none', pathModel },
    }) as const;
  for (const [name, status] of [
    ['llama', 200],
    ['fast', 403],
    ['none', 403],
  ] as const) {
    const proxy = new ProxyModel({
      voucher: about(name),
      policy: policy({ allows: (model) => model === 'llama' }),
    });
    await proxy.request({ ':method': 'GET', ':path': `/v1/models/${name}` }, true);
    assert.equal(proxy.immediate?.status, status);
  }
});

const BAD_BODIES: [string, string | Uint8Array, string][] = [
  ['C15: empty', '', 'body_missing'],
  ['D1: duplicate key', '{"model":"fast","model":"llama","messages":[]}', 'body_duplicate_key'],
  ['D2: escaped duplicate key', '{"model":"fast","mod\\u0065l":"llama","messages":[]}', 'body_duplicate_key'],
  ['D5: byte order mark', '\ufeff{"model":"fast","messages":[]}', 'body_not_utf8'],
  ['D13: invalid UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 'body_not_utf8'],
  ['D14: two documents', '{"model":"fast","messages":[]}{}', 'body_malformed'],
  ['D8: NaN', '{"model":"fast","messages":[],"n":NaN}', 'body_malformed'],
  ['D15: depth', `{"model":"fast","messages":${'['.repeat(200)}${']'.repeat(200)}}`, 'body_too_deep'],
  ['D17: array', '[]', 'body_invalid'],
  ['H10: no model', '{"messages":[]}', 'body_invalid'],
];
for (const [name, body, code] of BAD_BODIES) {
  test(`a bad body is refused in each mode (${name})`, async () => {
    for (const request of REQUEST_MODES) {
      const proxy = new ProxyModel({ request, policy: single });
      await proxy.request();
      await proxy.whole('request', body);
      assert.equal(JSON.parse(proxy.immediate?.body ?? '{}').error?.code, code);
      assert.equal(proxy.upstream, '');
      assert.equal(proxy.record?.reason, code);
    }
  });
}

test('a body over the bound is refused by its announced and by its real length', async () => {
  const small = policy({ bounds: { requestBytes: 100 }, spread: false });
  const announced = new ProxyModel({ policy: small });
  await announced.request({ 'content-length': '101' });
  assert.equal(announced.immediate?.status, 413);
  for (const request of REQUEST_MODES) {
    const proxy = new ProxyModel({ request, policy: small });
    await sendRequest(proxy, request, CHAT('x'.repeat(200)));
    assert.equal(proxy.immediate?.status, 413);
    assert.equal(proxy.upstream, '');
  }
});

test('a compressed request is judged by what it holds and leaves decoded', async () => {
  const proxy = new ProxyModel({ policy: masking });
  await proxy.request({ 'content-encoding': 'gzip' });
  await proxy.whole('request', gzipSync(CHAT('I am jo@example.org')));
  assert.match(proxy.upstream, /"gpt-4.1-mini"/);
  assert.ok(!proxy.upstream.includes('jo@example.org'));
});

test('a compressed bomb is refused within the bound (E5)', async () => {
  const proxy = new ProxyModel({ policy: policy({ bounds: { requestBytes: 10_000 } }) });
  await proxy.request({ 'content-encoding': 'gzip' });
  await proxy.whole('request', gzipSync(Buffer.alloc(5_000_000)));
  assert.equal(proxy.immediate?.status, 413);
});

test('no voucher, a foreign, an old or a mismatched one: no passage (F25, F26)', async () => {
  const scenes: [Scene, number][] = [
    [{ voucher: null }, 500],
    [{ voucher: { issuedAt: 0 } }, 500],
    [{ voucher: { path: '/v1/embeddings' } }, 500],
    [{ voucher: { method: 'GET' } }, 500],
    [{ voucher: { policy: 'forgotten' } }, 503],
    [
      { ports: world({ sealer: { seal: () => 'x', open: () => undefined, mac: () => Buffer.alloc(32) } }) },
      500,
    ],
  ];
  for (const [scene, status] of scenes) {
    const proxy = new ProxyModel(scene);
    await proxy.request();
    assert.equal(proxy.immediate?.status, status);
  }
});

test('a request whose policy is forgotten is recorded with whose it was', async () => {
  const proxy = new ProxyModel({ voucher: { policy: 'forgotten' } });
  await proxy.request();
  assert.equal(proxy.record?.reason, 'policy_unavailable');
  assert.equal(proxy.record?.principal?.id, 'key_1');
});

test('modes that would let bodies pass unseen are refused when the stream opens (C7, F13, F14)', async () => {
  const scenes: Scene[] = [
    { request: 'buffered_partial' },
    { response: 'buffered_partial' },
    { request: 'grpc' },
    { request: 'none' },
    { response: 'none' },
    { observing: true },
    { modes: undefined },
    { request: 'streamed' }, // with several backends to choose from
  ];
  for (const scene of scenes) {
    const proxy = new ProxyModel(scene);
    await proxy.request();
    assert.equal(proxy.immediate?.status, 500, JSON.stringify(scene));
    assert.equal(proxy.record?.reason, 'mode_unsafe');
  }
});

test('a request whose headers end it gets no chance to be judged by nothing (C16)', async () => {
  const proxy = new ProxyModel();
  await proxy.request({}, true);
  assert.equal(proxy.immediate?.status, 400);
  assert.equal(proxy.record?.reason, 'body_missing');
});

test("the proxy's own answers pass, and are neither billed nor recorded twice (F17)", async () => {
  for (const response of RESPONSE_MODES) {
    const proxy = new ProxyModel({ response, voucher: null });
    await proxy.response('application/json', '401');
    await proxy.whole('response', '{"error":{}}');
    assert.equal(proxy.downstream, '{"error":{}}');
    proxy.session.close('ended');
    assert.equal(proxy.ports.records.length, 0);
  }
});

test('a refusal in the form of gRPC passes, as long as it has no body (C20, F17)', async () => {
  const refused = new ProxyModel({ voucher: null });
  await refused.response('application/grpc', '200', { 'grpc-status': '7' }, true);
  assert.equal(refused.immediate, undefined);
  refused.session.close('ended');
  assert.equal(refused.ports.records.length, 0);
  for (const [code, endOfStream] of [
    ['7', false],
    ['0', true],
  ] as const) {
    const proxy = new ProxyModel({ voucher: null });
    await proxy.response('application/grpc', '200', { 'grpc-status': code }, endOfStream);
    assert.equal(proxy.record?.reason, 'request_unseen');
  }
});

test('a success whose request was never shown is refused', async () => {
  const proxy = new ProxyModel();
  await proxy.response();
  assert.equal(proxy.immediate?.status, 500);
  assert.equal(proxy.record?.reason, 'request_unseen');
});

test('a buffered request with trailers is judged though its end mark is false (C13)', async () => {
  const proxy = new ProxyModel({ policy: masking });
  await proxy.request();
  await proxy.body('request', CHAT('I am jo@example.org'), false);
  await proxy.trailers('request');
  assert.ok(proxy.upstream.length > 0 && !proxy.upstream.includes('jo@example.org'));
  assert.equal(proxy.failed, undefined);
});

test('in full duplex nothing leaves before the verdict, headers first, trailers last (F10, F11, C12)', async () => {
  const proxy = new ProxyModel({ request: 'full_duplex' });
  await proxy.request();
  await proxy.body('request', CHAT('hello'), false);
  assert.equal(proxy.requestHeadersLeft, false);
  assert.equal(proxy.upstream, '');
  await proxy.trailers('request');
  assert.ok(proxy.requestHeadersLeft);
  assert.match(proxy.upstream, /hello/);
});

test('a second end mark in full duplex changes nothing', async () => {
  const proxy = new ProxyModel({ request: 'full_duplex' });
  await sendRequest(proxy, 'full_duplex', CHAT('hello'));
  const before = proxy.upstream;
  await proxy.body('request', '', true);
  assert.equal(proxy.upstream, before);
  assert.equal(proxy.failed, undefined);
});

test('a streamed request that ends in trailers cannot be released, and is not', async () => {
  const proxy = new ProxyModel({ request: 'streamed', policy: single });
  await proxy.request();
  await proxy.body('request', CHAT('hello'), false);
  await proxy.trailers('request');
  assert.equal(proxy.upstream, '');
  assert.ok(proxy.failed);
});

test('a streamed answer followed by trailers leaves when its document is closed', async () => {
  const proxy = new ProxyModel({ response: 'streamed', policy: single });
  await sendRequest(proxy, 'buffered', CHAT('hello'));
  await proxy.response();
  await proxy.body('response', ANSWER('hi').slice(0, 40), false);
  await proxy.body('response', ANSWER('hi').slice(40), false);
  await proxy.trailers('response');
  assert.equal(proxy.downstream, ANSWER('hi'));
  assert.ok(proxy.session.finished);
});

test('an answer that said its own end is recorded as whole, also where the end of the stream is not shown', async () => {
  const json = new ProxyModel({ response: 'streamed', policy: single });
  await sendRequest(json, 'buffered', CHAT('hello'));
  await json.response();
  await json.body('response', ANSWER('hi'), false);
  assert.equal(json.record?.outcome, 'allowed');
  const events = new ProxyModel({ policy: single });
  await sendRequest(events, 'buffered', CHAT('hello', ',"stream":true'));
  await events.response('text/event-stream');
  await events.body('response', delta('hi') + STOP + DONE, false);
  assert.equal(events.record?.outcome, 'allowed');
  const cut = new ProxyModel({ policy: single });
  await sendRequest(cut, 'buffered', CHAT('hello', ',"stream":true'));
  await cut.response('text/event-stream');
  await cut.body('response', delta('hi') + STOP, false);
  assert.equal(cut.record?.outcome, 'abandoned');
});

test('a compressed answer is read, and leaves as what was read (E9)', async () => {
  const proxy = new ProxyModel({ policy: masking });
  await sendRequest(proxy, 'buffered', CHAT('hello'));
  assert.equal(proxy.toBackend.get('accept-encoding'), 'identity');
  await proxy.response('application/json', '200', { 'content-encoding': 'gzip' });
  await proxy.whole('response', gzipSync(ANSWER('4111 1111 1111 1111')));
  assert.match(proxy.downstream, /\[CARD\]/);
  assert.ok(proxy.removed.includes('content-encoding'));
});

test('answers that cannot be read do not pass (K10, K11, K12)', async () => {
  const cases: [string, string][] = [
    ['application/json', '{"choices":'],
    ['application/json', '{"choices":[],"choices":[]}'],
    ['application/octet-stream', 'binary'],
    ['text/html', '<p>hello</p>'],
  ];
  for (const [type, body] of cases) {
    const proxy = new ProxyModel({ policy: masking });
    await sendRequest(proxy, 'buffered', CHAT('hello'));
    await proxy.response(type);
    await proxy.whole('response', body);
    assert.equal(proxy.downstream, '', body);
    assert.equal(proxy.immediate?.status, 502, body);
  }
});

test('errors of the backend are masked too, whatever their form (K13)', async () => {
  for (const [type, body] of [
    ['application/json', '{"error":{"message":"bad card 4111 1111 1111 1111"}}'],
    ['text/html', '<p>bad card 4111 1111 1111 1111</p>'],
  ]) {
    const proxy = new ProxyModel({ policy: masking });
    await sendRequest(proxy, 'buffered', CHAT('hello'));
    await proxy.response(type, '400');
    await proxy.whole('response', body ?? '');
    assert.match(proxy.downstream, /\[CARD\]/);
    assert.equal(proxy.record?.tokens, null, 'an error costs nothing');
  }
});

test('an unreadable event ends the stream with an error, and is not shown', async () => {
  for (const response of RESPONSE_MODES) {
    const proxy = new ProxyModel({ response, policy: masking });
    await sendRequest(proxy, 'buffered', CHAT('hello', ',"stream":true'));
    await proxy.response('text/event-stream');
    await proxy.body(
      'response',
      `${delta('fine')}data: {"choices":[{"delta":{"content":"4111 1111\n\n`,
      false,
    );
    assert.ok(!proxy.downstream.includes('4111'));
    assert.ok(proxy.failed);
  }
});

test('events out of order end the stream with an error (F9)', async () => {
  const proxies = [];
  const early = new ProxyModel();
  await early.body('request', CHAT('x'), true);
  proxies.push(early);
  const twice = new ProxyModel();
  await twice.request();
  await twice.request();
  proxies.push(twice);
  const unasked = new ProxyModel();
  await unasked.body('response', ANSWER('x'), true);
  proxies.push(unasked);
  for (const proxy of proxies) {
    assert.ok(proxy.failed);
    assert.equal(proxy.session.finished, false);
  }
});

test('a request that never ends and a proxy that never comes back are given up (C9, C21)', async () => {
  const ports = world();
  const proxy = new ProxyModel({ ports });
  await proxy.request();
  const by = proxy.session.deadline;
  for (let i = 0; i < 50 && proxy.ports.clock.elapsed() < by; i++) ports.pass(2_000);
  assert.ok(ports.clock.elapsed() >= by, 'the bound is on the whole body, not on each piece');
  const [action] = proxy.session.expire();
  assert.equal(action?.kind, 'fail');
  assert.equal(proxy.record?.reason, 'deadline');
});

test('whichever port throws at whichever event, no byte passes (F1, F2)', async () => {
  const boom = () => {
    throw new Error('injected');
  };
  const limits = [limitOf({ per: ['model'], needsModel: true })];
  const broken: Partial<Ports>[] = [
    { sealer: { seal: (x) => `seal(${x})`, open: boom, mac: boom } },
    { passages: { open: boom, close: boom } },
    { quotas: openQuotas({ reserve: boom }) },
    { quotas: openQuotas({ reserve: () => Promise.reject(new Error('injected')) }) },
    { sealer: { seal: (x) => `seal(${x})`, open: (x) => x.slice(5, -1), mac: boom } },
    {
      meter: {
        decided: boom,
        tokens: boom,
        found: boom,
        latency: boom,
        sessionFailed: boom,
        limited: boom,
        answered: boom,
      },
    },
  ];
  for (const change of broken) {
    const proxy = new ProxyModel({
      ports: world(change),
      policy: policy({ guardrails: [MASK_INPUT], limits }),
    });
    await proxy.request();
    await proxy.whole('request', CHAT('I am jo@example.org')).catch(() => undefined);
    assert.equal(proxy.upstream, '', `bytes left although ${Object.keys(change)} threw`);
    assert.equal(proxy.session.finished, false);
  }
});

const LEAKY = [
  ['application/json', '{"error":{"message":"no such key: sk-backend"}}'],
  ['application/json', '{"error":{"message":"no such key: \\u0073k\\u002Dbackend"}}'],
  ['text/html', '<p>no such key: sk-backend</p>'],
  ['text/event-stream', 'data: {"error":"no such key: sk-backend"}\n\n'],
] as const;

for (const request of REQUEST_MODES) {
  test(`an error does not tell our credential, request ${request} (K13)`, async () => {
    for (const [type, body] of LEAKY) {
      for (const status of ['400', '401', '429', '500']) {
        const proxy = new ProxyModel({ policy: single, request });
        await sendRequest(proxy, request, CHAT('hello'));
        await proxy.response(type, status, { 'x-asked-with': 'Bearer sk-backend', 'x-other': 'kept' });
        await proxy.whole('response', body);
        assert.match(proxy.downstream, /no such key: \[CREDENTIAL\]/);
        assert.ok(proxy.removed.includes('x-asked-with'));
        assert.ok(!proxy.removed.includes('x-other'));
      }
    }
  });

  test(`what else may prove somebody to the backend does not travel on, request ${request}`, async () => {
    const proxy = new ProxyModel({ policy: single, request });
    await proxy.request({ 'x-api-key': 'k', 'api-key': 'k', 'x-amz-date': 'd', 'x-amzn-trace-id': 't' });
    if (request === 'buffered') await proxy.whole('request', CHAT('hello'));
    else await proxy.body('request', CHAT('hello'), true);
    assert.equal(proxy.toBackend.get('authorization'), 'Bearer sk-backend');
    assert.deepEqual(proxy.takenOff, ['x-api-key', 'api-key', 'x-amz-date']);
  });
}

test('a key leaves in the header that the policy names, and not in that of the dialect', async () => {
  for (const [header, value] of [
    ['x-gateway-key', 'sk-gateway'],
    ['authorization', 'Bearer sk-gateway'],
  ] as const) {
    const backends = new Map(
      [...single.backends].map(([name, backend]) => [
        name,
        { ...backend, credential: { kind: 'static', secret: 'sk-gateway', header } as const },
      ]),
    );
    const proxy = new ProxyModel({ policy: { ...single, backends } });
    await sendRequest(proxy, 'buffered', CHAT('hello'));
    assert.equal(proxy.toBackend.get(header), value);
    assert.equal(proxy.toBackend.has('authorization'), header === 'authorization');
  }
});
