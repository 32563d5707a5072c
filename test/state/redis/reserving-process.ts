/** One of several processes on one Redis: `node reserving-process.ts URL COUNT CLAIM`. Prints how many were admitted. */
import type { Claim } from '../../../src/core/quota.ts';
import { openSharedLimits } from '../../../src/state/redis/limits.ts';
import { SYSTEM_CLOCK, SYSTEM_RANDOM } from '../../../src/system.ts';
import { until } from '../../redis-servers.ts';
import { addressOf } from './setting.ts';

const [url = '', count = '0', claimText = ''] = process.argv.slice(2);
const claim: Claim = JSON.parse(claimText);
const { client, quotas, close } = openSharedLimits({
  address: addressOf(url),
  clock: SYSTEM_CLOCK,
  random: SYSTEM_RANDOM,
  whenAway: () => ({ whenAway: 'deny', replicas: 1 }),
  onFault: (where, error) => console.error(where, error),
  callMs: 30_000,
});
await until(() => client.isReady);
// All begin when all are ready.
process.stdout.write('ready\n');
await new Promise((resolve) => process.stdin.once('data', resolve));
const answers = await Promise.all(
  Array.from({ length: Number(count) }, (_, i) =>
    quotas.reserve(`${process.pid} ${i}`, 0, [claim], Date.now()),
  ),
);
process.stdout.write(`${answers.filter(({ admitted }) => admitted).length}\n`);
await close();
process.exit();
