/** Whether a server throws keys away when its memory is full: a counter that is thrown away counts from nothing again. */
import type { Client } from './client.ts';

/** @returns what is wrong with the server's setting, if it says so and anything is */
export async function evictionOf(client: Pick<Client, 'call'>): Promise<string | undefined> {
  const info = await client.call('info', ['memory']).then(String, () => '');
  const setting = (name: string) => new RegExp(`^${name}:(\\S+)`, 'm').exec(info)?.[1];
  const policy = setting('maxmemory_policy');
  if (policy === undefined || policy === 'noeviction' || setting('maxmemory') === '0') return undefined;
  return `Redis throws counters away when its memory is full (maxmemory-policy ${policy}): set noeviction`;
}
