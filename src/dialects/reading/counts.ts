/** Counts that backends report, believed only where they can be true. */
import type { Usage } from '../../core/money.ts';
import { type JsonNode, memberOf } from '../../json/document.ts';
import type { UsageCounts } from '../dialect.ts';

/** Above any context window: what claims more, or is no whole number, is no count of tokens. */
export const MOST_TOKENS = 2 ** 24;

/** @returns undefined where there is none, or one that cannot be: negative, a fraction, a text */
export function countIn(text: string, node: JsonNode | undefined, key: string): number | undefined {
  const member = memberOf(node, key);
  if (member?.kind !== 'number') return undefined;
  const value = Number(text.slice(member.start, member.end));
  return Number.isInteger(value) && value >= 0 && value <= MOST_TOKENS ? value : undefined;
}

/** The usage of a whole answer. @returns undefined where it does not say both sides, or a prompt of nothing */
export function wholeUsage(counts: UsageCounts | undefined): Usage | undefined {
  const { input, output } = counts ?? {};
  if (input === undefined || input === 0 || output === undefined) return undefined;
  return { ...counts, input, output, source: 'reported' };
}
