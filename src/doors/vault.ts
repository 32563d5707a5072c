/** The vault of one request: what it masks, by names that stay the same as long as its conversation goes on. */
import { conversationKey } from '../backends/sticky.ts';
import type { Random } from '../core/ports.ts';
import type { Segment } from '../dialects/dialect.ts';
import { Vault } from '../guards/placeholders.ts';
import type { Judging } from './prepare.ts';

/**
 * @param sent all that the client sent
 * @param segments of the conversation, the same beginning each time; absent for what is no conversation
 */
export function vaultFor(sent: string, x: Judging, segments: readonly Segment[] = []): Vault {
  const { sealer, random } = x.ports;
  const tenant = x.voucher.principal.tenant ?? x.voucher.principal.id;
  const user = segments.find(({ role }) => role === 'user');
  const names = user === undefined ? random : namesOf(tenant, segments, x);
  return new Vault(names, sent, (text) => sealer.mac(`hash\n${tenant}\n${text}`).toString('hex'));
}

/**
 * A prompt that repeats the conversation so far must mask it as before: providers keep the beginnings of prompts in
 * caches, and models what they called things. Nobody without our key can tell the names beforehand.
 */
function namesOf(tenant: string, segments: readonly Segment[], { ports }: Judging): Random {
  let key: string | undefined;
  let tries = 0;
  return {
    fraction: ports.random.fraction,
    bytes(count) {
      key ??= conversationKey([tenant, ...beginning(segments)]);
      tries += 1;
      return ports.sealer.mac(`pseudonyms\n${tries}\n${key}`).subarray(0, count);
    },
  };
}

function beginning(segments: readonly Segment[]): string[] {
  return (['system', 'user'] as const).map((role) => segments.find((one) => one.role === role)?.text ?? '');
}
