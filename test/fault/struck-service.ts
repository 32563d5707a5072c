/**
 * The service, put together as it really is, with faults at every place that an exchange passes: each call of a port,
 * each stage as soon as it has answered, each call of the dialect, of a detector and of a decoder. A request says in
 * its query which fault is meant for it: `?fault=<name>`.
 */

import { WatchedBackends } from '../../src/backends/health.ts';
import type { Clock, Faults, Ports, Sealer } from '../../src/core/ports.ts';
import type { Quotas } from '../../src/core/quota.ts';
import type { AuditRecord } from '../../src/core/record.ts';
import { dialectOf } from '../../src/dialects/index.ts';
import { answerRefusal } from '../../src/doors/answer-refusal.ts';
import { check } from '../../src/doors/check.ts';
import type { Policies, Session } from '../../src/doors/messages.ts';
import { openSession } from '../../src/doors/session.ts';
import type { Doors } from '../../src/envoy/doors.ts';
import { type EnvoyServer, serveEnvoy } from '../../src/envoy/server.ts';
import { Engine } from '../../src/guards/engine/engine.ts';
import { expandTypes } from '../../src/policy/finding-types.ts';
import { openPolicy } from '../../src/policy/source.ts';
import { type EmbeddedState, openEmbeddedState } from '../../src/state/embedded/index.ts';
import { createSealer } from '../../src/state/sealer.ts';
import { nextTurn, SYSTEM_CLOCK, SYSTEM_RANDOM } from '../../src/system.ts';
import { world } from '../fakes.ts';
import { ENVIRONMENT } from './setting.ts';
import { noteRecord, pass, type Strike, strikeCalls, under } from './strike.ts';

strikeCalls(dialectOf('openai'), 'dialect', [
  'classify',
  'readRequest',
  'readResponse',
  'readEvent',
  'listModels',
  'error',
]);
strikeCalls(Engine.prototype, 'engine', ['find', 'see']);

export interface StruckService extends AsyncDisposable {
  /** The doors as they are when nothing is struck. */
  readonly doors: Doors;
  readonly server: EnvoyServer;
  readonly port: number;
  readonly records: AuditRecord[];
  readonly faults: { readonly where: string; readonly error: unknown }[];
  /** Faults by the name that a request gives in its query. */
  readonly strikes: Map<string, Strike>;
  /** What stands in for a door, for requests that name it. */
  readonly stand: Map<string, Partial<Doors>>;
  /** While it is set, the wire's own clock throws. */
  clockBroken: boolean;
  /** Stops what runs between the doors, so that what nobody followed is recorded. */
  settle(): void;
}

/** @param slowLimits makes the limits answer later, so that all after them runs in a promise */
export async function startStruckService(config: string, slowLimits: boolean): Promise<StruckService> {
  const records: AuditRecord[] = [];
  const faults: { readonly where: string; readonly error: unknown }[] = [];
  const report = (where: string, error: unknown) => void faults.push({ where, error });
  const policies = openPolicy({
    path: config,
    env: ENVIRONMENT,
    expand: expandTypes,
    now: Date.now,
    onChange: () => {},
  });
  const state = openEmbeddedState({
    dir: undefined,
    clock: SYSTEM_CLOCK,
    random: SYSTEM_RANDOM,
    pepper: undefined,
    notFollowed: (voucher) => records.push({ request: voucher.requestId } as AuditRecord),
    onFault: report,
  });
  const sealer = createSealer({ current: Buffer.alloc(32, 7) });
  const strikes = new Map<string, Strike>();
  const stand = new Map<string, Partial<Doors>>();
  const ports = struckPorts({ state, sealer, records, faults: { report }, slowLimits });
  const wire = { clockBroken: false };
  const doors = doorsOf(policies, ports);
  const server = await serveEnvoy({
    listen: '127.0.0.1:0',
    maxBodyBytes: 16 << 20,
    doors: aimed(doors, sealer, strikes, stand),
    clock: brittleClock(wire),
    faults: { report },
  });
  server.setServing(true);
  return Object.assign(wire, {
    doors,
    server,
    port: server.port ?? 0,
    records,
    faults,
    strikes,
    stand,
    settle: () => state.passages.finish(),
    async [Symbol.asyncDispose]() {
      policies.close();
      await server.drain({ waitMs: 0, graceMs: 0 });
      state.close();
    },
  });
}

interface Parts {
  readonly state: EmbeddedState;
  readonly sealer: Sealer;
  readonly records: AuditRecord[];
  readonly faults: Faults;
  readonly slowLimits: boolean;
}

