/**
 * Which of Envoy's body modes can be made safe, and how a body is answered in each.
 * Facts: `docs/envoy.md`; the real Envoy holds them in `test/envoy`.
 */
import type { Operation } from '../core/operation.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
import type { BodyMode, Direction, Opening, SessionAction } from './messages.ts';

export type Modes = NonNullable<Opening['modes']>;

/**
 * Asks for another mode for the rest of the answer, where Envoy would listen: it does not where a body is in full
 * duplex, nor where it sends bodies before its headers are answered (`ProcessingResponse.mode_override`).
 */
export function overrideAnswer(
  modes: Modes | undefined,
  to: 'none' | 'streamed',
): { readonly override?: { readonly response: BodyMode } } {
  const heard =
    modes !== undefined &&
    !modes.earlyBody &&
    modes.request !== 'full_duplex' &&
    modes.response !== 'full_duplex';
  return heard && modes.response !== to ? { override: { response: to } } : {};
}

/**
 * The modes in which what passes through a channel is seen going by, and how they are asked for.
 * @returns `mode_unsafe` where the proxy would hold it back until it is whole, which it never is
 */
export function overrideChannel(
  modes: Modes,
):
  | { readonly modes: Modes; readonly override?: { readonly request: BodyMode; readonly response: BodyMode } }
  | Refusal {
  if (modes.request === 'full_duplex' && modes.response === 'full_duplex') return { modes };
  if (modes.earlyBody || modes.request === 'full_duplex' || modes.response === 'full_duplex')
    return unsafe('a channel in these modes');
  const streamed = { request: 'streamed', response: 'streamed' } as const;
  return { modes: { ...modes, ...streamed }, override: streamed };
}

/**
 * Judges the modes of a stream when it opens.
 * - partial buffering shows a part and forwards the whole; gRPC mode has other framing
 * - a body that must be read must be shown; an answer that must be read, too
 * - a proxy that only observes would not wait for any answer
 */
export function judgeModes(opening: Opening, operation: Operation): Modes | Refusal {
  const modes = opening.modes;
  if (opening.observing) return unsafe('observability mode');
  if (modes === undefined) return unsafe('no protocol configuration');
  for (const mode of [modes.request, modes.response]) {
    if (mode === 'buffered_partial' || mode === 'grpc') return unsafe(`${mode} bodies`);
  }
  if (operation.body !== 'none' && modes.request === 'none') return unsafe('request bodies unseen');
  if (operation.body !== 'none' && modes.response === 'none') return unsafe('response bodies unseen');
  return modes;
}

function unsafe(what: string): Refusal {
  return refuse('mode_unsafe', { detail: `Unsafe: ${what}.` });
}

/** Passes a body message on as it came, in the way that its mode wants it. */
export function passBody(
  mode: BodyMode,
  direction: Direction,
  bytes: Uint8Array,
  endOfStream: boolean,
): SessionAction {
  return mode === 'full_duplex'
    ? sendBody(mode, direction, bytes, endOfStream)
    : { kind: 'body', direction, body: 'keep' };
}

const NOTHING = new Uint8Array(0);

/** Answers a body message with nothing yet: the streamed mode wants one reply each, full duplex wants none. */
export function holdBody(mode: BodyMode, direction: Direction): readonly SessionAction[] {
  return mode === 'full_duplex' ? [] : [{ kind: 'body', direction, body: NOTHING }];
}

/** Sends bytes in place of what came. */
export function sendBody(
  mode: BodyMode,
  direction: Direction,
  bytes: Uint8Array,
  endOfStream: boolean,
): SessionAction {
  return mode === 'full_duplex'
    ? { kind: 'chunk', direction, bytes, endOfStream }
    : { kind: 'body', direction, body: bytes };
}
