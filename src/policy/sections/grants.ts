/** Grants, and what is wrong with what they name. */
import { OPERATIONS, type OperationName } from '../../core/operation.ts';
import type { Config, Entry } from '../config.ts';
import { matcher } from '../glob.ts';
import { type IndexedGrant, indexGrants } from '../grant-index.ts';
import { modelTests } from '../model-patterns.ts';
import type { Report } from '../report.ts';
import type { GrantConfig } from '../schema/rules.ts';
import type { Grant, Model, Snapshot } from '../snapshot.ts';
import { didYouMean } from '../suggest.ts';
import { idOf, reportSameIds } from './ids.ts';

export function compileGrants(
  config: Config,
  models: ReadonlyMap<string, Model>,
  report: Report,
): Pick<Snapshot, 'grantsFor' | 'grants'> {
  reportSameIds(config.grants, report);
  const reportPatterns = patternReporter(config.declared.models, report);
  const testOf = modelTests(models);
  const grants = config.grants.map((entry): IndexedGrant => {
    reportPatterns(entry);
    const grant: Grant = Object.freeze({
      ...UNCONDITIONAL,
      id: idOf(entry),
      allowsModel: testOf(entry.value.models),
    });
    return { grant, to: entry.value.to, operations: operationsOf(entry.value) };
  });
  return { grantsFor: indexGrants(grants), grants: grants.map(({ grant }) => grant) };
}

const UNCONDITIONAL: Omit<Grant, 'id' | 'allowsModel'> = {
  effect: 'allow',
  anyModel: false,
  features: { of: () => ({ kind: 'allow' }), silent: true },
  scopesFor: () => [],
  needsBody: false,
  applies: () => undefined,
  concerns: () => undefined,
};

function operationsOf({ operations }: GrantConfig): ReadonlySet<OperationName> {
  const named = operations.filter((name) => name !== '*');
  return new Set(named.length < operations.length ? OPERATIONS : named);
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
