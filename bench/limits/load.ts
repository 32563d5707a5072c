/** Requests through both doors on one state of limits, as many at once as are asked for. */
import { setImmediate } from 'node:timers/promises';
import type { Ports } from '../../src/core/ports.ts';
import type { Quotas } from '../../src/core/quota.ts';
import { check } from '../../src/doors/check.ts';
import { mint } from '../../src/identity/api-key.ts';
import type { Limit, Snapshot } from '../../src/policy/snapshot.ts';
import { SYSTEM_CLOCK, SYSTEM_RANDOM } from '../../src/system.ts';
import { only, policy } from '../../test/doors/policy-fixture.ts';
import { ProxyModel } from '../../test/doors/proxy-model.ts';
import { world } from '../../test/fakes.ts';

/** Nano-USD a token, as the fixture's model costs. */
export const RATES = { input: 400, output: 1_600 } as const;
/** Tokens of one piece of a stream, at most: what may pass a limit before a stream ends. */
const PIECE = 40;
const KEY = mint(SYSTEM_RANDOM);

export interface Load {
  readonly requests: number;
  readonly limits: readonly Limit[];
  readonly quotas: Quotas;
  /** Numbers that are the same in every run. @returns in [0, 1) */
  readonly random: () => number;
}

export interface Outcome {
  readonly admitted: number;
  /** Nano-USD that the admitted requests really cost. */
  readonly spent: number;
  /** What they may have cost beyond what was held for them: the bound that `src/limits/bound.ts` states. */
  readonly mayPass: number;
}

/** One request of the load: how long its answer is, and how it comes. */
interface Planned {
  readonly stream: boolean;
  readonly output: number;
  readonly most: number;
}

const SYSTEM: Partial<Ports> = { clock: SYSTEM_CLOCK, random: SYSTEM_RANDOM };

/** Sends all requests at once: every one is at the doors before the first has its answer. */
export async function send({ requests, limits, quotas, random }: Load): Promise<Outcome> {
  const held = new Map<string, number>();
  const watched = watch(quotas, held);
  const principal = { methods: ['api-key'], id: 'k', key: 'k', tenant: 'acme', groups: [] } as const;
  const ports = world({ ...SYSTEM, quotas: watched, keys: { find: () => ({ found: true, principal }) } });
  const rules = policy({ limits, spread: false });
  const plans = Array.from({ length: requests }, () => planned(random));
  const sent = await Promise.all(plans.map((plan) => one(plan, rules, ports)));
  const outcomes = sent.filter((outcome) => outcome !== undefined);
  return {
    admitted: outcomes.length,
    spent: outcomes.reduce((sum, { cost }) => sum + cost, 0),
    mayPass: outcomes.reduce((sum, { id, most }) => sum + Math.max(0, most - (held.get(id) ?? 0)), 0),
  };
}

/** Answers are mostly short and sometimes long, and clients often allow far more than they get. */
function planned(random: () => number): Planned {
  const output = Math.ceil(Math.exp(3 + 3 * random()));
  return { stream: random() < 0.5, output, most: Math.max(output, Math.ceil(output * (1 + 3 * random()))) };
}

interface Sent {
  readonly id: string;
  readonly cost: number;
  /** Nano-USD that it might have cost when nothing could stop it any more. */
  readonly most: number;
}

async function one(plan: Planned, rules: Snapshot, ports: Ports): Promise<Sent | undefined> {
  const decision = await check(received(), only(rules), ports);
  if (!decision.allow) return undefined;
  await setImmediate();
  const voucher = JSON.parse(decision.voucher.slice(5, -1));
  const proxy = new ProxyModel({
    policy: rules,
    ports: ports as never,
    voucher,
    response: plan.stream ? 'streamed' : 'buffered',
  });
  await proxy.request();
  await proxy.whole('request', body(plan));
  if (proxy.immediate !== undefined || proxy.failed !== undefined) return undefined;
  await setImmediate();
  const said = plan.stream ? await stream(plan, proxy) : await whole(plan, proxy);
  proxy.session.close('cancelled');
  const cost = costOf(said);
  return { id: voucher.requestId, cost, most: plan.stream ? cost : costOf(plan.most) };
}

