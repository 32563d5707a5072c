/** The composition root: the only file that knows every part. It starts them, and ends them in order. */

import type { KeyObject } from 'node:crypto';
import { randomBytes } from 'node:crypto';
import { isReady, type Readiness } from './admin/readiness.ts';
import { type Admin, startAdmin } from './admin/server.ts';
import { openAnalyzers } from './analyzers/analyzers.ts';
import { PlacedLedger } from './audit/placed.ts';
import { tokenSourcesOf } from './backends/credentials.ts';
import { WatchedBackends } from './backends/health.ts';
import type { Faults, Ports, SecondLook, TextAssessor } from './core/ports.ts';
import { newRequestId } from './core/request-id.ts';
import type { Reading } from './core/text.ts';
import { estimateTokens } from './dialects/tokens.ts';
import { answerRefusal } from './doors/answer-refusal.ts';
import { check } from './doors/check.ts';
import { recordNotFollowed } from './doors/record.ts';
import { openSession } from './doors/session.ts';
import { openSecondLook } from './encoder/second-look.ts';
import type { Doors } from './envoy/doors.ts';
import { parseAddress } from './envoy/listen.ts';
import { type Drain, type EnvoyServer, serveEnvoy, type Tls } from './envoy/server.ts';
import { ASSESSMENTS, INJECTION, makeAssessor } from './guards/assess/assessor.ts';
import { lookedAtAgain } from './guards/assess/closely.ts';
import { loadModel } from './guards/assess/load.ts';
import { remembering } from './guards/remembered.ts';
import { rememberProofs, rememberTokens } from './identity/token/remembered.ts';
import { type KeptTokens, openBackendTokens } from './issuers/backend-tokens.ts';
import { type Issuers, openIssuers } from './issuers/index.ts';
import { LearnedForecast } from './limits/forecast.ts';
import { stagesText } from './pipeline.ts';
import { expandTypes } from './policy/finding-types.ts';
import { formatMistake, type Mistake } from './policy/mistake.ts';
import type { Snapshot } from './policy/snapshot.ts';
import { type Change, openPolicy, type PolicySource } from './policy/source.ts';
import type { Address } from './state/redis/address.ts';
import { createSealer } from './state/sealer.ts';
import { openState, type State } from './state/state.ts';
import { nextTurn, SYSTEM_CLOCK, SYSTEM_RANDOM } from './system.ts';
import { reportFaults } from './telemetry/faults.ts';
import type { Log } from './telemetry/log.ts';
import { Metrics } from './telemetry/metrics.ts';
import { watchPressure } from './telemetry/pressure.ts';
import { raiseSignals } from './telemetry/signals.ts';
import { openTokenCounter } from './tokens/counter.ts';

/** Tokens that were verified, about 1 KB each; and proofs that must not be used again, about 100 bytes each. */
const MOST_TOKENS = 50_000;
const MOST_PROOFS = 200_000;
/** What assessments of texts seen before may take. */
const MOST_VERDICT_BYTES = 32 * 1024 * 1024;
/** Streams of the second door at once; beyond them new requests are turned away at the first. */
const MAX_STREAMS = 8_000;
/** The largest message taken, in bytes, where the policy at the start asks for less: a reload may ask for more. */
const LEAST_MESSAGE_BYTES = 32 * 1024 * 1024;

export interface ServiceOptions {
  /** The policy: a file or a folder of them. */
  readonly config: string;
  /** `host:port` or `unix:/path`. */
  readonly listen: string;
  /** `host:port` of health and metrics. */
  readonly admin: string;
  /** Where keys are kept; without it the state is gone with the process. */
  readonly stateDir?: string | undefined;
  /** Where the state is that replicas share; it then is not in `stateDir`. */
  readonly redis?: Address | undefined;
  readonly tls?: Tls | undefined;
  /** What replicas that share a proxy must share, at least 32 bytes; random if left out. */
  readonly voucherSecret?: Uint8Array | undefined;
  readonly pepper?: KeyObject | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: Log;
}

export interface Service {
  /** As bound. */
  readonly address: string;
  readonly adminAddress: string;
  /** Reads the policy again, at once. */
  reload(): void;
  /** Stops without dropping a request, as far as the grace allows. Once: later calls wait for the first. */
  stop(drain: Drain): Promise<void>;
}

