/** A process of its own: one of several replicas on one Redis. It waits until told to begin, and says what came of it. */
import { readAddress } from '../../src/state/redis/address.ts';
import { openSharedLimits } from '../../src/state/redis/limits.ts';
import { SYSTEM_CLOCK, SYSTEM_RANDOM } from '../../src/system.ts';
import { BUDGET, COUNT } from './limits.ts';
import { seeded, send } from './load.ts';

export interface Task {
  readonly url: string;
  readonly seed: number;
  readonly requests: number;
  readonly what: 'count' | 'budget';
}

const address = readAddress(process.argv[2] ?? '');
if ('misuse' in address) throw new Error(address.misuse);
const limits = openSharedLimits({
  address,
  clock: SYSTEM_CLOCK,
  random: SYSTEM_RANDOM,
  whenAway: () => ({ whenAway: 'deny', replicas: 1 }),
  onFault: (where, error) => process.send?.({ fault: `${where}: ${error}` }),
  // Four processes share two cores here: what is late is not what is measured.
  callMs: 30_000,
});

process.on('message', async ({ seed, requests, what }: Task) => {
  const before = limits.client.roundTrips;
  const outcome = await send({
    requests,
    limits: [what === 'count' ? COUNT : BUDGET],
    quotas: limits.quotas,
    random: seeded(seed),
  });
  process.send?.({ ...outcome, roundTrips: limits.client.roundTrips - before });
});
process.on('disconnect', () => void limits.close().then(() => process.exit(0)));
while (!limits.client.isReady) await new Promise((resolve) => setTimeout(resolve, 20));
process.send?.({ ready: true });
