/** The contract of Envoy's filters, and every way to configure them wrongly: what happens then, and that no model is reached. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { type TestContext, test } from 'node:test';
import { status as grpc } from '@grpc/grpc-js';
import { cut, sized } from './harness/bodies.ts';
import { partsOf } from './harness/second-filter.ts';
import { redirect, type Stub, startStub } from './harness/stub-service.ts';
import { digest } from './harness/upstream.ts';
import {
  answer,
  BACKEND_KEY,
  type Bootstrap,
  chat,
  event,
  MASKING,
  type Stack,
  type StackOptions,
  startStack,
} from './stack.ts';

const BODY = Buffer.from(chat('hello', { model: 'plain' }));
const STREAMING = chat('hello', { model: 'plain', stream: true });
const BODIES = ['buffered', 'full-duplex'] as const;
const CARD = '4111111111111111';

/** A stack for one test, whose backend answers every chat. */
async function stackFor(t: TestContext, options: StackOptions = {}): Promise<Stack> {
  const stack = await startStack(options);
  t.after(() => stack[Symbol.asyncDispose]());
  stack.upstream.play(() => ({ headers: { 'content-type': 'application/json' }, body: answer('hello') }));
  return stack;
}

/** A stack in which another service stands behind one of the doors. */
async function stubbed(
  t: TestContext,
  door: 'authz' | 'proc',
  stub: Stub,
  options: StackOptions = {},
): Promise<Stack> {
  const { port, stop } = await startStub(stub);
  t.after(stop);
  const configure = (bootstrap: Bootstrap) => {
    redirect(bootstrap, door, port);
    options.configure?.(bootstrap);
  };
  return stackFor(t, { ...options, configure });
}

const codeOf = (text: string) => JSON.parse(text).error.code;

/** Sends a chat that must be refused, and sees that no model was reached. */
async function refused(stack: Stack, status: number, code: string): Promise<void> {
  const got = await stack.ask({ body: BODY });
  assert.deepEqual([got.status, codeOf(got.text)], [status, code]);
  assert.equal(stack.upstream.begun(), 0, 'it reached the backend');
}

const allowFailure = (door: 'authz' | 'proc') => (bootstrap: Bootstrap) => {
  partsOf(bootstrap)[door].failure_mode_allow = true;
};

/** An answer that goes on only when it is let. */
function held(): { readonly gate: Promise<void>; readonly open: () => void } {
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { gate, open };
}

for (const bodies of BODIES) {
  test(`F1: a service that stops in the middle of an answer lets nothing through unseen, bodies ${bodies}`, async (t) => {
    const stack = await stackFor(t, { bodies, policy: MASKING });
    const { gate, open } = held();
    stack.upstream.play(() => ({
      headers: { 'content-type': 'text/event-stream' },
      body: (async function* () {
        yield event('first ');
        await gate;
        yield event(`${CARD} `);
      })(),
    }));
    const asked = stack.ask({ body: STREAMING });
    await until(async () => stack.upstream.begun() === 1);
    await stack.service.stop({ waitMs: 0, graceMs: 0 });
    open();
    const got = await asked;
    assert.doesNotMatch(got.text, /4111/);
    assert.ok(!got.complete || got.status >= 500);
  });
}

test('F2: a stage that throws ends its own stream with an error, and no other', {
  skip: 'test/fault/stages.test.ts strikes every place where an exchange passes',
});

test('F3: an empty answer of the first door is an allow for Envoy, and nothing for the second door', async (t) => {
  const stack = await stubbed(t, 'authz', { check: Buffer.alloc(0) });
  await refused(stack, 500, 'voucher_missing');
  const record = (await stack.records(1)).at(-1);
  assert.deepEqual([record?.outcome, record?.reason], ['refused', 'voucher_missing']);
});

test('F4, F5: a first door that does not answer in time is a refusal', async (t) => {
  await refused(await stubbed(t, 'authz', { check: 'silence' }), 503, 'internal');
});

test('F6: an error of the first door is a refusal, and where Envoy lets it pass, the second door refuses', async (t) => {
  for (const check of [grpc.INTERNAL, grpc.UNAVAILABLE, grpc.RESOURCE_EXHAUSTED]) {
    await refused(await stubbed(t, 'authz', { check }), 503, 'internal');
  }
  const lax = await stubbed(t, 'authz', { check: grpc.INTERNAL }, { configure: allowFailure('authz') });
  await refused(lax, 500, 'voucher_missing');
});

test('F7: a first door that is out of reach is a refusal, and where Envoy lets it pass, the second door refuses', async (t) => {
  const away = (bootstrap: Bootstrap) => redirect(bootstrap, 'authz', 1);
  await refused(await stackFor(t, { configure: away }), 503, 'internal');
  const lax = (bootstrap: Bootstrap) => {
    away(bootstrap);
    allowFailure('authz')(bootstrap);
  };
  await refused(await stackFor(t, { configure: lax }), 500, 'voucher_missing');
});

