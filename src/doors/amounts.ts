/** What a request takes from a limit, by what the limit counts. */
import { costOf, type Price, type Usage, weighedTokens } from '../core/money.ts';
import { MOST } from '../limits/amounts.ts';
import type { Limit } from '../policy/snapshot.ts';

/** What a request uses, or is expected to use. */
export interface Use {
  readonly usage: Usage;
  /** Undefined where nobody knows it: then it costs nothing, if the policy lets it through at all. */
  readonly price: Price | undefined;
  /** Made later, in a batch. */
  readonly batched: boolean;
}

/** @returns a whole number from 0 to 2^50 */
export function amountOf(limit: Pick<Limit, 'counts' | 'weighted'>, use: Use): number {
  return Math.min(MOST, rawAmount(limit, use));
}

function rawAmount({ counts, weighted }: Pick<Limit, 'counts' | 'weighted'>, use: Use): number {
  switch (counts) {
    case 'requests':
    case 'concurrent':
      return 1;
    case 'cost':
      return costOf(use.usage, use.price, use.batched) ?? 0;
    default: {
      const { input, output } = weighted ? weighedTokens(use.usage, use.price) : use.usage;
      if (counts === 'input_tokens') return input;
      return counts === 'output_tokens' ? output : input + output;
    }
  }
}

/** Whether what a request takes is known only once its body is read. */
export function isSpent({ counts }: Pick<Limit, 'counts'>): boolean {
  return counts !== 'requests' && counts !== 'concurrent';
}
