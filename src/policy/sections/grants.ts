/** Grants, and what is wrong with what they name. */
import { type Networks, networksOf } from '../../core/network.ts';
import { OPERATIONS, type OperationName } from '../../core/operation.ts';
import type { Config, Entry } from '../config.ts';
import { compileExpression, type Expression } from '../expression.ts';
import { compileFeatures } from '../feature-rules.ts';
import { matcher } from '../glob.ts';
import { concernsOf, type IndexedGrant, indexSteps } from '../grant-index.ts';
import type { Facts, Grant, Mismatch } from '../grant-rules.ts';
import { modelTests, namesTest } from '../model-patterns.ts';
import type { Report } from '../report.ts';
import type { GrantConfig, WindowConfig } from '../schema/grants.ts';
import type { Model, Snapshot } from '../snapshot.ts';
import { mapSteps, type Steps } from '../steps.ts';
import { didYouMean } from '../suggest.ts';
import { inWindow, type TimeWindow } from '../time-window.ts';
import { idOf, reportSameIds } from './ids.ts';

export function* compileGrants(
  config: Config,
  models: ReadonlyMap<string, Model>,
  report: Report,
): Steps<Pick<Snapshot, 'grantsFor' | 'grants'>> {
  reportSameIds(config.grants, report);
  const reportPatterns = patternReporter(config.declared.models, report);
  const testOf = modelTests(models);
  const shared: Shared = { networks: shareable(networksOf), windows: shareable(windowsOf), whens: new Map() };
  const grants = yield* mapSteps(config.grants, (entry): IndexedGrant => {
    reportPatterns(entry);
    reportContradictions(entry, report);
    const { to, models: patterns = ['*'] } = entry.value;
    const operations = operationsOf(entry.value);
    const grant: Grant = Object.freeze({
      id: idOf(entry),
      effect: entry.value.effect,
      allowsModel: testOf(patterns),
      anyModel: patterns.length === 1 && patterns[0] === '*',
      ...(entry.value.backends && { allowsBackend: labelsTest(entry.value.backends) }),
      features: compileFeatures(entry.value.features, entry.value.effect),
      scopesFor: scopesOf(entry.value),
      ...conditionsOf(entry, shared, report),
      opensChannels: entry.value.effect === 'allow' && operations.has('realtime'),
      concerns: concernsOf(to, operations),
    });
    return { grant, to, operations };
  });
  return { grantsFor: yield* indexSteps(grants), grants: Object.freeze(grants.map(({ grant }) => grant)) };
}

/** A label that a backend lacks matches nothing, not even a pattern that only leaves out. */
function labelsTest(required: NonNullable<GrantConfig['backends']>): NonNullable<Grant['allowsBackend']> {
  const tests = Object.entries(required).map(([label, patterns]) => ({ label, named: namesTest(patterns) }));
  return (labels) => tests.every(({ label, named }) => labels[label] !== undefined && named([labels[label]]));
}

/** Conditions that many grants have in common are made once. */
interface Shared {
  readonly networks: (networks: readonly string[]) => Networks;
  readonly windows: (windows: readonly WindowConfig[]) => readonly TimeWindow[];
  readonly whens: Map<string, Expression>;
}

function shareable<T extends object, U>(make: (from: T) => U): (from: T) => U {
  const made = new Map<string, U>();
  return (from) => {
    const key = JSON.stringify(from);
    const known = made.get(key) ?? make(from);
    made.set(key, known);
    return known;
  };
}

function windowsOf(windows: readonly WindowConfig[]): readonly TimeWindow[] {
  return windows.map(({ days, from, until, zone }) => ({ days: new Set(days), from, until, zone }));
}

/**
 * `files.*` is every operation that begins so. What passes through a channel nobody looks into: who allows everything
 * does not mean that, and who denies everything does.
 */
function operationsOf({ operations, effect }: GrantConfig): ReadonlySet<OperationName> {
  return new Set(
    operations.flatMap((name) => {
      const meant = OPERATIONS.filter(matcher(name));
      return name === '*' && effect === 'allow' ? meant.filter((one) => one !== 'realtime') : meant;
    }),
  );
}

const NO_SCOPES: readonly string[] = Object.freeze([]);

function scopesOf({ scopes }: GrantConfig): Grant['scopesFor'] {
  if (scopes === undefined) return () => NO_SCOPES;
  if (Array.isArray(scopes)) return () => scopes;
  const byOperation = new Map<OperationName, string[]>();
  for (const [pattern, wanted = []] of Object.entries(scopes)) {
    for (const operation of OPERATIONS.filter(matcher(pattern)))
      byOperation.set(operation, [...(byOperation.get(operation) ?? []), ...wanted]);
  }
  return (operation) => byOperation.get(operation) ?? NO_SCOPES;
}

type Test = (facts: Facts) => Mismatch | undefined;

function conditionsOf(
  entry: Entry<GrantConfig>,
  shared: Shared,
  report: Report,
): Pick<Grant, 'applies' | 'needsBody' | 'fixed'> {
  const { value } = entry;
  const expression = expressionOf(entry, shared, report);
  const tests = [
    value.effect === 'allow' ? boundTest(idOf(entry)) : undefined,
    value.scopes === undefined ? undefined : scopeTest(scopesOf(value)),
    value.networks === undefined ? undefined : networkTest(shared.networks(value.networks)),
    datesTest(value),
    value.during === undefined ? undefined : windowTest(shared.windows(value.during)),
    expression === undefined ? undefined : whenTest(expression, value.effect),
  ].filter((test) => test !== undefined);
  const { networks, during, notBefore, notAfter, when } = value;
  const fixed = [networks, during, notBefore, notAfter, when].every((condition) => condition === undefined);
  return { needsBody: expression?.needsBody ?? false, fixed, applies: allOf(tests) };
}