test('F8: a second door that is out of reach is a refusal, also where its cluster is missing or Envoy lets it pass', async (t) => {
  await refused(await stackFor(t, { configure: (b) => redirect(b, 'proc', 1) }), 503, 'internal');
  const missing = (bootstrap: Bootstrap) => {
    partsOf(bootstrap).proc.grpc_service.envoy_grpc.cluster_name = 'nowhere';
  };
  const lax = (bootstrap: Bootstrap) => {
    redirect(bootstrap, 'proc', 1);
    allowFailure('proc')(bootstrap);
  };
  // Without the second door's word the request stays on the route that leads nowhere.
  for (const configure of [missing, lax]) {
    const stack = await stackFor(t, { configure });
    const got = await stack.ask({ body: BODY, headers: { 'x-sallyport-backend': 'mock' } });
    assert.ok(got.status >= 500, String(got.status));
    assert.equal(stack.upstream.begun(), 0);
  }
});

const PASS = { response: {} };

test('F9: an answer of the wrong kind, or two for one, ends the request with an error', async (t) => {
  const wrong: Stub = { process: () => [{ responseHeaders: PASS }] };
  const twice: Stub = {
    process: ({ requestHeaders }) =>
      requestHeaders ? [{ requestHeaders: PASS }, { requestHeaders: PASS }] : [],
  };
  for (const stub of [wrong, twice]) {
    const stack = await stubbed(t, 'proc', stub);
    const got = await stack.ask({ body: BODY });
    assert.ok(got.status >= 500, String(got.status));
    assert.equal(stack.upstream.begun(), 0);
  }
});

test('F10: in full duplex no part of a request leaves before the whole was judged', async (t) => {
  const stack = await stackFor(t, { bodies: 'full-duplex' });
  for (const model of ['plain', 'hidden']) {
    const { gate, open } = held();
    const body = Buffer.from(chat('hello', { model }));
    const before = stack.upstream.begun();
    const streams = await stack.envoy.stat('http.clients.ext_proc.sallyport.stream_msgs_sent');
    const asked = stack.ask({
      body: (async function* () {
        yield body.subarray(0, -1);
        await gate;
        yield body.subarray(-1);
      })(),
    });
    // Headers and the first piece of the body.
    await until(
      async () => (await stack.envoy.stat('http.clients.ext_proc.sallyport.stream_msgs_sent')) >= streams + 2,
    );
    assert.equal(stack.upstream.begun(), before);
    open();
    assert.equal((await asked).status, model === 'plain' ? 200 : 403);
    assert.equal(stack.upstream.begun(), before + (model === 'plain' ? 1 : 0));
  }
});

test('F11: in full duplex a body that is answered before its headers ends the request with an error', async (t) => {
  const streamedResponse = { body: BODY, endOfStream: true };
  const stack = await stubbed(
    t,
    'proc',
    {
      process: ({ requestBody }) =>
        requestBody ? [{ requestBody: { response: { bodyMutation: { streamedResponse } } } }] : [],
    },
    { bodies: 'full-duplex' },
  );
  const got = await stack.ask({ body: BODY });
  assert.ok(got.status >= 500, String(got.status));
  assert.equal(stack.upstream.begun(), 0);
});

test('F12: clients that leave at any moment leave the service whole', async (t) => {
  for (const bodies of BODIES) {
    const lines: string[] = [];
    const stack = await stackFor(t, { bodies, policy: MASKING, log: (line) => lines.push(line) });
    const asked = Array.from({ length: 40 }, (_, i) => {
      const leave = new AbortController();
      setTimeout(() => leave.abort(), i);
      return stack.ask({ body: sized(i * 5_000, (text) => chat(text)), signal: leave.signal });
    });
    await Promise.allSettled(asked);
    assert.equal((await stack.ask({ body: BODY })).status, 200);
    assert.deepEqual(
      lines.filter((line) => line.includes('fault')),
      [],
    );
  }
});

const UNSAFE: [string, (proc: Bootstrap) => void][] = [
  [
    'the default modes, which show no body',
    (proc) => {
      proc.processing_mode = {};
    },
  ],
  [
    'request bodies unseen',
    (proc) => {
      proc.processing_mode.request_body_mode = 'NONE';
    },
  ],
  [
    'response bodies unseen',
    (proc) => {
      proc.processing_mode.response_body_mode = 'NONE';
    },
  ],
  [
    'responses in partial buffers',
    (proc) => {
      proc.processing_mode.response_body_mode = 'BUFFERED_PARTIAL';
    },
  ],
];
for (const [what, change] of UNSAFE) {
  test(`F13: ${what}: refused when the stream opens`, async (t) => {
    const stack = await stackFor(t, { configure: (bootstrap) => change(partsOf(bootstrap).proc) });
    await refused(stack, 500, 'mode_unsafe');
    assert.equal((await stack.records(1)).at(-1)?.reason, 'mode_unsafe');
  });
}

