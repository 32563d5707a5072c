/**
 * reserve, for a batch: the requests of a file that were judged when it was stored. None of them passes the doors again,
 * so all that they are expected to use is charged when the batch is made, at the price of a batch, and stays charged.
 */
import type { Price } from '../core/money.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { after, type Soon } from '../core/soon.ts';
import type { BatchUse } from '../core/stored-object.ts';
import type { Counted, Limit, Snapshot } from '../policy/snapshot.ts';
import { amountOf, type Use } from './amounts.ts';
import type { Judging } from './prepare.ts';
import { reserveMany } from './reserve.ts';
import { isUnpriced } from './reserve-use.ts';

/** @returns why the batch cannot be made, if it cannot */
export function reserveBatch(
  uses: readonly BatchUse[],
  backend: string,
  x: Judging,
): Soon<Refusal | undefined> {
  const { principal, clientAddress } = x.voucher;
  const amounts = new Map<Counted, (limit: Limit) => number>();
  for (const { operation, model, requests, input, output } of uses) {
    const counted = { principal, clientAddress, operation, model, backend };
    const each: Use = {
      usage: {
        input: Math.ceil(input / requests),
        output: Math.ceil(output / requests),
        source: 'estimated',
      },
      price: priceAt(model, backend, x.policy),
      batched: true,
    };
    if (isUnpriced(each, counted, x)) return refuse('price_unknown', { why: 'price_unknown' });
    amounts.set(counted, (limit) => requests * amountOf(limit, each));
  }
  return after(reserveMany(x.voucher.requestId, amounts, x.policy, x.ports), (held) => {
    if (isRefusal(held)) return held;
    if ('full' in held) return held.refusal;
    x.tally.hold(held, undefined);
    return undefined;
  });
}

function priceAt(name: string, backend: string, { models }: Snapshot): Price | undefined {
  return models.get(name)?.backends.find((served) => served.backend === backend)?.price;
}