/** Starts everything. @throws if an address, the state or the audit file cannot be had; not for a broken policy */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { log } = options;
  const metrics = new Metrics();
  const faults = reportFaults(log, metrics, SYSTEM_CLOCK);
  const audit = new PlacedLedger(SYSTEM_CLOCK, faults.report);
  const issuers = openIssuers({
    clock: SYSTEM_CLOCK,
    note: (issuer, outcome) => metrics.fetchedKeys(issuer, outcome),
  });
  const backendTokens = openBackendTokens({
    clock: SYSTEM_CLOCK,
    fraction: SYSTEM_RANDOM.fraction,
    note: (issuer, problem) => {
      metrics.fetchedToken(issuer, problem === undefined ? 'fetched' : 'failed');
      if (problem !== undefined) log.warn('no token for a backend', { issuer, problem });
    },
  });
  const policies = openPolicy({
    path: options.config,
    env: options.env,
    expand: expandTypes,
    now: SYSTEM_CLOCK.now,
    onChange: (change) => applyChange(change, { metrics, log, audit, faults, issuers, backendTokens }),
  });
  await audit.use(policies.current()?.audit);
  issuers.use(policies.current()?.identity.issuers.values() ?? []);
  backendTokens.use(tokenSourcesOf(policies.current()));
  const state: State = await openState({
    dir: options.stateDir,
    redis: options.redis,
    whenAway: () => policies.current()?.state ?? DENY,
    clock: SYSTEM_CLOCK,
    random: SYSTEM_RANDOM,
    pepper: options.pepper,
    notFollowed: (voucher) =>
      recordNotFollowed(voucher, {
        ledger: audit,
        meter: metrics,
        clock: SYSTEM_CLOCK,
        usageBook: state.usage,
      }),
    onFault: faults.report,
  });
  const second = openSecondLook({
    note: (outcome) => metrics.lookedTwice(outcome),
    onReadiness: ({ absent }) => saySecondLook(absent, log),
    onFault: faults.report,
  });
  // Where a policy asks for it later, the first text that it is asked about starts it.
  if (looksForInjection(policies.current())) void second.ready();
  const assessor = openAssessor(second);
  const tokenCounter = openTokenCounter({ estimate: estimateTokens, onFault: faults.report });
  let server: EnvoyServer | undefined;
  const pressure = watchPressure({
    clock: SYSTEM_CLOCK,
    inFlight: () => server?.openCalls ?? 0,
    maxInFlight: MAX_STREAMS,
    onSample: (ms) => metrics.delayed(ms),
  });
  const ports: Ports = {
    nextTurn,
    clock: SYSTEM_CLOCK,
    random: SYSTEM_RANDOM,
    keys: state.keys,
    issuerKeys: issuers.keys,
    introspection: issuers.introspection,
    tokens: rememberTokens(MOST_TOKENS),
    proofs: rememberProofs(MOST_PROOFS),
    objects: state.objects,
    quotas: state.quotas,
    forecast: new LearnedForecast(),
    tokenCounter,
    usageBook: state.usage,
    signals: raiseSignals(log, metrics),
    // Replicas that share a secret share their requests: one that passed the first door here may be at the second there.
    passages: options.voucherSecret === undefined ? state.passages : { open: () => {}, close: () => {} },
    health: new WatchedBackends(),
    assessor,
    analyzers: openAnalyzers({
      clock: SYSTEM_CLOCK,
      note: (name, outcome, ms) => metrics.analyzed(name, outcome, ms),
    }),
    backendTokens,
    ledger: audit,
    sealer: createSealer({ current: options.voucherSecret ?? randomBytes(32) }),
    pressure,
    meter: metrics,
    faults,
    pepper: options.pepper,
  };
  server = await serveEnvoy({
    listen: options.listen,
    ...(options.tls && { tls: options.tls }),
    maxBodyBytes: messageBytes(policies.current()),
    doors: doorsOf(policies, ports),
    clock: SYSTEM_CLOCK,
    faults,
  });
  let stopping: Promise<void> | undefined;
  const { serving, admin } = await openAdmin(options, {
    server,
    policies,
    state,
    audit,
    metrics,
    issuers,
    draining: () => stopping !== undefined,
    report: faults.report,
  });
  const adminAddress = `${admin.address.address}:${admin.address.port}`;
  log.info('ready', {
    listen: server.address,
    admin: adminAddress,
    policy: policies.state().version ?? null,
  });
  sayPolicy(policies, log);
  const end = async (drain: Drain): Promise<void> => {
    clearInterval(serving);
    policies.close();
    log.info('draining');
    await server.drain(drain);
    pressure.stop();
    await admin.close();
    issuers.close();
    await tokenCounter.close();
    await second.close();
    await state.close();
    await audit.close();
    log.info('stopped');
    await log.flush();
  };
  return {
    address: server.address,
    adminAddress,
    reload: () => void policies.reload(),
    stop(drain) {
      stopping ??= end(drain);
      return stopping;
    },
  };
}

function doorsOf(policies: PolicySource, ports: Ports): Doors {
  return {
    check: (received) => check(received, policies, ports),
    openSession: (opening) => openSession(opening, { policies, ports }),
    deny: (refusal) => {
      ports.meter.decided(1, 'none', 'refused', refusal.refused);
      return {
        allow: false,
        ...answerRefusal(refusal, newRequestId(ports.random), undefined, ports.clock.now()),
      };
    },
  };
}

