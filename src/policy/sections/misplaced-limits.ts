/** What of a limit has no meaning beside the rest of it. */
import type { Entry } from '../config.ts';
import type { Report } from '../report.ts';
import { type LimitConfig, MEASURES } from '../schema/limits.ts';
import { measureOf } from './limits.ts';

/** @param currency of the policy @returns false where it cannot be told what the limit means */
export function reportMisplaced(entry: Entry<LimitConfig>, currency: string, report: Report): boolean {
  const measure = measureOf(entry.value);
  if (measure === undefined) {
    const named = MEASURES.filter((name) => entry.value[name] !== undefined);
    const found = named.length === 0 ? 'none' : named.join(' and ');
    report.error(entry.path, `expected one of ${MEASURES.join(', ')}, found ${found}`);
    return false;
  }
  reportPer(entry, report);
  reportOptions(entry, report);
  reportCurrency(entry, currency, report);
  reportOverrides(entry, report);
  reportAlerts(entry, report);
  return true;
}

function reportPer({ path, value: { per } }: Entry<LimitConfig>, report: Report): void {
  per.forEach((attribute, i) => {
    if (per.indexOf(attribute) < i) report.error([...path, 'per', i], `${attribute} stands twice`);
  });
  if (per.includes('global') && per.length > 1) {
    report.error([...path, 'per'], 'global counts all requests together: expected it alone');
  }
}

type Option = 'burst' | 'zone' | 'weigh' | 'clamp' | 'whenUsedUp' | 'alert';

/** What each option is for. */
const FOR: Readonly<Record<Option, readonly [what: string, fits: (limit: LimitConfig) => boolean]>> = {
  burst: ['requests', (limit) => limit.requests !== undefined],
  zone: ['cost', (limit) => limit.cost !== undefined],
  weigh: ['tokens', (limit) => limit.tokens !== undefined],
  clamp: ['cost, or tokens of answers', growsWithAnswers],
  whenUsedUp: ['cost, or tokens of answers', growsWithAnswers],
  alert: ['cost or tokens', (limit) => limit.cost !== undefined || limit.tokens !== undefined],
};

function growsWithAnswers({ cost, tokens }: LimitConfig): boolean {
  return cost !== undefined || (tokens !== undefined && tokens.of !== 'input');
}

function reportOptions({ path, value }: Entry<LimitConfig>, report: Report): void {
  for (const [option, [what, fits]] of Object.entries(FOR) as [Option, (typeof FOR)[Option]][]) {
    if (value[option] !== undefined && !fits(value))
      report.error([...path, option], `has no meaning here: expected it on a limit of ${what}`, 'key');
  }
}

function reportCurrency(
  { path, value: { cost } }: Entry<LimitConfig>,
  currency: string,
  report: Report,
): void {
  if (cost === undefined || cost.currency === currency) return;
  report.error(
    [...path, 'cost'],
    `is in ${cost.currency}, and prices are in ${currency}: expected one currency (prices.currency)`,
  );
}

/** The same thing over the same window: only the amount may differ. */
function reportOverrides({ path, value }: Entry<LimitConfig>, report: Report): void {
  const wanted = overText(value);
  value.overrides?.forEach((override, i) => {
    if (measureOf(override) === undefined || overText(override) !== wanted)
      report.error([...path, 'overrides', i], `expected another amount of the same: ${wanted}`);
  });
}

function overText({
  requests,
  tokens,
  concurrent,
  cost,
}: Pick<LimitConfig, (typeof MEASURES)[number]>): string {
  if (requests !== undefined) return `requests over ${requests.windowMs / 1000} s`;
  if (tokens !== undefined)
    return `${tokens.of === 'both' ? '' : `${tokens.of} `}tokens over ${tokens.rate.windowMs / 1000} s`;
  if (cost !== undefined) return `cost in ${cost.currency} a ${cost.period}`;
  return concurrent === undefined ? 'nothing' : 'concurrent requests';
}

function reportAlerts({ path, value: { alert = [] } }: Entry<LimitConfig>, report: Report): void {
  alert.forEach((threshold, i) => {
    const before = alert[i - 1];
    if (before !== undefined && before >= threshold)
      report.error([...path, 'alert', i], 'expected more than the one before it');
  });
}
