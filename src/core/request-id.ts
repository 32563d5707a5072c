import type { Random } from './ports.ts';

/** An id for a request: 128 random bits, in hexadecimal. Of our own making, since a client's could be anybody's. */
export function newRequestId(random: Pick<Random, 'bytes'>): string {
  return Buffer.from(random.bytes(16)).toString('hex');
}
