/** What both doors do about limits on tokens, money and places, on the real embedded state. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Hold } from '../../src/core/quota.ts';
import type { Signal } from '../../src/core/signal.ts';
import type { Voucher } from '../../src/core/voucher.ts';
import { check } from '../../src/doors/check.ts';
import { mint } from '../../src/identity/api-key.ts';
import type { Limit } from '../../src/policy/snapshot.ts';
import { openDatabase } from '../../src/state/embedded/database.ts';
import { EmbeddedQuotas } from '../../src/state/embedded/quotas.ts';
import { type World, world } from '../fakes.ts';
import { type Choices, limitOf, only, policy } from './policy-fixture.ts';
import { ProxyModel } from './proxy-model.ts';

const KEY = mint(world().random);

const CHAT = (text: string, more = '') =>
  `{"model":"fast","messages":[{"role":"user","content":"${text}"}]${more}}`;
const ANSWER = (input: number, output: number) =>
  `{"id":"c1","object":"chat.completion","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":${input},"completion_tokens":${output},"total_tokens":${input + output}}}`;
const delta = (content: string) =>
  `data: {"id":"c1","object":"chat.completion.chunk","model":"m","choices":[{"index":0,"delta":{"content":${JSON.stringify(content)}},"finish_reason":null}]}\n\n`;

const TOKENS = limitOf({ id: 'tokens', counts: 'tokens', most: 10_000 });
const PLACES = limitOf({ id: 'at-once', counts: 'concurrent', over: { kind: 'places' }, most: 2 });
const MONTH = { kind: 'calendar', period: 'month', zone: 'UTC' } as const;

const PRINCIPAL = { methods: ['api-key'], id: 'k', key: 'k', tenant: 'acme', groups: [] } as const;

/** One caller, whose requests go through both doors on one state. */
class Caller {
  readonly world: World;
  readonly quotas: EmbeddedQuotas;
  readonly signals: Signal[] = [];
  readonly #policy;
  #ids = 0;

  constructor(limits: readonly Limit[], choices: Choices = {}) {
    const base = world();
    this.quotas = new EmbeddedQuotas(openDatabase(undefined, 5), base.clock);
    this.world = Object.assign(base, {
      quotas: this.quotas,
      keys: { find: () => ({ found: true, principal: PRINCIPAL }) },
      signals: { raise: (signal: Signal) => this.signals.push(signal) },
    });
    this.#policy = policy({ ...choices, limits, spread: false });
  }