test('F13: request headers unseen: the request goes nowhere', async (t) => {
  const stack = await stackFor(t, {
    configure: (bootstrap) => {
      partsOf(bootstrap).proc.processing_mode.request_header_mode = 'SKIP';
    },
  });
  const got = await stack.ask({ body: BODY });
  assert.ok(got.status >= 500, String(got.status));
  assert.equal(stack.upstream.begun(), 0);
});

test('F14: a proxy that only observes is not obeyed by the route, and the record says that it is unsafe', async (t) => {
  const stack = await stackFor(t, {
    configure: (bootstrap) => {
      partsOf(bootstrap).proc.observability_mode = true;
    },
  });
  const got = await stack.ask({ body: BODY });
  assert.equal(got.status, 503);
  assert.equal(stack.upstream.begun(), 0);
  assert.equal((await stack.records(1)).at(-1)?.reason, 'mode_unsafe');
});

const onEveryRoute = (bootstrap: Bootstrap, filter: string, config: object) => {
  for (const host of partsOf(bootstrap).manager.route_config.virtual_hosts) {
    host.typed_per_filter_config = { [`envoy.filters.http.${filter}`]: config };
  }
};

test('F15: a route on which a door is turned off leads nowhere', async (t) => {
  const extensions = 'type.googleapis.com/envoy.extensions.filters.http';
  const off = { '@type': `${extensions}.ext_proc.v3.ExtProcPerRoute`, disabled: true };
  const second = await stackFor(t, { configure: (bootstrap) => onEveryRoute(bootstrap, 'ext_proc', off) });
  const got = await second.ask({ body: BODY, headers: { 'x-sallyport-backend': 'mock' } });
  assert.equal(got.status, 503);
  assert.equal(second.upstream.begun(), 0);
  const none = { '@type': `${extensions}.ext_authz.v3.ExtAuthzPerRoute`, disabled: true };
  const first = await stackFor(t, { configure: (bootstrap) => onEveryRoute(bootstrap, 'ext_authz', none) });
  await refused(first, 500, 'voucher_missing');
});

test('F16: the doors in the wrong order, or the second without the first, refuse everything (F25)', async (t) => {
  const swap = (bootstrap: Bootstrap) =>
    partsOf(bootstrap).filters.splice(0, 2, ...partsOf(bootstrap).filters.slice(0, 2).reverse());
  const drop = (bootstrap: Bootstrap) => partsOf(bootstrap).filters.splice(0, 1);
  for (const configure of [swap, drop]) {
    await refused(await stackFor(t, { configure }), 500, 'voucher_missing');
  }
});

test("F17: what the proxy says itself is neither billed nor read as a model's, and recorded once", async (t) => {
  for (const bodies of BODIES) {
    const stack = await stackFor(t, { bodies, policy: MASKING });
    const asked = [
      { headers: { authorization: '' }, body: BODY },
      { path: '/v1/evals', body: BODY },
      { body: '{"model":' },
    ];
    for (const options of asked) await stack.ask(options);
    const records = await stack.records(asked.length);
    assert.deepEqual(
      records.map((record) => [record.outcome, record.reason, record.tokens, record.cost_nano]),
      ['credential_invalid', 'operation_unknown', 'body_malformed'].map((reason) => [
        'refused',
        reason,
        null,
        null,
      ]),
    );
  }
});

test('F18: where Envoy takes no answers from the second door, a refusal is still one', async (t) => {
  const stack = await stackFor(t, {
    configure: (bootstrap) => {
      partsOf(bootstrap).proc.disable_immediate_response = true;
    },
  });
  const got = await stack.ask({ body: chat('hello', { model: 'hidden' }) });
  assert.ok(got.status >= 500, String(got.status));
  assert.equal(stack.upstream.begun(), 0);
  assert.equal((await stack.records(1)).at(-1)?.reason, 'model_not_allowed');
});

test('F19: the credential and the route are set in every body mode, though not all take headers with a body', async (t) => {
  const streamed = (bootstrap: Bootstrap) => {
    partsOf(bootstrap).proc.processing_mode.request_body_mode = 'STREAMED';
  };
  for (const options of [{}, { bodies: 'full-duplex' }, { configure: streamed }] satisfies StackOptions[]) {
    const stack = await stackFor(t, options);
    assert.equal((await stack.ask({ body: chat('hello') })).status, 200);
    const sent = stack.upstream.requests.at(-1);
    assert.equal(sent?.headers.authorization, `Bearer ${BACKEND_KEY}`);
    assert.equal(sent?.headers['x-sallyport-backend'], undefined);
    assert.equal(sent?.headers['accept-encoding'], 'identity');
    assert.equal(JSON.parse(sent?.body.toString() ?? '').model, 'gpt-4.1-mini');
  }
});

