/** Whatever a client does and whenever it leaves: no place stays taken, and every token is accounted once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { check } from '../../src/doors/check.ts';
import { mint } from '../../src/identity/api-key.ts';
import { openDatabase } from '../../src/state/embedded/database.ts';
import { EmbeddedQuotas } from '../../src/state/embedded/quotas.ts';
import { SYSTEM_RANDOM } from '../../src/system.ts';
import { world } from '../fakes.ts';
import { limitOf, only, policy } from './policy-fixture.ts';
import { ProxyModel } from './proxy-model.ts';

const KEY = mint(world().random);

const REQUESTS = 10_000;
const AT_ONCE = 50;

const TOKENS = limitOf({
  id: 'tokens',
  counts: 'tokens',
  per: [],
  most: 2 ** 40,
  over: { kind: 'calendar', period: 'month', zone: 'UTC' },
});
const PLACES = limitOf({
  id: 'places',
  counts: 'concurrent',
  per: [],
  most: AT_ONCE,
  over: { kind: 'places' },
});
const MODEL_PLACES = limitOf({ ...PLACES, id: 'model-places', per: ['model'], needsModel: true });

/** Where a client leaves. */
const STAGES = [
  'between the doors',
  'before its body',
  'mid-upload',
  'before the first byte',
  'mid-stream',
  'after the usage',
  'never',
  'refused',
  'backend fails',
] as const;

const delta = (content: string) =>
  `data: {"id":"c","object":"chat.completion.chunk","model":"m","choices":[{"index":0,"delta":{"content":${JSON.stringify(content)}},"finish_reason":null}]}\n\n`;
const usage = (input: number, output: number) =>
  `data: {"id":"c","object":"chat.completion.chunk","model":"m","choices":[],"usage":{"prompt_tokens":${input},"completion_tokens":${output},"total_tokens":${input + output}}}\n\n`;

/** Numbers that are the same in every run (Lehmer, 1951). */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

test('I6, I7, I21: after 10,000 requests that end at every stage all places are free and every token is charged once', async () => {
  const random = seeded(20_261_125);
  const base = world();
  const quotas = new EmbeddedQuotas(openDatabase(undefined, 5), base.clock);
  const principal = { methods: ['api-key'], id: 'k', key: 'k', groups: [] } as const;
  // Ids must not come again; those of the test's own world do.
  const ports = Object.assign(base, {
    random: SYSTEM_RANDOM,
    quotas,
    keys: { find: () => ({ found: true, principal }) },
  });
  const rules = policy({
    limits: [TOKENS, PLACES, MODEL_PLACES],
    spread: false,
    allows: (model) => model === 'fast',
  });
  const ended = new Map<string, number>();

  const one = async (stage: (typeof STAGES)[number]) => {
    const decision = await check(
      {
        method: 'POST',
        path: '/v1/chat/completions',
        authority: 'api.example.org',
        headers: new Map([
          ['content-type', ['application/json']],
          ['authorization', [`Bearer ${KEY}`]],
        ]),
        sourceAddress: '192.0.2.7',
        receivedAt: ports.clock.now(),
      },
      only(rules),
      ports,
    );
    if (!decision.allow) return ended.set('turned away', (ended.get('turned away') ?? 0) + 1);
    ended.set(stage, (ended.get(stage) ?? 0) + 1);
    if (stage === 'between the doors') return undefined;
    const proxy = new ProxyModel({
      policy: rules,
      ports,
      voucher: JSON.parse(decision.voucher.slice(5, -1)),
      response: 'streamed',
    });
    await play(proxy, stage);
    proxy.session.close('cancelled');
    return undefined;
  };

  const play = async (proxy: ProxyModel, stage: (typeof STAGES)[number]) => {
    await proxy.request();
    if (stage === 'before its body') return;
    const model = stage === 'refused' ? 'llama' : 'fast';
    const body = `{"model":"${model}","stream":true,"messages":[{"role":"user","content":"${'x'.repeat(random(50))}"}]}`;
    // In this mode a body comes in one message: a client that leaves within it never comes to it.
    if (stage === 'mid-upload') return;
    await proxy.whole('request', body);
    if (stage === 'before the first byte' || stage === 'refused') return;
    if (stage === 'backend fails') {
      await proxy.response('application/json', '500');
      return proxy.whole('response', '{"error":{}}');
    }
    await proxy.response('text/event-stream');
    const pieces = 1 + random(20);
    for (let i = 0; i < pieces; i++) await proxy.body('response', delta('word '.repeat(random(80))), false);
    if (stage === 'mid-stream') return;
    await proxy.body('response', usage(10 + random(100), 1 + random(500)), false);
    if (stage === 'after the usage') return;
    await proxy.body('response', 'data: [DONE]\n\n', true);
  };

  for (let i = 0; i < REQUESTS; i += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, () => one(STAGES[random(STAGES.length)] ?? 'never')));
    ports.pass(1_000);
  }
  for (const stage of STAGES) assert.ok((ended.get(stage) ?? 0) > 500, `${stage}: ${ended.get(stage)}`);
  ports.pass(10_000);

  const standing = (limit: typeof TOKENS, name: string) => {
    const over =
      limit === TOKENS
        ? { kind: 'period' as const, start: Date.UTC(2026, 0, 1), end: Date.UTC(2026, 1, 1) }
        : { kind: 'places' as const };
    const asked = quotas.reserve(
      `ask ${name}`,
      1,
      [{ counter: name, home: '', over, limit: 2 ** 40, amount: 0, shadow: false }],
      ports.clock.now(),
    );
    assert.ok(asked.admitted);
    return asked.standings[0]?.used;
  };
  assert.equal(standing(PLACES, 'places|concurrent'), 0);
  assert.equal(standing(MODEL_PLACES, 'model-places|concurrent|4:fast'), 0);
  const recorded = ports.records.reduce(
    (sum, { tokens }) => sum + (tokens === null ? 0 : tokens.input + tokens.output),
    0,
  );
  assert.ok(recorded > 100_000);
  assert.equal(standing(TOKENS, 'tokens|tokens'), recorded);
  const passed = [...ended].filter(([stage]) => stage !== 'turned away' && stage !== 'between the doors');
  assert.equal(
    ports.records.filter(({ door }) => door === 2).length,
    passed.reduce((sum, [, count]) => sum + count, 0),
  );
});
