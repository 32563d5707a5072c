/**
 * One look at a text for all recognizers at once. Each character costs a step of the automaton; readers are asked only
 * where a word begins as theirs do, or where a literal stands that they wait for.
 */
import { byPlace, type Finding } from '../../core/finding.ts';
import { ALPHANUMERIC, beginsWord, endsEscape, isAt, isInEscape } from '../characters.ts';
import { LOOK_BEHIND } from '../detector.ts';
import { type Begun, type Looker, type Seen, START } from '../looker.ts';
import { shapeReader } from '../shapes/trie.ts';
import { Automaton, type Literal } from './automaton.ts';
import { Page } from './page.ts';
import type { Reader, Reading, Recognizer, Trigger } from './recognizer.ts';

/** A reader, and the recognizer that it reads for: by number, or as the reader says. */
interface Placed {
  readonly reader: Reader;
  readonly order: number;
}

/** Reads for several recognizers at once. */
export interface ManyReader extends Omit<Reader, 'read'> {
  /** @param see is told of each reading, and the number of the recognizer that it is for */
  readAll(page: Page, at: number, see: See): void;
}

interface Candidate extends Reading {
  readonly order: number;
}

type Asked = Placed | ManyReader;
/** Is told of each reading, and the number of the recognizer that it is for. */
type See = (order: number, reading: Reading) => void;

const BACKSLASH = 92;
/** `\u003c` is the longest escape. */
const LONGEST_ESCAPE = 6;
const ASCII = 128;

export class Engine implements Looker {
  readonly recognizers: readonly Recognizer[];
  /** The longest finding possible, with what must follow it to be sure of its end. */
  readonly reach: number;
  readonly #automaton: Automaton;
  readonly #onLiteral: Asked[] = [];
  readonly #onWord: (readonly Asked[] | undefined)[];
  readonly #onAccent: readonly Asked[];
  readonly #tails: readonly Reader[];

