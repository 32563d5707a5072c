/**
 * F1 to F4, F12 of the catalogue: whatever breaks, wherever an exchange is just then, nothing passes a door unseen.
 * Each place that an exchange passes is struck, in a request of its own, through the real Envoy.
 */
import './zlib-strikes.ts';
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { CheckDecision, Event, Session } from '../../src/doors/messages.ts';
import type { Doors } from '../../src/envoy/doors.ts';
import type { BodyProfile } from '../../src/render/proxy.ts';
import { type ClientAnswer, http1 } from '../envoy/harness/client.ts';
import type { RunningEnvoy } from '../envoy/harness/envoy.ts';
import { type RunningUpstream, startUpstream } from '../envoy/harness/upstream.ts';
import { CHAT, DONE, event } from '../envoy/stack.ts';
import {
  canaryChat,
  HEADERS,
  isRight,
  leaks,
  PROMPT_CANARY,
  pieces,
  promptOf,
  said,
  sayAgain,
  startProxy,
  writePolicy,
} from './setting.ts';
import { type Aim, Strike } from './strike.ts';
import { type StruckService, startStruckService } from './struck-service.ts';

interface Setting {
  readonly service: StruckService;
  readonly upstream: RunningUpstream;
  readonly envoy: RunningEnvoy;
}

/** By limits of both doors, one of them for the model. */
const LIMITS = `
limits:
  - { id: all, per: [key], requests: 1000000/minute }
  - { id: model, per: [key, model], requests: 1000000/minute }
`;

async function start(t: TestContext, bodies: BodyProfile, slowLimits: boolean): Promise<Setting> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-fault-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const upstream = await startUpstream({ script: (request) => play(request) });
  t.after(() => upstream.stop());
  const service = await startStruckService(await writePolicy(folder, upstream.url, LIMITS), slowLimits);
  t.after(() => service[Symbol.asyncDispose]());
  const envoy = await startProxy({ upstream: upstream.url, ports: [service.port], bodies });
  t.after(() => envoy.stop());
  return { service, upstream, envoy };
}

/** Streams that stand by while others are struck end when they are told to. */
let standBy = Promise.withResolvers<void>();

function play(request: Parameters<typeof sayAgain>[0]): ReturnType<typeof sayAgain> {
  if (!request.path.includes('fault=bystander')) return sayAgain(request);
  const [first = '', ...rest] = pieces(`You wrote: ${promptOf(request)}; card none end`);
  async function* body() {
    yield first;
    await standBy.promise;
    yield* rest;
    yield event('', 'stop');
    yield DONE;
  }
  return { headers: { 'content-type': 'text/event-stream' }, body: body() };
}

interface Ask {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array;
}

function send({ envoy }: Setting, name: string, ask: Ask): Promise<ClientAnswer> {
  return http1(envoy.port, {
    method: 'POST',
    ...ask,
    path: `${ask.path ?? CHAT}?fault=${name}`,
    headers: { ...HEADERS, ...ask.headers },
  });
}

/** The kinds of exchange, by the ways that they take through the code. */
const WHOLE: Ask = { body: canaryChat(false) };
const STREAMED: Ask = { body: canaryChat(true) };
const PACKED: Ask = { body: gzipSync(canaryChat(false)), headers: { 'content-encoding': 'gzip' } };
const LIST: Ask = { method: 'GET', path: '/v1/models' };

/** Strikes one exchange, and holds what comes of it against what may. */
async function strike(setting: Setting, name: string, ask: Ask, aim: Aim): Promise<Strike> {
  const { service, upstream } = setting;
  const fault = new Strike(aim);
  service.strikes.set(name, fault);
  const told = service.faults.length;
  const got = await send(setting, name, ask);
  const where = `${name} (${fault.struck.join(', ')}): ${got.status} ${got.text}`;
  const reached = upstream.requests.filter((request) => request.path.endsWith(`fault=${name}`));
  for (const request of reached)
    assert.ok(!request.body.includes(PROMPT_CANARY), `the model reads the canary: ${where}`);
  assert.ok(!leaks(got.text), `the client reads the canary: ${where}`);
  assert.ok(reached.length <= 1, where);
  if (!passed(fault, 'stage vouch') || !passed(fault, 'stage rewrite')) {
    assert.equal(reached.length, 0, `the model is asked without both doors: ${where}`);
  }
  const right = ask === LIST ? /"fast"/.test(got.text) : isRight(got.text);
  if (got.status === 200) assert.ok(right || !got.complete, `a 200 that should not be: ${where}`);
  else assert.ok(got.status >= 500, where);
  assert.ok(fault.struck.length === 0 || service.faults.length > told, `nobody was told: ${where}`);
  return fault;
}

