/** Clients of the Redis servers that tests start. */
import assert from 'node:assert/strict';
import { type Address, readAddress } from '../../../src/state/redis/address.ts';
import { Client } from '../../../src/state/redis/client.ts';
import { QUOTA_SCRIPTS } from '../../../src/state/redis/script.ts';
import { SYSTEM_RANDOM } from '../../../src/system.ts';
import { type Scope, until } from '../../redis-servers.ts';

export function addressOf(url: string): Address {
  const address = readAddress(url);
  assert.ok(!('misuse' in address), JSON.stringify(address));
  return address;
}

interface Wanted {
  readonly callMs?: number;
  readonly mostUnderWay?: number;
  readonly faults?: string[];
  readonly withinMs?: number;
}

/** A client that is connected. Its calls have time: where time is what is tested, `callMs` says so. */
export async function connected(scope: Scope, url: string, wanted: Wanted = {}): Promise<Client> {
  const { callMs = 10_000, mostUnderWay, faults = [], withinMs } = wanted;
  const client = new Client({
    address: addressOf(url),
    random: SYSTEM_RANDOM,
    scripts: QUOTA_SCRIPTS,
    onFault: (where, error) => faults.push(`${where}: ${error}`),
    callMs,
    mostUnderWay,
  });
  scope.after(() => client.close());
  await until(
    () =>
      client.ping().then(
        () => true,
        () => false,
      ),
    withinMs,
  );
  return client;
}