/** Real ports, each call of them a place. */
function struckPorts({ state, sealer, records, faults, slowLimits }: Parts): Ports {
  const reserve: Quotas['reserve'] = (...asked) => {
    pass('quotas.reserve');
    return state.quotas.reserve(...asked);
  };
  const write = (record: AuditRecord) => {
    records.push(record);
    noteRecord();
  };
  const nothing = () => {};
  const meter = {
    decided: nothing,
    tokens: nothing,
    found: nothing,
    latency: nothing,
    sessionFailed: nothing,
    limited: nothing,
    answered: nothing,
  };
  return {
    nextTurn,
    clock: struck('clock', SYSTEM_CLOCK, ['now', 'elapsed']),
    random: struck('random', SYSTEM_RANDOM, ['bytes', 'fraction']),
    keys: struck('keys', state.keys, ['find']),
    ...WITHOUT_PROVIDERS,
    health: struck('health', new WatchedBackends(), ['usable', 'note']),
    quotas: {
      reserve: slowLimits ? (...asked) => later(() => reserve(...asked)) : reserve,
      extend: (...asked) => {
        pass('quotas.extend');
        return state.quotas.extend(...asked);
      },
      settle: (...asked) => {
        pass('quotas.settle');
        return state.quotas.settle(...asked);
      },
      keep: (hold) => {
        pass('quotas.keep');
        state.quotas.keep(hold);
      },
    },
    passages: struck('passages', state.passages, ['open', 'close']),
    ledger: struck('ledger', { write }, ['write']),
    sealer: struck('sealer', sealer, ['seal', 'open', 'mac']),
    pressure: struck('pressure', { overloaded: () => false }, ['overloaded']),
    meter: struck('meter', meter, [
      'decided',
      'tokens',
      'found',
      'latency',
      'sessionFailed',
      'limited',
      'answered',
    ]),
    faults,
  };
}

/** No request here brings a token or names a stored object. */
const {
  assessor,
  analyzers,
  backendTokens,
  issuerKeys,
  introspection,
  tokens,
  proofs,
  objects,
  forecast,
  tokenCounter,
  usageBook,
  signals,
} = world();
const WITHOUT_PROVIDERS = {
  assessor,
  analyzers,
  backendTokens,
  issuerKeys,
  introspection,
  tokens,
  proofs,
  objects,
  forecast,
  tokenCounter,
  usageBook,
  signals,
};

/** The doors, each request under the strike that it names, or with what stands in for them. */
function aimed(
  real: Doors,
  sealer: Sealer,
  strikes: ReadonlyMap<string, Strike>,
  stand: ReadonlyMap<string, Partial<Doors>>,
): Doors {
  const pathOf = (sealed = '') => JSON.parse(sealer.open(sealed) ?? '{"path":""}').path as string;
  return {
    check(received) {
      const name = faultName(received.path);
      const door = stand.get(name)?.check ?? real.check;
      return under(strikes.get(name), () => door(received));
    },
    openSession(opening) {
      const name = faultName(pathOf(opening.voucher));
      const strike = strikes.get(name);
      const door = stand.get(name)?.openSession ?? real.openSession;
      return bound(
        strike,
        under(strike, () => door(opening)),
      );
    },
    deny: real.deny,
  };
}

function brittleClock(wire: { readonly clockBroken: boolean }): Clock {
  const told = (time: number) => {
    if (wire.clockBroken) throw new Error('no time');
    return time;
  };
  return { now: () => told(Date.now()), elapsed: () => told(performance.now()) };
}

/** The real doors; each stage's answer is a place of its own. */
function doorsOf(policies: Policies, ports: Ports): Doors {
  const observe = (stage: string) => pass(`stage ${stage}`);
  return {
    check: (received) => check(received, policies, ports, observe),
    openSession: (opening) => openSession(opening, { policies, ports, observe }),
    deny: (refusal) => ({ allow: false, ...answerRefusal(refusal, 'request', undefined, Date.now()) }),
  };
}

/** A session whose work is that of the exchange it belongs to. */
function bound(strike: Strike | undefined, session: Session): Session {
  return {
    on: (event) => under(strike, () => session.on(event)),
    expire: () => under(strike, () => session.expire()),
    close: (how) => under(strike, () => session.close(how)),
    get finished() {
      return session.finished;
    },
    get deadline() {
      return session.deadline;
    },
  };
}

/** A port of its own, so that the service's other parts do not pass its places. */
function struck<T extends object>(name: string, port: T, methods: readonly (keyof T & string)[]): T {
  const calls = Object.fromEntries(
    methods.map((method) => [method, (port[method] as (...args: unknown[]) => unknown).bind(port)]),
  );
  strikeCalls(calls, name, methods);
  return calls as T;
}

async function later<T>(run: () => T): Promise<Awaited<T>> {
  await new Promise((resolve) => setImmediate(resolve));
  return await run();
}

function faultName(path: string): string {
  return /[?&]fault=([\w-]+)/.exec(path)?.[1] ?? '';
}
