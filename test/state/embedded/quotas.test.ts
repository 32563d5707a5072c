import { describe } from 'node:test';
import { RENEW_MS } from '../../../src/core/quota.ts';
import { openDatabase } from '../../../src/state/embedded/database.ts';
import { EmbeddedQuotas } from '../../../src/state/embedded/quotas.ts';
import { BEGIN, quotasContract } from '../../contract/quotas.ts';

function open(dir?: string, maxCounters?: number) {
  let time = BEGIN;
  const clock = { now: () => time, elapsed: () => time - BEGIN + 1000.25 };
  const quotas = new EmbeddedQuotas(openDatabase(dir, 5), clock, maxCounters);
  let renewed = BEGIN;
  const advance = (ms: number) => {
    const end = time + ms;
    for (; renewed + RENEW_MS <= end; quotas.renew()) {
      renewed += RENEW_MS;
      time = renewed;
    }
    time = end;
  };
  return { quotas, now: () => time, advance };
}

describe('limits in the memory of one process', () => {
  quotasContract(() => open());
});