function allOf(tests: readonly Test[]): Test {
  return (facts) => {
    for (const test of tests) {
      const mismatch = test(facts);
      if (mismatch !== undefined) return mismatch;
    }
    return undefined;
  };
}

function boundTest(id: string): Test {
  const mismatch: Mismatch = { on: 'bound', why: 'the credential is bound to other grants' };
  return ({ principal: { bound } }) =>
    bound?.grants === undefined || bound.grants.includes(id) ? undefined : mismatch;
}

function scopeTest(scopesFor: Grant['scopesFor']): Test {
  return ({ principal, operation }) => {
    for (const scope of scopesFor(operation)) {
      if (principal.scopes?.includes(scope) !== true)
        return { on: 'scopes', why: `the credential lacks ${scope}` };
    }
    return undefined;
  };
}

function networkTest(networks: Networks): Test {
  const mismatch: Mismatch = { on: 'networks', why: 'the caller is in none of the networks' };
  return ({ clientAddress }) => (networks.contains(clientAddress) ? undefined : mismatch);
}

function datesTest({ notBefore, notAfter }: GrantConfig): Test | undefined {
  if (notBefore === undefined && notAfter === undefined) return undefined;
  return ({ time }) => {
    if (notBefore !== undefined && time < notBefore) return { on: 'during', why: 'it does not hold yet' };
    if (notAfter !== undefined && time >= notAfter) return { on: 'during', why: 'it holds no more' };
    return undefined;
  };
}

function windowTest(windows: readonly TimeWindow[]): Test {
  const mismatch: Mismatch = { on: 'during', why: 'it does not hold at this time' };
  return ({ time }) => (windows.some((window) => inWindow(window, time)) ? undefined : mismatch);
}

/** What has no value keeps a grant from allowing, and does not let a denial be escaped. */
function whenTest({ needsBody, evaluate }: Expression, effect: Grant['effect']): Test {
  const not: Mismatch = { on: 'when', why: 'the condition is false' };
  const failed: Mismatch = { on: 'when', why: 'the condition failed' };
  return (facts) => {
    if (needsBody && facts.body === undefined) return undefined;
    const value = evaluate(facts);
    if (value === 'error') return effect === 'deny' ? undefined : failed;
    return value ? undefined : not;
  };
}

function expressionOf(
  { path, value: { when } }: Entry<GrantConfig>,
  { whens }: Shared,
  report: Report,
): Expression | undefined {
  if (when === undefined) return undefined;
  const known = whens.get(when);
  if (known !== undefined) return known;
  const compiled = compileExpression(when);
  if ('problem' in compiled) {
    report.error([...path, 'when'], `expected a condition: ${compiled.problem}`);
    return undefined;
  }
  whens.set(when, compiled.expression);
  return compiled.expression;
}

/** Operations whose requests name a model, in their body or for the list of them. */
const NAMES_NO_MODEL = /^(?:files|batches)\.|^responses\../;

function reportContradictions({ path, value }: Entry<GrantConfig>, report: Report): void {
  const { effect, models, backends, operations, scopes, notBefore, notAfter } = value;
  if (effect === 'deny' && scopes !== undefined)
    report.error(
      [...path, 'scopes'],
      'a denial asks for no scopes: expected them on a grant that allows',
      'key',
    );
  if (effect === 'deny' && backends !== undefined)
    report.error(
      [...path, 'backends'],
      'a denial sends nothing anywhere: expected backends on a grant that allows',
      'key',
    );
  const needsModels = operations.some((name) => !NAMES_NO_MODEL.test(name));
  if (effect === 'allow' && models === undefined && needsModels)
    report.error([...path, 'models'], 'is missing: expected the models that it allows, or "*"', 'key');
  if (notBefore !== undefined && notAfter !== undefined && notAfter <= notBefore)
    report.error([...path, 'notAfter'], 'is not after notBefore, so it never holds');
}

/** Many grants name the same few patterns: each is tried on the models once. */
function patternReporter(models: ReadonlySet<string>, report: Report): (entry: Entry<GrantConfig>) => void {
  const known = new Map<string, boolean>();
  const matchesAny = (pattern: string): boolean => {
    const before = known.get(pattern);
    if (before !== undefined) return before;
    const matches = pattern.includes('*') ? [...models].some(matcher(pattern)) : models.has(pattern);
    known.set(pattern, matches);
    return matches;
  };
  return (entry) => {
    const { models: patterns } = entry.value;
    if (patterns === undefined) return;
    patterns.forEach((written, i) => {
      const pattern = written.replace(/^!/, '');
      if (models.size === 0 || matchesAny(pattern)) return;
      report.warn([...entry.path, 'models', i], `matches no model${didYouMean(pattern, models)}`);
    });
    if (patterns.every((pattern) => pattern.startsWith('!'))) {
      report.error(
        [...entry.path, 'models'],
        'only leaves out, so it allows nothing: expected "*" or a name before',
      );
    }
  };
}
