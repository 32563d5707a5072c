/** Envoy's body modes, and how an answer to headers may change them for the rest of a stream. */
import type { BodyMode, SessionAction } from '../doors/messages.ts';
import type { Modes } from '../doors/modes.ts';

/** `ProcessingMode.BodySendMode`, by number. */
const BODY_MODES: readonly BodyMode[] = [
  'none',
  'streamed',
  'buffered',
  'buffered_partial',
  'full_duplex',
  'grpc',
];

export type Override = NonNullable<Extract<SessionAction, { kind: 'headers' }>['override']>;

/** @throws if there is no such mode */
export function modeOf(number: number): BodyMode {
  const mode = BODY_MODES[number];
  if (mode === undefined) throw new RangeError(`unknown body mode ${number}`);
  return mode;
}

export function numberOf(mode: BodyMode): number {
  return BODY_MODES.indexOf(mode);
}

/**
 * The modes of a stream once an override is in force.
 * @throws where Envoy would ignore the override and go on in the old modes: it has not told its modes, it sends bodies
 * early, or a body is in full duplex (now or by the override)
 */
export function overridden(modes: Modes | undefined, override: Override): Modes {
  if (modes === undefined || modes.earlyBody) throw new TypeError('this proxy takes no mode override');
  const next = {
    ...modes,
    request: override.request ?? modes.request,
    response: override.response ?? modes.response,
  };
  for (const mode of [modes.request, modes.response, next.request, next.response]) {
    if (mode === 'full_duplex' || mode === 'grpc') throw new TypeError(`no mode override to or from ${mode}`);
  }
  return next;
}