function passed(fault: Strike, place: string): boolean {
  return fault.places.includes(place) && !fault.struck.includes(place);
}

/** The first, the second, a middle one and the last of each kind of place. */
function chosen(places: readonly string[]): number[] {
  const numbers = new Map<string, number[]>();
  places.forEach((place, at) => {
    numbers.set(place, [...(numbers.get(place) ?? []), at + 1]);
  });
  return [...numbers.values()].flatMap((all) => [
    ...new Set([all[0], all[1], all[all.length >> 1], all.at(-1)].filter((x) => x !== undefined)),
  ]);
}

async function strikeEverywhere(setting: Setting, kind: string, ask: Ask): Promise<number> {
  const { places } = await strike(setting, `${kind}-whole`, ask, () => false);
  await until(() => places.includes('ledger.write') && places.includes('meter.latency'));
  const singles = chosen(places).map(
    (number) => () => strike(setting, `${kind}-${number}`, ask, (_, at) => at === number),
  );
  const dead = [...new Set(places)].map(
    (place, i) => () => strike(setting, `${kind}-dead-${i}`, ask, (at) => at === place),
  );
  const tasks = [...singles, ...dead];
  await inLanes(4, tasks);
  return tasks.length;
}

/** The end of an exchange comes a moment after its answer. */
async function until(met: () => boolean): Promise<void> {
  for (let wait = 0; !met(); wait += 10) {
    assert.ok(wait < 10_000, 'it never happened');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function inLanes(lanes: number, tasks: readonly (() => Promise<unknown>)[]): Promise<void> {
  const rest = tasks.values();
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      for (const task of rest) await task();
    }),
  );
}

/** Without these there is no record to be had. */
const NEEDED_TO_RECORD = /^(?:clock|random|ledger|meter)\./;

/** One record a request, whatever struck it. */
function assertRecorded(service: StruckService): void {
  service.settle();
  const ids = service.records.map(({ request }) => request);
  assert.equal(new Set(ids).size, ids.length, 'a request is recorded twice');
  for (const [name, { records, struck }] of service.strikes) {
    if (!struck.some((place) => NEEDED_TO_RECORD.test(place))) assert.equal(records, 1, `${name}: ${struck}`);
  }
}

/** A stream that is open all the while, and must end as if nothing had happened. */
function openBystander(setting: Setting): { end(): Promise<ClientAnswer> } {
  standBy = Promise.withResolvers();
  const answer = send(setting, 'bystander', STREAMED);
  return {
    end() {
      standBy.resolve();
      return answer;
    },
  };
}

async function withBystander(setting: Setting, run: () => Promise<void>): Promise<void> {
  const bystander = openBystander(setting);
  try {
    await run();
  } finally {
    standBy.resolve();
  }
  const { status, complete, text } = await bystander.end();
  assert.deepEqual(
    { status, complete, said: said(text) },
    { status: 200, complete: true, said: `You wrote: mail ${PROMPT_CANARY} now; card none end` },
  );
}

const SETTINGS = [
  { bodies: 'buffered', slowLimits: false },
  { bodies: 'buffered', slowLimits: true },
  { bodies: 'full-duplex', slowLimits: true },
] as const;

for (const { bodies, slowLimits } of SETTINGS) {
  const manner = `${bodies} bodies, limits that answer ${slowLimits ? 'later (reject)' : 'at once (throw)'}`;
  test(`F1 F2 F4: nothing passes unseen wherever a fault strikes: ${manner}`, async (t) => {
    const setting = await start(t, bodies, slowLimits);
    await withBystander(setting, async () => {
      const kinds = { whole: WHOLE, streamed: STREAMED, packed: PACKED, list: LIST };
      for (const [kind, ask] of Object.entries(kinds)) {
        const count = await strikeEverywhere(setting, kind, ask);
        t.diagnostic(`${kind}: ${count} faults`);
      }
    });
    assertRecorded(setting.service);
  });
}

const never = new Promise<never>(() => {});
const fail = (): never => {
  throw new Error('the door is broken');
};
const IDLE: Session = {
  finished: false,
  deadline: Number.POSITIVE_INFINITY,
  on: () => [],
  expire: () => [],
  close: () => {},
};

