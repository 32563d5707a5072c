/**
 * A looker that looks into words written in code (base64, hexadecimal, percent signs, escapes …), again into what comes
 * out, and says where in the text as it is written what it found stands.
 */
import { byPlace, type Finding, type Span } from '../../core/finding.ts';
import { isEscaping } from '../characters.ts';
import { LOOK_BEHIND } from '../detector.ts';
import { type Begun, type Looker, START } from '../looker.ts';
import { viewsOf } from './index.ts';
import { beginningOf, type CodedPiece, codedPiece, HEAD, LONGEST_PIECE } from './words.ts';

/** So near to the end the lookers were asked just now, from the same place, and remember. */
const NEAR = 512;
/** Shorter words hold nothing that anybody looks for. */
const LEAST = 8;

/**
 * Finds in coded words what the lookers find in clear ones.
 * @param same the same lookers, to ask what they hold back of a text of which they are asked themselves
 */
export function decoded(lookers: readonly Looker[], same: readonly Looker[] = lookers): Looker {
  return {
    reach: LONGEST_PIECE,
    behind: HEAD + LOOK_BEHIND,
    find: (text, begun = START) => look(lookers, text, begun).found,
    see(text, begun) {
      const { found, rest } = look(lookers, text, begun, true);
      if (rest < text.length) return { found, open: Math.max(begun.from, rest) };
      // What of the last word may yet belong to a finding; a word that is over is known.
      const last = beginningOf(text, text.length);
      const asked = text.length - begun.from <= NEAR ? begun : { from: last, across: [] };
      return { found, open: Math.max(begun.from, last, openOf(same, text, asked)) };
    },
  };
}

/** What stands in pieces, the last of them only if it is all there; and what begins there that may go on. */
function look(lookers: readonly Looker[], text: string, begun: Begun, arriving = false) {
  const found = new Kept(begun);
  let rest = text.length;
  for (let from = begun.from; ; ) {
    const piece = codedPiece(text, from);
    if (piece === undefined) break;
    if (arriving && !piece.whole) {
      rest = heldBefore(lookers, text, piece);
      break;
    }
    for (const one of findingsIn(lookers, text, piece)) found.add(one);
    from = piece.next;
  }
  return { found: found.all, rest };
}

/**
 * Where in the word before the coded part something may begin that the lookers would not have let go: the name in
 * `jane%40example.org`.
 */
function heldBefore(lookers: readonly Looker[], text: string, { start, coded, anew }: CodedPiece): number {
  if (!anew || start === coded) return coded;
  const context = Math.max(0, start - LOOK_BEHIND);
  const before = text.slice(context, coded);
  return context + Math.max(start - context, openOf(lookers, before, { from: start - context, across: [] }));
}

function openOf(lookers: readonly Looker[], text: string, begun: Begun): number {
  return lookers.reduce((least, looker) => Math.min(least, looker.see(text, begun).open), text.length);
}

/** By start, the longest first. */
function findingsIn(lookers: readonly Looker[], text: string, piece: CodedPiece): readonly Finding[] {
  const { start, end } = piece;
  if (end - start < LEAST) return [];
  const found = viewsOf(text.slice(start, end)).flatMap((view) =>
    lookers
      .flatMap((looker) => looker.find(view.text))
      .map((one) => ({ ...one, ...view.toRaw(one.start, one.end), view: view.name })),
  );
  if (found.length === 0) return found;
  const first = heldBefore(lookers, text, piece);
  return found
    .map((one) => {
      const place = { start: Math.max(first, start + one.start), end: start + one.end };
      return { ...one, ...onEscapes(text, place, first, end + 1) };
    })
    .filter((one) => one.start < one.end)
    .sort(byPlace);
}

/** Findings, those of one type not overlapping: of a later one what sticks out is kept. */
class Kept {
  readonly all: Finding[] = [];
  readonly #ends = new Map<string, number>();

  constructor({ across }: Begun) {
    for (const { type, end } of across) this.#ends.set(type, Math.max(end, this.#ends.get(type) ?? 0));
  }

  add(finding: Finding): void {
    const start = Math.max(finding.start, this.#ends.get(finding.type) ?? 0);
    if (start >= finding.end) return;
    this.#ends.set(finding.type, finding.end);
    this.all.push({ ...finding, start });
  }
}

/** In JSON an escape must stay whole: what begins or ends within one takes it in. */
function onEscapes(text: string, { start, end }: Span, least: number, most: number): Span {
  const before = escapeAround(text, start);
  const after = escapeAround(text, end);
  const first = before === undefined ? start : before.start >= least ? before.start : before.end;
  return { start: first, end: Math.min(after?.end ?? end, most) };
}

const LONG_ESCAPE = 6;

/** The escape that has its beginning before a place, and its end behind it. */
function escapeAround(text: string, at: number): Span | undefined {
  for (let start = at - 1; start > at - LONG_ESCAPE && start >= 0; start -= 1) {
    if (!isEscaping(text, start)) continue;
    const end = start + (text[start + 1] === 'u' ? LONG_ESCAPE : 2);
    return end > at ? { start, end } : undefined;
  }
  return undefined;
}
