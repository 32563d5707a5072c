/** The phases of an exchange at the second door. */

/**
 * How long a phase may take, in milliseconds. Envoy has no limit of its own in full duplex. A request's body has one
 * for the whole of it, so that a trickle cannot hold a place; an answer has one between its pieces, because models
 * think and streams are long.
 */
export const PHASE_MS = {
  opening: 10_000,
  request: 60_000,
  waiting: 900_000,
  answer: 300_000,
  channel: 300_000,
  over: 10_000,
} as const;
export type Phase = keyof typeof PHASE_MS;