test('F2 F3 F4 F12: a door that throws, rejects, answers nonsense or nothing lets nothing through', async (t) => {
  const setting = await start(t, 'buffered', false);
  const { service, upstream } = setting;
  const soon = performance.now() + 300;
  const broken = {
    'check-throws': { check: fail },
    'check-rejects': { check: () => Promise.reject(new Error('no')) },
    'check-never': { check: () => never },
    'check-empty': { check: () => ({}) as CheckDecision },
    'check-nothing': { check: () => undefined as unknown as CheckDecision },
    'open-throws': { openSession: fail },
    'open-nothing': { openSession: () => undefined as unknown as Session },
    'on-throws': { openSession: () => ({ ...IDLE, on: fail }) },
    'on-rejects': { openSession: () => ({ ...IDLE, on: () => Promise.reject(new Error('no')) }) },
    'on-never': { openSession: () => ({ ...IDLE, deadline: soon, on: () => never }) },
    'on-never-expire-throws': {
      openSession: () => ({ ...IDLE, deadline: soon, on: () => never, expire: fail }),
    },
    'on-nonsense': { openSession: () => ({ ...IDLE, on: () => [{ kind: 'nonsense' }] as never }) },
    'on-nothing': { openSession: () => ({ ...IDLE, on: () => undefined as never }) },
    'on-and-close-throw': { openSession: () => ({ ...IDLE, on: fail, close: fail }) },
    'on-bad-header': {
      openSession: () => ({
        ...IDLE,
        on: () => [
          {
            kind: 'headers',
            direction: 'request',
            changes: { set: [['x-a', 'b\r\nc: d']], remove: [] },
            clearRouteCache: false,
          } as const,
        ],
      }),
    },
  } as const;
  await withBystander(setting, async () => {
    const begun = upstream.begun();
    await inLanes(
      4,
      Object.entries(broken).map(([name, doors]) => async () => {
        service.stand.set(name, doors);
        const got = await send(setting, name, WHOLE);
        assert.ok(got.status >= 500, `${name}: ${got.status} ${got.text}`);
      }),
    );
    assert.ok(upstream.begun() <= begun + 1, 'only the bystander asked the model');
  });
});

test('F2: a wire without a clock refuses, and serves again when the clock does', async (t) => {
  const setting = await start(t, 'buffered', false);
  const { service, upstream } = setting;
  assert.equal((await send(setting, 'none', WHOLE)).status, 200);
  const begun = upstream.begun();
  service.clockBroken = true;
  for (const ask of [WHOLE, STREAMED, LIST]) {
    const got = await send(setting, 'none', ask);
    assert.ok(got.status >= 500, `${got.status} ${got.text}`);
  }
  // Longer than the watchdog waits between two looks: its timer must outlive a throw, too.
  await new Promise((resolve) => setTimeout(resolve, 700));
  assert.equal(upstream.begun(), begun);
  service.clockBroken = false;
  assert.equal((await send(setting, 'none', WHOLE)).status, 200);
});

/** A real session up to the answer, and then one that fails. */
function failsAtAnswer(setting: Setting, kind: Event['kind'], failing: Session['on']): Partial<Doors> {
  return {
    openSession(opening) {
      const real = setting.service.doors.openSession(opening);
      const on: Session['on'] = (event) =>
        event.direction === 'response' && event.kind === kind ? failing(event) : real.on(event);
      return { ...IDLE, on, close: (how) => real.close(how) };
    },
  };
}

test('F1 F2: a second door that breaks once the model has answered shows the client nothing of it', async (t) => {
  const setting = await start(t, 'buffered', false);
  const failures = {
    throws: fail,
    rejects: () => Promise.reject(new Error('no')),
    nonsense: () => [{ kind: 'nonsense' }] as never,
  };
  await withBystander(setting, async () => {
    for (const kind of ['headers', 'body'] as const) {
      for (const [how, failing] of Object.entries(failures)) {
        for (const ask of [WHOLE, STREAMED]) {
          const name = `late-${kind}-${how}`;
          setting.service.stand.set(name, failsAtAnswer(setting, kind, failing));
          const { status, text, complete } = await send(setting, name, ask);
          assert.ok(status >= 500 || !complete, `${name}: ${status} ${text}`);
          assert.ok(!leaks(text) && said(text) === '', `${name}: ${text}`);
        }
      }
    }
  });
});