const INPUT = 11;

function costOf(output: number): number {
  return INPUT * RATES.input + output * RATES.output;
}

function received() {
  return {
    method: 'POST',
    path: '/v1/chat/completions',
    authority: 'api.example.org',
    headers: new Map([
      ['content-type', ['application/json']],
      ['authorization', [`Bearer ${KEY}`]],
    ]),
    sourceAddress: '192.0.2.7',
    receivedAt: SYSTEM_CLOCK.now(),
  };
}

function body({ stream: streamed, most }: Planned): string {
  return JSON.stringify({
    model: 'fast',
    messages: [{ role: 'user', content: 'hello' }],
    max_tokens: most,
    ...(streamed && { stream: true, stream_options: { include_usage: true } }),
  });
}

/** @returns the tokens that were said, which the backend reports at the end, if it comes to that */
async function stream({ output }: Planned, proxy: ProxyModel): Promise<number> {
  await proxy.response('text/event-stream');
  let said = 0;
  while (said < output && !proxy.downstream.includes('[DONE]')) {
    const words = Math.min(PIECE, output - said);
    said += words;
    const choices = [{ index: 0, delta: { content: 'word '.repeat(words) }, finish_reason: null }];
    await proxy.body('response', `data: ${JSON.stringify({ choices })}\n\n`, false);
    await setImmediate();
  }
  if (!proxy.downstream.includes('[DONE]'))
    await proxy.body(
      'response',
      `data: ${JSON.stringify({ choices: [], usage: usage(said) })}\n\ndata: [DONE]\n\n`,
      true,
    );
  return said;
}

async function whole({ output }: Planned, proxy: ProxyModel): Promise<number> {
  await proxy.response();
  const choices = [{ index: 0, message: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' }];
  await proxy.whole(
    'response',
    JSON.stringify({ id: 'c', object: 'chat.completion', choices, usage: usage(output) }),
  );
  return output;
}

function usage(output: number) {
  return { prompt_tokens: INPUT, completion_tokens: output, total_tokens: INPUT + output };
}

/** Notes what each request holds of its budget. */
function watch(quotas: Quotas, held: Map<string, number>): Quotas {
  const note = (
    id: string,
    parts: readonly { readonly over: { readonly kind: string }; readonly amount: number }[],
  ) => {
    const [budget] = parts.filter(({ over }) => over.kind === 'period');
    if (budget !== undefined && budget.amount > 0) held.set(id, budget.amount);
  };
  return {
    async reserve(id, step, claims, now) {
      const reserved = await quotas.reserve(id, step, claims, now);
      if (reserved.admitted) note(id, reserved.hold.parts);
      return reserved;
    },
    async extend(hold, more, now, force) {
      const extended = await quotas.extend(hold, more, now, force);
      if ('hold' in extended) note(hold.id, extended.hold.parts);
      return extended;
    },
    settle: (hold, used, now) => quotas.settle(hold, used, now),
    keep: (hold) => quotas.keep(hold),
  };
}

/**
 * The design that is common elsewhere, on the same requests: a request is let in while what was recorded is below the
 * budget, and recorded when its answer is over.
 */
export async function sendNaively(requests: number, budget: number, random: () => number): Promise<number> {
  let recorded = 0;
  const plans = Array.from({ length: requests }, () => planned(random));
  await Promise.all(
    plans.map(async ({ output }) => {
      if (recorded >= budget) return;
      await setImmediate();
      await setImmediate();
      recorded += costOf(output);
    }),
  );
  return recorded;
}

/** Numbers that look random and are the same for a seed (Marsaglia's xorshift, 2003). */
export function seeded(seed: number): () => number {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
