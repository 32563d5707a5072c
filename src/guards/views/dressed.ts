/**
 * A looker that looks again at a text as it is shown: without what nobody sees, digits and letters of other styles as
 * the plain ones. So a card number with signs of no width between its digits is found, and masked with them.
 */
import type { Finding } from '../../core/finding.ts';
import { LOOK_BEHIND } from '../detector.ts';
import { type Begun, type Looker, START } from '../looker.ts';
import { FOLDED, foldPoint, NOTHING } from './letters.ts';
import { type Traced, Tracer } from './view.ts';

/** Of a run of signs that nobody sees so many are left out: bounds how long a finding can be. */
const MOST_UNSEEN = 8;
const DRESSED = /[^\0-\x7f]/;
const FIRST_TAG = 0xe0000;

/** What a code unit is shown as: another, `NOTHING`, or itself. */
const SHOWN: Uint16Array = Uint16Array.from({ length: 0x10000 }, (_, code) => {
  if (code < 128) return code;
  if (FOLDED[code] === NOTHING) return NOTHING;
  return asciiOf(String.fromCharCode(code)) ?? code;
});

function asciiOf(char: string): number | undefined {
  const plain = char.normalize('NFKC');
  return plain.length === 1 && plain.charCodeAt(0) < 128 ? plain.charCodeAt(0) : undefined;
}

/** Gives what the looker finds, also where the text is shown otherwise than it is written. */
export function dressed(looker: Looker): Looker {
  return {
    reach: looker.reach * (1 + MOST_UNSEEN),
    behind: LOOK_BEHIND * (1 + MOST_UNSEEN),
    find(text, begun = START) {
      const shown = asShown(text);
      // What is shown as it is written is found without us.
      if (shown === undefined) return begun === START ? [] : looker.find(text, begun);
      return looker.find(shown.text, within(shown, begun)).map((one) => outside(shown, one));
    },
    see(text, begun) {
      const shown = asShown(text);
      if (shown === undefined) return looker.see(text, begun);
      const { found, open } = looker.see(shown.text, within(shown, begun));
      return {
        found: found.map((one) => outside(shown, one)),
        open: Math.max(begun.from, shown.starts[open] ?? openEnd(text)),
      };
    },
  };
}

/** Half of a character says nothing of the whole. */
function openEnd(text: string): number {
  return isHighSurrogate(text.charCodeAt(text.length - 1)) ? text.length - 1 : text.length;
}

/** The text as it is shown; undefined if that is as it is written. */
function asShown(text: string): Traced | undefined {
  if (!DRESSED.test(text)) return undefined;
  const tracer = new Tracer();
  let changed = false;
  let unseen = 0;
  for (let at = 0; at < text.length; ) {
    const { shown, size } = shownAt(text, at);
    unseen = shown === NOTHING ? unseen + 1 : 0;
    if (shown === undefined || unseen > MOST_UNSEEN) tracer.copy(text, at, at + size);
    else if (shown !== NOTHING) tracer.put(String.fromCharCode(shown), at, at + size);
    changed ||= shown !== undefined;
    at += size;
  }
  return changed ? tracer.done() : undefined;
}

/** What a character is shown as; undefined for itself. */
function shownAt(text: string, at: number): { readonly shown: number | undefined; readonly size: number } {
  const code = text.charCodeAt(at);
  const point = isHighSurrogate(code) ? (text.codePointAt(at) ?? code) : code;
  if (point > 0xffff) return { shown: shownPoint(point), size: 2 };
  const shown = SHOWN[code];
  return { shown: shown === code ? undefined : shown, size: 1 };
}

/** Of a character of two code units; undefined for itself. */
function shownPoint(point: number): number | undefined {
  if (point >= FIRST_TAG && point <= FIRST_TAG + 0xfff) {
    const folded = foldPoint(point);
    return folded === NOTHING ? NOTHING : point - FIRST_TAG;
  }
  return asciiOf(String.fromCodePoint(point));
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}

function within(shown: Traced, { from, across }: Begun): Begun {
  return {
    from: placeIn(shown.starts, from),
    across: across.map((one) => ({
      ...one,
      start: placeIn(shown.starts, one.start),
      end: placeIn(shown.starts, one.end),
    })),
  };
}

/** The first unit that came from there or from behind it. */
function placeIn(starts: Int32Array, at: number): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] as number) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

function outside({ starts, ends }: Traced, { type, score, start, end }: Finding): Finding {
  return { type, score, start: starts[start] ?? 0, end: ends[end - 1] ?? 0, view: 'normal' };
}