  async check({ method = 'POST', path = '/v1/chat/completions' } = {}) {
    return check(
      {
        method,
        path,
        authority: 'api.example.org',
        headers: new Map([
          ...(method === 'POST' ? [['content-type', ['application/json']] as const] : []),
          ['authorization', [`Bearer ${KEY}`]],
        ]),
        sourceAddress: '192.0.2.7',
        receivedAt: this.world.clock.now(),
      },
      only(this.#policy),
      this.world,
    );
  }

  /** Through the first door, with the second open for it. */
  async open(response: 'buffered' | 'streamed' = 'buffered'): Promise<ProxyModel> {
    const decision = await this.check();
    assert.ok(decision.allow, 'body' in decision ? decision.body : '');
    const voucher = JSON.parse(decision.voucher.slice(5, -1));
    return new ProxyModel({ policy: this.#policy, ports: this.world, voucher, response });
  }

  /** The second door alone. */
  second(voucher: Partial<Voucher>): ProxyModel {
    return new ProxyModel({
      policy: this.#policy,
      ports: this.world,
      voucher: { principal: PRINCIPAL, requestId: `id-${++this.#ids}`, ...voucher },
    });
  }

  async send(text: string, response: 'buffered' | 'streamed' = 'buffered'): Promise<ProxyModel> {
    const proxy = await this.open(response);
    await proxy.request();
    await proxy.whole('request', text);
    return proxy;
  }

  /** What counts of a limit now. */
  async used(limit: Limit): Promise<number> {
    const { claimsFor } = await import('../../src/doors/claims.ts');
    const now = this.world.clock.now();
    const [wanted] = claimsFor(
      [limit],
      { principal: PRINCIPAL, operation: 'chat', clientAddress: '192.0.2.7', model: 'fast' },
      now,
      () => 0,
    );
    assert.ok(wanted);
    const asked = this.quotas.reserve(`ask-${Math.random()}`, 9, [{ ...wanted.claim, shadow: true }], now);
    assert.ok(asked.admitted);
    return asked.standings[0]?.used ?? Number.NaN;
  }
}

describe('tokens', () => {
  test('are reserved before the model is asked, and settled by what it reports', async () => {
    const caller = new Caller([TOKENS]);
    const proxy = await caller.send(CHAT('hello'));
    // "hello" is 5 in the fake tokenizer, 3 + 3 for its framing, and the forecast says 500.
    assert.equal(await caller.used(TOKENS), 511);
    await proxy.response();
    await proxy.whole('response', ANSWER(11, 7));
    assert.equal(proxy.record?.outcome, 'allowed');
    assert.equal(await caller.used(TOKENS), 18);
  });

  test('I2: a request that cannot fit is refused before the model is asked, with 429 and the limit by name', async () => {
    const caller = new Caller([limitOf({ id: 'few', counts: 'tokens', most: 100 })]);
    const proxy = await caller.send(CHAT('hello'));
    assert.equal(proxy.immediate?.status, 429);
    assert.match(proxy.immediate?.body ?? '', /tokens_limited/);
    assert.match(proxy.immediate?.body ?? '', /few allows 100 tokens/);
    assert.equal(proxy.upstream, '');
  });

  test('I2: the output bound of the request caps what is reserved', async () => {
    const caller = new Caller([TOKENS]);
    await caller.send(CHAT('hello', ',"max_tokens":20'));
    assert.equal(await caller.used(TOKENS), 31);
  });

  test('I4: choices multiply what an answer may say', async () => {
    const caller = new Caller([TOKENS]);
    await caller.send(CHAT('hello', ',"max_tokens":20,"n":3'));
    assert.equal(await caller.used(TOKENS), 71);
  });

  test('I2: what is left bounds the answer, where the limit says so', async () => {
    const limit = limitOf({ id: 'few', counts: 'tokens', most: 100, clamp: true });
    const caller = new Caller([limit]);
    const proxy = await caller.send(CHAT('hello'));
    assert.equal(proxy.immediate, undefined);
    assert.equal(
      JSON.parse(proxy.upstream).max_tokens ?? JSON.parse(proxy.upstream).max_completion_tokens,
      89,
    );
    assert.equal(await caller.used(limit), 100);
    assert.deepEqual(proxy.record?.clamped, ['max_output_tokens']);
  });

  test('the backend that refuses or fails is not paid', async () => {
    const caller = new Caller([TOKENS]);
    const proxy = await caller.send(CHAT('hello'));
    await proxy.response('application/json', '503');
    await proxy.whole('response', '{"error":{"message":"busy"}}');
    assert.equal(proxy.record?.tokens, null);
    assert.equal(await caller.used(TOKENS), 0);
  });

  test('I7: a client that leaves before the first byte pays for the prompt', async () => {
    const caller = new Caller([TOKENS]);
    const proxy = await caller.send(CHAT('hello'));
    assert.equal(proxy.record?.outcome, 'abandoned');
    assert.equal(await caller.used(TOKENS), 12);
  });

  test('I6: a client that leaves just before the usage is told pays for what was said', async () => {
    const caller = new Caller([TOKENS]);
    const proxy = await caller.send(CHAT('hello', ',"stream":true'), 'streamed');
    await proxy.response('text/event-stream');
    await proxy.body('response', delta('one two three four five six seven eight'), false);
    const { tokens } = proxy.record ?? {};
    assert.equal(tokens?.source, 'estimated');
    assert.ok((tokens?.output ?? 0) >= 6 && (tokens?.output ?? 0) <= 12);
    assert.equal(await caller.used(TOKENS), 11 + (tokens?.output ?? 0));
  });

  test('I18: what a content rule refuses used no tokens, but counts as a request', async () => {
    const requests = limitOf({ id: 'model-requests', per: ['model'], needsModel: true });
    const block = {
      id: 'no-mail',
      on: 'input',
      detect: ['pii.email'],
      action: 'block',
      as: 'label',
      shadow: false,
    } as const;
    const caller = new Caller([TOKENS, requests], { guardrails: [block] });
    const proxy = await caller.send(CHAT('jo@example.org'));
    assert.equal(proxy.immediate?.status, 400);
    assert.equal(await caller.used(TOKENS), 0);
    assert.equal(await caller.used(requests), 1);
  });

  test('in shadow are counted and told of in the record, and refuse nothing', async () => {
    const caller = new Caller([limitOf({ id: 'trial', counts: 'tokens', most: 100, shadow: true })]);
    const proxy = await caller.send(CHAT('hello'));
    assert.equal(proxy.immediate, undefined);
    assert.deepEqual(proxy.record?.limits, { shadow: ['trial'], local: false });
  });
});

describe('a stream', () => {
  const say = async (proxy: ProxyModel, words: number) =>
    proxy.body('response', delta('word '.repeat(words)), false);

  test('takes more as it says more than was expected', async () => {
    const caller = new Caller([TOKENS]);
    const proxy = await caller.send(CHAT('hello', ',"stream":true'), 'streamed');
    await proxy.response('text/event-stream');
    const before = await caller.used(TOKENS);
    await say(proxy, 900);
    assert.ok((await caller.used(TOKENS)) > before + 300);
  });

  test('ends in its dialect when a limit that ends streams is used up, and nothing follows', async () => {
    const limit = limitOf({ id: 'few', counts: 'tokens', most: 1_000, stop: true });
    const caller = new Caller([limit]);
    const proxy = await caller.send(CHAT('hello', ',"stream":true'), 'streamed');
    await proxy.response('text/event-stream');
    for (let i = 0; i < 20; i++) await say(proxy, 100);
    assert.match(proxy.downstream, /data: \[DONE\]\n\n$/);
    const said = proxy.downstream.match(/word /g)?.length ?? 0;
    assert.ok(said >= 900 && said <= 1_300, `${said} words were said`);
    assert.equal(proxy.record?.outcome, 'cut');
    assert.equal(proxy.record?.reason, 'tokens_limited');
  });

  test('goes on where the limit does not end streams, and all of it is charged', async () => {
    const limit = limitOf({ id: 'few', counts: 'tokens', most: 1_000 });
    const caller = new Caller([limit]);
    const proxy = await caller.send(CHAT('hello', ',"stream":true'), 'streamed');
    await proxy.response('text/event-stream');
    for (let i = 0; i < 20; i++) await say(proxy, 100);
    assert.equal(proxy.downstream.match(/word /g)?.length, 2_000);
    assert.ok((await caller.used(limit)) > 1_900);
    assert.equal(proxy.record?.outcome, 'abandoned');
  });
});

describe('money', () => {
  // 400 nano-USD a token of input, 1,600 of output.
  const budget = (most: number, more: Partial<Limit> = {}) =>
    limitOf({ id: 'month', counts: 'cost', over: MONTH, most, ...more });

  test('is reserved by the price of the model, and settled by the usage', async () => {
    const limit = budget(10_000_000);
    const caller = new Caller([limit]);
    const proxy = await caller.send(CHAT('hello'));
    assert.equal(await caller.used(limit), 11 * 400 + 500 * 1_600);
    await proxy.response();
    await proxy.whole('response', ANSWER(11, 7));
    assert.equal(proxy.record?.cost_nano, 11 * 400 + 7 * 1_600);
    assert.equal(await caller.used(limit), 11 * 400 + 7 * 1_600);
  });

  test('that is used up is told with 429, and SDKs are told not to wait for next month', async () => {
    const caller = new Caller([budget(11 * 400 + 500 * 1_600)]);
    await caller.send(CHAT('hello'));
    const decision = await caller.check();
    assert.ok(!decision.allow && decision.status === 429);
    const headers = new Map(decision.headers);
    assert.match(decision.body, /budget_exhausted/);
    assert.equal(headers.get('x-should-retry'), 'false');
    assert.equal(headers.get('retry-after'), String(31 * 86_400));
  });

  test('that passes a threshold is signalled', async () => {
    const caller = new Caller([budget(100_000, { alerts: [500, 800, 1000] })], {});
    const proxy = await caller.send(CHAT('hello', ',"max_tokens":50'));
    await proxy.response();
    await proxy.whole('response', ANSWER(11, 45));
    assert.ok(proxy.record);
    assert.deepEqual(
      caller.signals.map((signal) => signal.kind === 'limit_threshold' && [signal.threshold, signal.about]),
      [[500, 'key k']],
    );
  });

  test('I16: a model without a price is refused under a budget, unless the policy says otherwise', async () => {
    const request = CHAT('hello').replace('fast', 'llama');
    const refused = await new Caller([budget(1_000_000)]).send(request);
    assert.match(refused.immediate?.body ?? '', /price_unknown/);
    const taken = await new Caller([budget(1_000_000)], { unknownPrice: 'tokens' }).send(request);
    assert.equal(taken.immediate, undefined);
  });
});

describe('places', () => {
  test('are given back when the answer is over, when the client leaves and when a rule refuses', async () => {
    const caller = new Caller([PLACES]);
    for (let i = 0; i < 5; i++) {
      const proxy = await caller.send(CHAT('hello'));
      assert.equal(await caller.used(PLACES), 1);
      if (i % 2 === 0) {
        await proxy.response();
        await proxy.whole('response', ANSWER(11, 7));
      }
      proxy.session.close('cancelled');
      assert.equal(await caller.used(PLACES), 0);
    }
  });

  test('that are all taken are told with 429', async () => {
    const caller = new Caller([PLACES]);
    await caller.open();
    await caller.open();
    const decision = await caller.check();
    assert.ok(!decision.allow && decision.status === 429);
    assert.match(decision.body, /concurrency_limited/);
  });

  test('I21: of a request that never reaches the second door come free by themselves', async () => {
    const caller = new Caller([PLACES]);
    await caller.check();
    await caller.check();
    assert.equal(await caller.used(PLACES), 2);
    caller.world.pass(10_001);
    assert.equal(await caller.used(PLACES), 0);
  });
});

describe('a batch (I13)', () => {
  const over = MONTH;
  const limit = limitOf({ id: 'month', counts: 'cost', over, most: 10_000_000 });
  const uses = [{ operation: 'chat', model: 'fast', requests: 10, input: 110, output: 5_000 }] as const;
  // At the whole price, since the fixture's has none for batches: 10 × (11 × 400 + 500 × 1,600).
  const COST = 8_044_000;

  function caller(most = 10_000_000): Caller {
    const made = new Caller([{ ...limit, mostFor: () => most }], {
      operations: ['batches.create'],
    });
    void made.world.objects.keep(
      { kind: 'batch_file', id: 'file-1', owner: 'tenant:acme', backend: 'openai', uses },
      0,
    );
    return made;
  }

  async function create(of: Caller): Promise<ProxyModel> {
    const operation = { name: 'batches.create', dialect: 'openai', body: 'json' } as const;
    const proxy = of.second({ operation, path: '/v1/batches' });
    await proxy.request({ ':path': '/v1/batches' });
    await proxy.whole(
      'request',
      '{"input_file_id":"file-1","endpoint":"/v1/chat/completions","completion_window":"24h"}',
    );
    return proxy;
  }

  test('is charged when it is made, each time, and stays charged', async () => {
    const made = caller();
    const proxy = await create(made);
    assert.equal(proxy.immediate, undefined, proxy.immediate?.body);
    assert.equal(await made.used(limit), COST);
    await proxy.response();
    await proxy.whole('response', '{"id":"batch_1","object":"batch","status":"validating"}');
    proxy.session.close('cancelled');
    assert.equal(await made.used(limit), COST);
    const again = await create(made);
    assert.equal(again.immediate?.status, 429);
    assert.match(again.immediate?.body ?? '', /budget_exhausted/);
  });

  test('that the backend refuses is not paid', async () => {
    const made = caller();
    const proxy = await create(made);
    await proxy.response('application/json', '400');
    await proxy.whole('response', '{"error":{"message":"no"}}');
    proxy.session.close('cancelled');
    assert.equal(await made.used(limit), 0);
  });
});

test('I17: counting tokens, listing models and whatever else costs nothing counts as a request', async () => {
  const caller = new Caller([limitOf({ id: 'few', most: 2 })], { operations: ['models.list'] });
  const list = () => caller.check({ method: 'GET', path: '/v1/models' });
  assert.ok((await list()).allow && (await list()).allow);
  const third = await list();
  assert.ok(!third.allow && third.status === 429);
});

test('what is reserved while the request ends is given back', async () => {
  let admit: (() => void) | undefined;
  const settled: Hold[] = [];
  const base = new Caller([TOKENS]);
  const { quotas } = base;
  Object.assign(base.world, {
    quotas: {
      reserve: (id: string, step: number, claims: never, now: number) =>
        step === 1
          ? quotas.reserve(id, step, claims, now)
          : new Promise((resolve) => {
              admit = () => resolve(quotas.reserve(id, step, claims, now));
            }),
      extend: quotas.extend.bind(quotas),
      settle: (hold: Hold, used: number[], now: number) => {
        settled.push(hold);
        return quotas.settle(hold, used, now);
      },
      keep: quotas.keep.bind(quotas),
    },
  });
  const proxy = await base.open();
  await proxy.request();
  const answered = proxy.whole('request', CHAT('hello'));
  proxy.session.close('cancelled');
  admit?.();
  await answered;
  assert.equal(settled.length, 1);
  assert.equal(await base.used(TOKENS), 0);
});
