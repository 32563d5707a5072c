/**
 * Where thrown errors go: each is counted, and one a second and place is logged, so that a fault that every request
 * meets does not bury the log. The next line of a place says how many were left out before it.
 */
import type { Clock, Faults } from '../core/ports.ts';
import type { Log } from './log.ts';

const QUIET_MS = 1000;
/** Names of places are a closed set; beyond this many something is wrong with that, and they share one. */
const MAX_PLACES = 100;
const OTHER = 'other';

interface Place {
  quietUntil: number;
  leftOut: number;
}

export function reportFaults(
  log: Pick<Log, 'error'>,
  meter: { faulted(where: string): void },
  clock: Pick<Clock, 'elapsed'>,
): Faults {
  const places = new Map<string, Place>();

  const placeOf = (where: string): [string, Place] => {
    const name = places.has(where) || places.size < MAX_PLACES ? where : OTHER;
    const place = places.get(name) ?? { quietUntil: Number.NEGATIVE_INFINITY, leftOut: 0 };
    places.set(name, place);
    return [name, place];
  };

  return {
    report(where, error) {
      const [name, place] = placeOf(where);
      meter.faulted(name);
      const now = clock.elapsed();
      if (now < place.quietUntil) {
        place.leftOut++;
        return;
      }
      log.error('fault', { where: name, error, ...(place.leftOut > 0 && { leftOut: place.leftOut }) });
      place.quietUntil = now + QUIET_MS;
      place.leftOut = 0;
    },
  };
}