test('F20: each answer of ours is a gRPC message and a write of its own', {
  skip: 'seen on the wire: test/envoy-wire/process-stream.test.ts, "puts every gRPC message into a write of its own"',
});

test("F21: bodies larger than gRPC's usual 4 MB pass both ways", async (t) => {
  const stack = await stackFor(t);
  const reply = sized(6_000_000, answer);
  stack.upstream.play(() => ({ headers: { 'content-type': 'application/json' }, body: reply }));
  const body = sized(6_000_000, (text) => chat(text, { model: 'plain' }));
  const got = await stack.ask({ body: cut(body) });
  assert.equal(got.status, 200, got.text.slice(0, 200));
  assert.equal(stack.upstream.requests.at(-1)?.digest, digest(body));
  assert.equal(got.digest, digest(reply));
});

test('F22: Envoy holds far more streams to the service than its own default of 1,024', async (t) => {
  const stack = await stackFor(t);
  const clusters = await (await fetch(`${stack.envoy.admin}/clusters`)).text();
  const [, most] = /^sallyport::default_priority::max_requests::(\d+)$/m.exec(clusters) ?? [];
  assert.ok(Number(most) >= 100_000, most);
});

for (const bodies of BODIES) {
  test(`F23: a proxy that dies in the middle of an answer ends it, and the record counts what went by, bodies ${bodies}`, async (t) => {
    const stack = await stackFor(t, { bodies });
    const { gate, open } = held();
    stack.upstream.play(() => ({
      headers: { 'content-type': 'text/event-stream' },
      body: (async function* () {
        yield event('some words of an answer');
        await gate;
      })(),
    }));
    const asked = stack.ask({ body: STREAMING }).catch(() => undefined);
    await until(async () => stack.upstream.begun() === 1);
    await until(
      async () => (await stack.envoy.stat('http.clients.ext_proc.sallyport.stream_msgs_sent')) >= 4,
    );
    process.kill(stack.envoy.pid, 'SIGKILL');
    await asked;
    open();
    const [record] = await stack.records(1);
    assert.deepEqual([record?.outcome, record?.reason], ['abandoned', 'client_gone']);
    assert.ok((record?.tokens?.output ?? 0) > 0);
  });
}

test('F24: a policy that changes between the doors: the request is judged by the one that it began with', async (t) => {
  const delay = { fixed_delay: '1s', percentage: { numerator: 100 } };
  const stack = await stackFor(t, {
    configure: (bootstrap) => {
      const config = {
        '@type': 'type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault',
        delay,
      };
      partsOf(bootstrap).filters.splice(1, 0, { name: 'wait-between-the-doors', typed_config: config });
    },
  });
  const asked = stack.ask({ body: BODY });
  await until(async () => (await stack.envoy.stat('http.clients.ext_authz.sallyport.ok')) === 1);
  const text = await readFile(stack.config, 'utf8');
  await writeFile(stack.config, text.replace('"!hidden"', '"!hidden", "!plain"'));
  stack.service.reload();
  await until(async () => (await stack.ask({ body: BODY })).status === 403);
  assert.equal((await asked).status, 200);
  const records = await stack.records(2);
  const [first, later] = ['allowed', 'refused'].map((outcome) => records.find((x) => x.outcome === outcome));
  assert.ok(first?.policy && later?.policy && first.policy !== later.policy);
});

test('F26: metadata that another filter wrote is no voucher', async (t) => {
  const spoof = (namespace: string) => (bootstrap: Bootstrap) => {
    const { filters, proc } = partsOf(bootstrap);
    proc.metadata_options.forwarding_namespaces.untyped.push(namespace);
    filters.splice(0, 1, {
      name: 'spoof',
      typed_config: {
        '@type': 'type.googleapis.com/envoy.extensions.filters.http.set_metadata.v3.Config',
        metadata: [{ metadata_namespace: namespace, value: { sallyport: 'forged' } }],
      },
    });
  };
  await refused(await stackFor(t, { configure: spoof('another.filter') }), 500, 'voucher_missing');
  const own = 'envoy.filters.http.ext_authz';
  await refused(await stackFor(t, { configure: spoof(own) }), 500, 'voucher_invalid');
});

/** Waits for something that will come to pass, at most ten seconds. */
async function until(passed: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + 10_000; !(await passed()); ) {
    assert.ok(performance.now() < end, 'it did not come to pass');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
