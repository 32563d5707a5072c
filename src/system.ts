/** The clock and the random numbers of the machine. */
import { randomBytes, randomFillSync } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { Clock, Random } from './core/ports.ts';

export const SYSTEM_CLOCK: Clock = { now: () => Date.now(), elapsed: () => performance.now() };
export const SYSTEM_RANDOM: Random = { bytes: pooledBytes(), fraction: () => Math.random() };

/** One call to the system for many requests. Bytes are given out once, and wiped from the pool as they are. */
function pooledBytes(): Random['bytes'] {
  const pool = Buffer.alloc(4096);
  let at = pool.length;
  return (count) => {
    if (count > pool.length) return randomBytes(count);
    if (at + count > pool.length) {
      randomFillSync(pool);
      at = 0;
    }
    const bytes = Uint8Array.from(pool.subarray(at, at + count));
    pool.fill(0, at, at + count);
    at += count;
    return bytes;
  };
}

/** After everything that is waiting to run has run. */
export const nextTurn = (): Promise<void> => setImmediate();