function messageBytes(policy: Snapshot | undefined): number {
  return Math.max(LEAST_MESSAGE_BYTES, policy?.bounds.requestBytes ?? 0, policy?.bounds.responseBytes ?? 0);
}

/** Without a policy nothing is let in anyway. */
const DENY = { whenAway: 'deny', replicas: 1 } as const;

interface Parts {
  readonly server: EnvoyServer;
  readonly policies: PolicySource;
  readonly state: State;
  readonly audit: PlacedLedger;
  readonly metrics: Metrics;
  readonly issuers: Issuers;
  readonly draining: () => boolean;
  readonly report: (where: string, error: unknown) => void;
}

async function openAdmin(
  options: ServiceOptions,
  parts: Parts,
): Promise<{ admin: Admin; serving: NodeJS.Timeout }> {
  const { server, policies, state, audit, metrics, issuers } = parts;
  metrics.watch({
    streams: () => server.openCalls,
    keys: () => state.keys.size,
    passages: () => state.passages.size,
    counters: state.counters,
    limits: () => state.health().limits,
    audit: () => audit.health(),
    policy: () => policies.state().version,
    issuers: () => issuers.states(),
  });
  const readiness = () => readinessOf(parts);
  const { host, port } = parseAddress(options.admin);
  const admin = await startAdmin(
    {
      readiness,
      metrics: () => metrics.render(),
      stages: stagesText,
      usage: (query, mostRows) => state.usage.query(query, mostRows),
      now: SYSTEM_CLOCK.now,
      onFault: parts.report,
    },
    { host, port },
  );
  // A policy that is mended while the process runs makes it serve.
  const tell = () => server.setServing(isReady(readiness()));
  tell();
  const serving = setInterval(tell, 250).unref();
  policies.start();
  return { admin, serving };
}

function readinessOf({ policies, state, audit, draining }: Parts): Readiness {
  const { version = null, loadedAt, error } = policies.state();
  return {
    draining: draining(),
    policy: {
      version,
      loadedAt: loadedAt === undefined ? null : new Date(loadedAt).toISOString(),
      error: error === undefined ? null : error.map((mistake) => formatMistake(mistake, 'error')).join('\n'),
    },
    parts: { state: state.health(), audit: audit.health() },
  };
}

interface Changing {
  readonly backendTokens: KeptTokens;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly audit: PlacedLedger;
  readonly faults: Faults;
  readonly issuers: Issuers;
}

function applyChange(
  change: Change,
  { metrics, log, audit, faults, issuers, backendTokens }: Changing,
): void {
  sayWarnings(change.warnings, log);
  if ('mistakes' in change) {
    metrics.reloaded('refused');
    sayMistakes(change.mistakes, 'policy refused, the last good one stays', log);
    return;
  }
  metrics.reloaded('loaded');
  log.info('policy loaded', { version: change.snapshot.version });
  issuers.use(change.snapshot.identity.issuers.values());
  backendTokens.use(tokenSourcesOf(change.snapshot));
  // Where its file cannot be opened, records go on to where they went.
  audit.use(change.snapshot.audit).catch((error: unknown) => faults.report('audit', error));
}

function sayPolicy(policies: PolicySource, log: Log): void {
  const { error, warnings } = policies.state();
  sayWarnings(warnings, log);
  sayMistakes(error ?? [], 'no valid policy: everything is refused', log);
}

function sayWarnings(warnings: readonly Mistake[], log: Log): void {
  for (const warning of warnings) log.warn('policy warning', { at: formatMistake(warning, 'warning') });
}

function sayMistakes(mistakes: readonly Mistake[], message: string, log: Log): void {
  for (const mistake of mistakes) log.error(message, { at: formatMistake(mistake, 'error') });
}

/** What few policies ask for is not worked out for the others. */
function openAssessor(second: SecondLook): TextAssessor {
  const model = loadModel();
  const injection = ASSESSMENTS.filter((type) => !type.startsWith('harm.'));
  const some = remembering(makeAssessor(model, injection), MOST_VERDICT_BYTES);
  const all = remembering(makeAssessor(model), MOST_VERDICT_BYTES);
  const assess = (text: string, reading: Reading, harm: boolean) => (harm ? all : some).assess(text, reading);
  return {
    assess,
    assessClosely: (text, reading, harm) => lookedAtAgain(text, reading, assess(text, reading, harm), second),
  };
}

function looksForInjection(policy: Snapshot | undefined): boolean {
  return policy?.guardrails.some(({ on, detect }) => on === 'input' && detect.includes(INJECTION)) === true;
}

function saySecondLook(absent: string | undefined, log: Log): void {
  if (absent === undefined) log.info('second look at what users say: ready');
  else
    log.warn('second look at what users say: not there, the quick classifier decides alone', { why: absent });
}
