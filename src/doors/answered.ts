/**
 * Which backend answered, and how: the proxy may have asked others than the one chosen. What it tells is believed only
 * of requests that have fallbacks; of these it overwrites whatever a backend says.
 */

import { ANSWERED_HEADER, ATTEMPTS_HEADER, first, type Headers } from '../core/headers.ts';
import type { BackendOutcome, Ports } from '../core/ports.ts';
import type { Snapshot } from '../policy/snapshot.ts';
import type { JudgedRequest } from './outgoing.ts';

/** More attempts than any proxy makes. */
const MOST_ATTEMPTS = 100;

/** The request as it was answered: by its backend, or by one that took over, at the price there. */
export function answeredBy(judged: JudgedRequest, headers: Headers, policy: Snapshot): JudgedRequest {
  const { target } = judged.route;
  const fallback = target?.served.fallback;
  if (target === undefined || fallback === undefined) return judged;
  const attempts = attemptsIn(headers);
  const cluster = first(headers, ANSWERED_HEADER);
  const name = fallback.backends.find((other) => policy.backends.get(other)?.cluster === cluster);
  const backend = name === undefined ? undefined : policy.backends.get(name);
  const served = target.model.backends.find((other) => other.backend === name);
  if (backend === undefined || served === undefined) return { ...judged, attempts };
  const { expected, ...rest } = judged;
  return {
    ...rest,
    attempts,
    route: { backend, target: { model: target.model, served } },
    ...(expected && { expected: { ...expected, price: served.price } }),
  };
}

function attemptsIn(headers: Headers): number {
  const attempts = Number(first(headers, ATTEMPTS_HEADER));
  return Number.isInteger(attempts) && attempts >= 1 && attempts <= MOST_ATTEMPTS ? attempts : 1;
}

/** Remembers how backends took a request. @param chosen before it was sent @param judged as it was answered */
export function noteHealth(
  chosen: JudgedRequest,
  judged: JudgedRequest,
  headers: Headers,
  { health, clock, meter }: Pick<Ports, 'health' | 'clock' | 'meter'>,
): void {
  const now = clock.elapsed();
  const note = (backend: string, outcome: BackendOutcome) => {
    health.note(backend, outcome, now);
    meter.answered(backend, outcome.kind);
  };
  const { name } = judged.route.backend;
  if (name !== chosen.route.backend.name) note(chosen.route.backend.name, { kind: 'failed' });
  note(name, outcomeOf(headers));
}

function outcomeOf(headers: Headers): BackendOutcome {
  const status = Number(first(headers, ':status'));
  if (status === 429) return { kind: 'busy', retryAfterMs: retryAfterIn(headers) };
  return { kind: status >= 500 ? 'failed' : 'good' };
}

/** RFC 9110, 10.2.3, in seconds; a date is left alone, since clocks differ. */
function retryAfterIn(headers: Headers): number | undefined {
  const seconds = first(headers, 'retry-after') ?? '';
  return /^\d{1,6}$/.test(seconds) ? Number(seconds) * 1000 : undefined;
}
