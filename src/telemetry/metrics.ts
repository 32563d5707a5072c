/**
 * The names of all metrics. Where OpenTelemetry's conventions for generative AI have a name, it is theirs, as
 * Prometheus spells it; everything else begins with `sallyport_`.
 */
import type { AnalyzerFailure, Meter } from '../core/ports.ts';
import { Counter, type Family, Histogram, reading } from './family.ts';
import { exposition } from './prometheus.ts';

/** What is read from other parts of the service whenever metrics are asked for. */
export interface Readings {
  /** Streams of the second door under way. */
  streams(): number;
  /** Keys of the state, good or not. */
  keys(): number;
  /** Requests that passed the first door and have not reached the second. */
  passages(): number;
  /** Counters that limits hold. */
  counters(): number;
  /** Limits that are shared with other replicas; undefined where they are this process's own. */
  limits(): { readonly state: string; readonly pending: number; readonly dropped: number } | undefined;
  audit(): { readonly ok: boolean; readonly lost: number };
  /** The policy in force; undefined while there is none. */
  policy(): string | undefined;
  /** Age of the keys of each token issuer that the policy names, in milliseconds; undefined if there never were any. */
  issuers(): ReadonlyMap<string, { readonly ageMs: number | undefined }>;
}

/** Bounds that the conventions name for token counts and for durations in seconds. */
const TOKEN_BOUNDS = Array.from({ length: 14 }, (_, i) => 4 ** i);
const DURATION_BOUNDS = Array.from({ length: 14 }, (_, i) => 2 ** i / 100);
const DELAY_BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1];

/** `gen_ai.operation.name`, where the conventions know the operation. */
const OPERATION_NAMES: ReadonlyMap<string, string> = new Map([['completions', 'text_completion']]);

export class Metrics implements Meter {
  readonly #decisions = new Counter('sallyport_decisions_total', 'Decisions about requests.', [
    'door',
    'operation',
    'outcome',
    'reason',
  ]);
  readonly #findings = new Counter(
    'sallyport_findings_total',
    'What detectors found, and what was done about it.',
    ['type', 'direction', 'action'],
  );
  readonly #tokens = new Histogram(
    'gen_ai_client_token_usage',
    'Tokens of a request, in and out.',
    ['gen_ai_operation_name', 'gen_ai_request_model', 'gen_ai_token_type'],
    TOKEN_BOUNDS,
  );
  readonly #durations = new Histogram(
    'gen_ai_server_request_duration_seconds',
    'From the arrival of a request at the first door to the end of its answer.',
    ['gen_ai_operation_name'],
    DURATION_BOUNDS,
  );
  readonly #reloads = new Counter('sallyport_policy_reloads_total', 'Policies read, by result.', ['result']);
  readonly #failures = new Counter(
    'sallyport_sessions_failed_total',
    'Streams of the second door that were ended with an error, so that nothing passed unseen.',
    ['reason'],
  );
  readonly #faults = new Counter('sallyport_faults_total', 'Errors inside the service, by place.', ['where']);
  readonly #delays = new Histogram(
    'sallyport_event_loop_delay_seconds',
    'How late timers ran: how long work had to wait for its turn.',
    [],
    DELAY_BOUNDS,
  );
  readonly #fetches = new Counter(
    'sallyport_issuer_fetches_total',
    'Times that the keys of a token issuer were fetched, by outcome.',
    ['issuer', 'outcome'],
  );
  readonly #tokenFetches = new Counter(
    'sallyport_backend_token_fetches_total',
    'Times that a token for backends was fetched, by the host that gives it and the outcome.',
    ['issuer', 'outcome'],
  );
  readonly #analyses = new Histogram(
    'sallyport_analyzer_seconds',
    'What an analyzer took to answer about a text, by what came of it; answers that are remembered apart.',
    ['analyzer', 'outcome'],
    DURATION_BOUNDS,
  );
  readonly #secondLooks = new Counter(
    'sallyport_second_looks_total',
    'Texts of users that the quick classifier was unsure of, by what came of asking the encoder.',
    ['outcome'],
  );
  readonly #limited = new Counter(
    'sallyport_limits_reached_total',
    'Limits that were reached, by what came of it: a refusal, or nothing where the limit is in shadow.',
    ['limit', 'outcome'],
  );
  readonly #answers = new Counter(
    'sallyport_backend_answers_total',
    'Requests that backends took, by how: good, busy (429) or failed (5xx, or no answer).',
    ['backend', 'outcome'],
  );
  readonly #signals = new Counter('sallyport_signals_total', 'What people should hear of, by kind.', [
    'kind',
    'limit',
  ]);
  readonly #families: Family[] = [
    this.#decisions,
    this.#findings,
    this.#tokens,
    this.#durations,
    this.#reloads,
    this.#failures,
    this.#faults,
    this.#delays,
    this.#fetches,
    this.#tokenFetches,
    this.#analyses,
    this.#secondLooks,
    this.#limited,
    this.#answers,
    this.#signals,
    ...processFamilies(),
  ];

  decided(door: 1 | 2, operation: string, outcome: string, reason: string): void {
    this.#decisions.add([door === 1 ? '1' : '2', operation, outcome, reason]);
  }

  tokens(operation: string, model: string, input: number, output: number): void {
    const name = operationName(operation);
    this.#tokens.observe([name, model, 'input'], input);
    this.#tokens.observe([name, model, 'output'], output);
  }

  found(type: string, direction: 'input' | 'output', action: string, count: number): void {
    this.#findings.add([type, direction, action], count);
  }

  latency(operation: string, ms: number): void {
    this.#durations.observe([operationName(operation)], ms / 1000);
  }

  /** A limit was reached. Ids are the policy's. */
  limited(limit: string, outcome: 'refused' | 'shadow'): void {
    this.#limited.add([limit, outcome]);
  }

  /** How a backend took a request. */
  answered(backend: string, outcome: 'good' | 'busy' | 'failed'): void {
    this.#answers.add([backend, outcome]);
  }

  /** A signal was raised. */
  signalled(kind: string, limit: string): void {
    this.#signals.add([kind, limit]);
  }

  /** A policy was read: put in force, or refused while the last good one stays. */
  reloaded(result: 'loaded' | 'refused'): void {
    this.#reloads.add([result]);
  }

  /** A stream of the second door ended with an error. */
  sessionFailed(reason: string): void {
    this.#failures.add([reason]);
  }

  /** An error was caught. `where` is the name of a place in the program. */
  faulted(where: string): void {
    this.#faults.add([where]);
  }

  /** The event loop was late by so many milliseconds. */
  delayed(ms: number): void {
    this.#delays.observe([], ms / 1000);
  }

  /** The keys of an issuer were fetched, or could not be. */
  fetchedKeys(issuer: string, outcome: 'fetched' | 'failed'): void {
    this.#fetches.add([issuer, outcome]);
  }

  /** A token for backends was fetched, or could not be. */
  fetchedToken(issuer: string, outcome: 'fetched' | 'failed'): void {
    this.#tokenFetches.add([issuer, outcome]);
  }

  /** An analyzer was asked about a text. @param ms that it took */
  analyzed(analyzer: string, outcome: 'answered' | AnalyzerFailure, ms: number): void {
    this.#analyses.observe([analyzer, outcome], ms / 1000);
  }

  /** The quick classifier was unsure of a text. */
  lookedTwice(outcome: string): void {
    this.#secondLooks.add([outcome]);
  }

  /** Adds what is read from other parts. Once. */
  watch(readings: Readings): void {
    this.#families.push(...readingFamilies(readings));
  }

  /** All metrics in the Prometheus text format. */
  render(): string {
    return exposition(this.#families);
  }
}