  /** @param recognizers of two findings in one place that of the first counts */
  constructor(recognizers: readonly Recognizer[]) {
    this.recognizers = recognizers;
    const asked = readersOf(recognizers);
    const readers = asked.map(readerOf);
    this.reach = readers.reduce((most, { reach }) => Math.max(most, reach), 0);
    this.#tails = readers.flatMap((reader) => ('read' in reader && reader.tail ? [reader] : []));
    this.#automaton = new Automaton(asked.flatMap((one) => this.#literalsOf(one)));
    this.#onAccent = asked.filter((one) => readerOf(one).triggers.some(({ on }) => on === 'accent'));
    this.#onWord = Array.from({ length: ASCII }, (_, code) => {
      const here = asked.filter((one) => readerOf(one).triggers.some((trigger) => beginsWith(trigger, code)));
      return here.length > 0 ? here : undefined;
    });
  }

  #literalsOf(asked: Asked): Literal[] {
    const value = this.#onLiteral.push(asked) - 1;
    return readerOf(asked).triggers.flatMap((trigger) =>
      trigger.on === 'literal'
        ? trigger.literals.map((text) => ({
            text,
            value,
            begins: trigger.begins,
            ...(trigger.word && { word: trigger.word }),
          }))
        : [],
    );
  }

  /** Everything in a text that is all there. */
  find(raw: string, begun: Begun = START): readonly Finding[] {
    return this.#scan(new Page(raw), begun, false).found;
  }

  /** As much of a text that is still arriving as is certain. */
  see(raw: string, begun: Begun = START): Seen {
    return this.#scan(new Page(raw), begun, true);
  }

  #scan(page: Page, { from, across }: Begun, arriving: boolean): Seen {
    const candidates: Candidate[] = [];
    let open = page.text.length;
    const see = (order: number, reading: Reading) => {
      if (reading.start < from) return;
      if (reading.open && reading.start < open) open = reading.start;
      if (reading.end !== -1) candidates.push({ ...reading, order });
    };
    const state = this.#walk(page, from, see);
    if (!arriving)
      return { found: this.#choose(candidates, across, page.text.length), open: page.text.length };
    open = Math.min(open, this.#automaton.partial(page.text, state));
    for (const { tail } of this.#tails) open = Math.min(open, tail?.(page.text) ?? open);
    open = Math.max(open, from);
    return { found: this.#choose(candidates, across, open), open };
  }

  /** Asks every reader where it wants to be asked; the automaton's state at the end. */
  #walk(page: Page, from: number, see: See): number {
    const { text } = page;
    const { length } = text;
    const { classes, next } = this.#automaton;
    let at = Math.max(0, from - LOOK_BEHIND);
    let state = 0;
    let inWord = isAt(text, at - 1, ALPHANUMERIC);
    /** A word may begin behind an escape up to here. */
    let behind = at + LONGEST_ESCAPE;
    for (; at < length; at += 1) {
      const code = text.charCodeAt(at);
      const ascii = code < ASCII;
      state = next[ascii ? state + (classes[code] as number) : state] as number;
      if (state < 0) {
        state = ~state;
        this.#askAt(state, page, at + 1, from, see);
      }
      if (ascii && ALPHANUMERIC[code] === 1) {
        if (inWord && (at > behind || !endsEscape(text, at - 1))) continue;
        inWord = true;
        this.#askWord(page, at, from, see);
        continue;
      }
      inWord = false;
      if (code === BACKSLASH) behind = at + LONGEST_ESCAPE;
      else if (!ascii) this.#askAccent(page, at, from, see);
    }
    return state;
  }

  #askWord(page: Page, at: number, from: number, see: See): void {
    if (at < from) return;
    const here = this.#onWord[page.text.charCodeAt(at)];
    if (here !== undefined && !isInEscape(page.text, at)) ask(here, page, at, see);
  }

  #askAccent(page: Page, at: number, from: number, see: See): void {
    if (at >= from && isAccentedCapital(page.text.charCodeAt(at))) ask(this.#onAccent, page, at, see);
  }

  #askAt(state: number, page: Page, end: number, from: number, see: See): void {
    for (const literal of this.#automaton.endsAt(state)) {
      const start = end - literal.text.length;
      if (start < from && literal.begins) continue;
      if (literal.word !== undefined && !beginsWord(page.text, start, literal.word)) continue;
      const asked = this.#onLiteral[literal.value];
      if (asked !== undefined) askOne(asked, page, start, see);
    }
  }

  /** Of each type the earliest, of those the longest, and then what begins after it. */
  #choose(candidates: Candidate[], across: readonly Finding[], before: number): readonly Finding[] {
    if (candidates.length === 0) return NONE;
    candidates.sort((a, b) => byPlace(a, b) || a.order - b.order);
    const covered = new Map<number, number>();
    for (const { type, end } of across) covered.set(this.#orderOf(type), end);
    const found: Finding[] = [];
    for (const { order, start, end, score } of candidates) {
      const type = this.recognizers[order]?.type;
      if (type === undefined || start >= before || start < (covered.get(order) ?? 0)) continue;
      covered.set(order, end);
      found.push({ type, score, start, end });
    }
    return found;
  }

  #orderOf(wanted: string): number {
    return this.recognizers.findIndex(({ type }) => type === wanted);
  }
}

const NONE: readonly Finding[] = [];

function ask(all: readonly Asked[], page: Page, at: number, see: See): void {
  for (const one of all) askOne(one, page, at, see);
}

function askOne(one: Asked, page: Page, at: number, see: See): void {
  if ('readAll' in one) one.readAll(page, at, see);
  else {
    const reading = one.reader.read(page, at);
    if (reading.start !== -1) see(one.order, reading);
  }
}

function readersOf(recognizers: readonly Recognizer[]): Asked[] {
  const own = recognizers.flatMap(({ readers }, order) => readers.map((reader) => ({ reader, order })));
  const shaped = recognizers.flatMap(({ shapes }, order) =>
    shapes === undefined ? [] : [{ shapes, order }],
  );
  return shaped.length > 0 ? [...own, shapeReader(shaped)] : own;
}

function readerOf(asked: Asked): Reader | ManyReader {
  return 'reader' in asked ? asked.reader : asked;
}

function beginsWith(trigger: Trigger, code: number): boolean {
  return trigger.on === 'word' && trigger.first[code] === 1;
}

/** Is it a capital of the Latin-1 or Latin Extended-A block? */
function isAccentedCapital(code: number): boolean {
  if (code >= 0xc0 && code <= 0xde) return code !== 0xd7;
  if (code < 0x100 || code > 0x17f) return false;
  const odd = (code >= 0x139 && code <= 0x148) || (code >= 0x179 && code <= 0x17e);
  return (code % 2 === 1) === odd || code === 0x178;
}
