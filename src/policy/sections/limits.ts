/** Limits: each counts one thing, over a window, a calendar period, or for as long as a request lasts. */
import { OPERATIONS, type OperationName } from '../../core/operation.ts';
import type { Principal } from '../../core/principal.ts';
import { failingTest } from '../caller-test.ts';
import type { Config, Entry } from '../config.ts';
import type { Counted, CountedBy, Counts, Limit, LimitOver } from '../limit-rules.ts';
import { modelTests } from '../model-patterns.ts';
import type { Report } from '../report.ts';
import { type LimitConfig, MEASURES, type Measure, type OverrideConfig } from '../schema/limits.ts';
import type { Model } from '../snapshot.ts';
import { reportIdle } from './idle-limits.ts';
import { idOf, reportSameIds } from './ids.ts';
import { reportMisplaced } from './misplaced-limits.ts';

/** What a limit or an override says it counts. */
export type Amounts = Pick<LimitConfig, Measure>;

export function compileLimits(
  config: Config,
  models: ReadonlyMap<string, Model>,
  report: Report,
): readonly Limit[] {
  reportSameIds(config.limits, report);
  const good = config.limits.filter((entry) => reportMisplaced(entry, config.prices.currency, report));
  const testOf = modelTests(models);
  const limits = good.map((entry) => limitOf(entry, testOf));
  reportIdle(good, limits, report);
  return Object.freeze(limits);
}

/** The one thing that a limit counts; undefined where it names none, or several. */
export function measureOf(amounts: Amounts): Measure | undefined {
  const [only, ...more] = MEASURES.filter((measure) => amounts[measure] !== undefined);
  return more.length === 0 ? only : undefined;
}

function limitOf(entry: Entry<LimitConfig>, testOf: ReturnType<typeof modelTests>): Limit {
  const { per, models, operations, to, weigh, mode, clamp, whenUsedUp, alert, overrides } = entry.value;
  const counted = per.filter((by): by is CountedBy => by !== 'global');
  return Object.freeze({
    id: idOf(entry),
    counts: countsOf(entry.value),
    per: Object.freeze(counted),
    over: Object.freeze(overOf(entry.value)),
    needsModel: models !== undefined || counted.includes('model') || counted.includes('backend'),
    concerns: concernsOf(to, models && testOf(models), operations && new Set(operations)),
    mostFor: mostOf(entry.value, overrides),
    weighted: weigh === 'price',
    shadow: mode === 'shadow',
    clamp: clamp === true,
    stop: whenUsedUp === 'stop',
    alerts: Object.freeze(alert ?? []),
  });
}

function countsOf(config: LimitConfig): Counts {
  if (config.cost !== undefined) return 'cost';
  if (config.concurrent !== undefined) return 'concurrent';
  if (config.tokens === undefined) return 'requests';
  const { of } = config.tokens;
  return of === 'both' ? 'tokens' : `${of}_tokens`;
}

function overOf({ requests, tokens, cost, burst, zone }: LimitConfig): LimitOver {
  if (cost !== undefined) return { kind: 'calendar', period: cost.period, zone: zone ?? 'UTC' };
  const windowMs = requests?.windowMs ?? tokens?.rate.windowMs;
  if (windowMs === undefined) return { kind: 'places' };
  return burst === undefined ? { kind: 'window', windowMs } : { kind: 'bucket', windowMs, burst };
}

/** How many, of whatever it is. */
export function amountOf({ requests, tokens, concurrent, cost }: Amounts): number {
  return requests?.requests ?? tokens?.rate.tokens ?? concurrent ?? cost?.nano ?? 0;
}

type Test<T> = (value: T) => boolean;

function concernsOf(
  to: LimitConfig['to'],
  model: Test<string> | undefined,
  operations: ReadonlySet<OperationName> | undefined,
): Limit['concerns'] {
  const caller = to === undefined ? undefined : callerTest(to);
  return ({ principal, operation, model: name }: Counted) =>
    (operations === undefined || operations.has(operation)) &&
    (model === undefined || name === undefined || model(name)) &&
    (caller === undefined || caller(principal));
}

function callerTest(to: NonNullable<LimitConfig['to']>): Test<Principal> {
  const failing = failingTest(to);
  return (principal) => failing(principal) === undefined;
}

function mostOf(config: LimitConfig, overrides: readonly OverrideConfig[] = []): Limit['mostFor'] {
  const most = amountOf(config);
  if (overrides.length === 0) return () => most;
  const others = overrides.map((override) => ({ test: callerTest(override.to), most: amountOf(override) }));
  return ({ principal }) => others.find(({ test }) => test(principal))?.most ?? most;
}

/** Operations that a limit may be about; those that it names, else all. */
export function operationsOf({ operations }: LimitConfig): readonly string[] {
  return operations ?? OPERATIONS;
}