function operationName(operation: string): string {
  return OPERATION_NAMES.get(operation) ?? operation;
}

function readingFamilies(readings: Readings): Family[] {
  const policy: Family = {
    type: 'gauge',
    name: 'sallyport_policy_info',
    help: 'The policy in force, by version.',
    labelNames: ['version'],
    samples: () =>
      [readings.policy()].flatMap((version) =>
        version === undefined ? [] : [{ labels: [version], value: 1 }],
      ),
  };
  const issuers: Family = {
    type: 'gauge',
    name: 'sallyport_issuer_keys_age_seconds',
    help: 'How long ago the keys of a token issuer were fetched.',
    labelNames: ['issuer'],
    samples: () =>
      [...readings.issuers()].flatMap(([issuer, { ageMs }]) =>
        ageMs === undefined ? [] : [{ labels: [issuer], value: ageMs / 1000 }],
      ),
  };
  const limits: Family = {
    type: 'gauge',
    name: 'sallyport_limits_state',
    help: 'Whether limits are shared, or their state is away: 1 for what holds now.',
    labelNames: ['state'],
    samples: () => {
      const shared = readings.limits();
      return shared === undefined ? [] : [{ labels: [shared.state], value: 1 }];
    },
  };
  return [
    policy,
    issuers,
    limits,
    reading(
      'gauge',
      'sallyport_limits_pending',
      'What waits to be told to the shared state.',
      () => readings.limits()?.pending ?? 0,
    ),
    reading(
      'counter',
      'sallyport_limits_dropped_total',
      'What could not wait any longer, and stays charged as reserved.',
      () => readings.limits()?.dropped ?? 0,
    ),
    reading('gauge', 'sallyport_streams', 'Streams of the second door under way.', () => readings.streams()),
    reading('gauge', 'sallyport_keys', 'API keys in the state, good or not.', () => readings.keys()),
    reading('gauge', 'sallyport_passages', 'Requests between the doors.', () => readings.passages()),
    reading('gauge', 'sallyport_limit_counters', 'Counters that limits hold.', () => readings.counters()),
    reading('gauge', 'sallyport_audit_healthy', 'Whether audit records are being written.', () =>
      readings.audit().ok ? 1 : 0,
    ),
    reading('counter', 'sallyport_audit_lost_total', 'Audit records lost.', () => readings.audit().lost),
  ];
}

/** What Prometheus clients of every language tell about their process. */
function processFamilies(): Family[] {
  const started = Date.now() / 1000 - process.uptime();
  return [
    reading('counter', 'process_cpu_seconds_total', 'CPU time used.', () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e6;
    }),
    reading('gauge', 'process_resident_memory_bytes', 'Memory in use.', () => process.memoryUsage.rss()),
    reading('gauge', 'process_start_time_seconds', 'When the process began.', () => started),
  ];
}
