/** Reads the shapes of all recognizers at once: one step a character from where a word begins, however many there are. */
import { ALPHANUMERIC, characters, DIGIT, isAt, LETTER } from '../characters.ts';
import { hasPhrase, phrases } from '../context/phrases.ts';
import type { ManyReader } from '../engine/engine.ts';
import type { Page } from '../engine/page.ts';
import { found, type Reading, unfinished } from '../engine/recognizer.ts';
import { compact, DIGIT_MARK, LETTER_MARK, type Shapes, spelledOut } from './shape.ts';

/** The shapes of one recognizer. */
export interface ShapesOf {
  readonly shapes: Shapes;
  /** The recognizer's number. */
  readonly order: number;
}

/** A shape that ends at a node. */
interface Ending {
  readonly order: number;
  readonly shapes: Shapes;
  readonly printed: boolean;
}

/**
 * What may follow what was read, a state being all that begins alike: the next state at `state * WIDTH + class`, 0 where
 * nothing may.
 */
interface Trie {
  readonly classes: Uint8Array;
  readonly next: Int32Array;
  readonly endings: readonly (readonly Ending[])[];
  /** Does a printed shape go on from here? Plain ones are waited for only where there is a phrase. */
  readonly printed: readonly boolean[];
  readonly goesOn: readonly boolean[];
}

const NO_CLASS = 0;
const LETTER_CLASS = 1;
const DIGIT_CLASS = 2;
/** Room for so many separators. */
const WIDTH = 16;
const ROOT = 1;

/** Between two digits these make one thing of what stands before and after. */
const TIE = characters('-./');
const WORD = characters('A-Za-z0-9_');

/** A number that is printed as one is most likely that; one with a phrase before it even more. */
const SCORES = { otherwise: 0.4, printed: 0.75, context: 0.9, both: 0.95 } as const;

/** Numbers of things, not of people. */
const OTHERWISE = phrases(
  'order number, order no, order, invoice, invoice number, invoice no, tracking, tracking number, serial, serial number, part number',
  'sku, isbn, issn, ticket, ticket number, case number, version, build, model, revision, commit, article, rechnungsnummer, bestellnummer',
  'auftragsnummer, facture, commande, factura, pedido, fattura, ordine, factuur, bestelling, zamówienie, faktura, заказ, 订单',
);

export function shapeReader(all: readonly ShapesOf[]): ManyReader {
  const planted = all.flatMap(({ shapes, order }) =>
    [true, false].flatMap((printed) =>
      ((printed ? shapes.printed : shapes.plain) ?? [])
        .flatMap(spelledOut)
        .map((shape) => ({ shape, ending: { order, shapes, printed } })),
    ),
  );
  const longest = planted.reduce((most, { shape }) => Math.max(most, shape.length), 0);
  const trie = grow(planted);
  return {
    triggers: [{ on: 'word', first: ALPHANUMERIC }],
    // The separator after it, and what it may tie to.
    reach: longest + 2,
    readAll: (page, at, see) => readShapes(page, at, trie, see),
  };
}

interface Planted {
  readonly shape: string;
  readonly ending: Ending;
}

function grow(planted: readonly Planted[]): Trie {
  const classes = new Uint8Array(128);
  for (let code = 0; code < 128; code += 1)
    classes[code] = LETTER[code] === 1 ? LETTER_CLASS : DIGIT[code] === 1 ? DIGIT_CLASS : NO_CLASS;
  const separators = new Set(planted.flatMap(({ shape }) => [...shape.replaceAll(/[A9]/g, '')]));
  if (separators.size + DIGIT_CLASS >= WIDTH || [...separators].some((char) => /[A-Za-z0-9]/.test(char)))
    throw new Error(`Shapes may not have these separators: ${[...separators].join(' ')}.`);
  [...separators].forEach((char, at) => {
    classes[char.charCodeAt(0)] = DIGIT_CLASS + 1 + at;
  });
  const next = new Int32Array((planted.reduce((sum, { shape }) => sum + shape.length, 0) + 2) * WIDTH);
  const endings: Ending[][] = [[], []];
  const printed = [false, false];
  const goesOn = [false, false];
  for (const { shape, ending } of planted) {
    let state = ROOT;
    for (const mark of shape) {
      printed[state] ||= ending.printed;
      goesOn[state] = true;
      const step = state * WIDTH + classOf(mark, classes);
      if (next[step] === 0) {
        next[step] = endings.push([]) - 1;
        printed.push(false);
        goesOn.push(false);
      }
      state = next[step] ?? 0;
    }
    endings[state]?.push(ending);
  }
  return { classes, next: next.slice(0, endings.length * WIDTH), endings, printed, goesOn };
}

function classOf(mark: string, classes: Uint8Array): number {
  if (mark === LETTER_MARK) return LETTER_CLASS;
  return mark === DIGIT_MARK ? DIGIT_CLASS : (classes[mark.charCodeAt(0)] ?? NO_CLASS);
}

function readShapes(
  page: Page,
  start: number,
  { classes, next, endings, printed, goesOn }: Trie,
  see: (order: number, reading: Reading) => void,
): void {
  const { text } = page;
  let state = ROOT;
  for (let at = start; ; at += 1) {
    const ending = endings[state] as readonly Ending[];
    if (ending.length > 0) judge(page, start, at, ending, see);
    if (at === text.length) {
      const waits = printed[state] || (goesOn[state] && page.contextAt(start).size > 0);
      if (waits) see(-1, unfinished(start));
      return;
    }
    const code = text.charCodeAt(at);
    const kind = code < 128 ? (classes[code] as number) : NO_CLASS;
    if (kind === NO_CLASS) return;
    state = next[state * WIDTH + kind] as number;
    if (state === 0) return;
  }
}

/** Says which of the shapes that end here are what they look like. */
function judge(
  page: Page,
  start: number,
  end: number,
  endings: readonly Ending[],
  see: (order: number, reading: Reading) => void,
): void {
  const { text } = page;
  if (isAt(text, end, WORD) || isTied(text, start, end)) return;
  const open =
    end === text.length || (end + 1 === text.length && (isAt(text, end, TIE) || text[end] === ' '));
  const written = text.slice(start, end);
  const id = compact(written);
  for (const { order, shapes, printed } of endings) {
    if (!printed && page.contextAt(start).size === 0) continue;
    if (shapes.check !== undefined && !shapes.check(id, written)) continue;
    const told = hasPhrase(page.contextAt(start), shapes.context);
    if (!printed && !told) continue;
    const score = printed ? scoreOfPrinted(page, start, told) : SCORES.context;
    see(order, found(start, end, score, open));
  }
}

function scoreOfPrinted(page: Page, start: number, told: boolean): number {
  if (told) return SCORES.both;
  return hasPhrase(page.contextAt(start), OTHERWISE) ? SCORES.otherwise : SCORES.printed;
}

/** Does it go on, on either side, behind a separator that ties numbers, or one that it has itself? */
function isTied(text: string, start: number, end: number): boolean {
  if (isAt(text, start - 2, DIGIT) && isAt(text, start - 1, TIE)) return true;
  if (text[start - 1] === '_') return true;
  if (!isAt(text, end + 1, DIGIT)) return false;
  return isAt(text, end, TIE) || (text[end] === ' ' && text.slice(start, end).includes(' '));
}
