/** Reads the shapes of all recognizers at once: one step a character from where a word begins, however many there are. */
import { ALPHANUMERIC, characters, DIGIT, isAt, LETTER } from '../characters.ts';
import { hasPhrase } from '../context/phrases.ts';
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

/** What may follow what was read. */
interface Node {
  readonly letter?: Node;
  readonly digit?: Node;
  readonly others: ReadonlyMap<number, Node>;
  readonly endings: readonly Ending[];
}

interface Growing extends Node {
  letter?: Growing;
  digit?: Growing;
  readonly others: Map<number, Growing>;
  readonly endings: Ending[];
}

/** Between two digits these make one thing of what stands before and after. */
const TIE = characters('-./');
const WORD = characters('A-Za-z0-9_');

/** A number that is printed as one is most likely that; one with a phrase before it even more. */
const SCORES = { printed: 0.75, context: 0.9, both: 0.95 } as const;

export function shapeReader(all: readonly ShapesOf[]): ManyReader {
  const root = grow();
  let longest = 0;
  for (const { shapes, order } of all) {
    for (const printed of [true, false]) {
      for (const shape of (printed ? shapes.printed : shapes.plain) ?? []) {
        longest = Math.max(longest, shape.length);
        for (const one of spelledOut(shape)) plant(root, one).endings.push({ order, shapes, printed });
      }
    }
  }
  return {
    triggers: [{ on: 'word', first: ALPHANUMERIC }],
    // The separator after it, and what it may tie to.
    reach: longest + 2,
    readAll: (page, at, see) => readShapes(page, at, root, see),
  };
}

function grow(): Growing {
  return { others: new Map(), endings: [] };
}

function plant(root: Growing, shape: string): Growing {
  let node = root;
  for (const mark of shape) {
    if (mark === LETTER_MARK) node = node.letter ??= grow();
    else if (mark === DIGIT_MARK) node = node.digit ??= grow();
    else {
      const code = mark.charCodeAt(0);
      const child = node.others.get(code) ?? grow();
      node.others.set(code, child);
      node = child;
    }
  }
  return node;
}

function readShapes(
  page: Page,
  start: number,
  root: Node,
  see: (order: number, reading: Reading) => void,
): void {
  const { text } = page;
  let node: Node | undefined = root;
  for (let at = start; ; at += 1) {
    if (node.endings.length > 0) judge(page, start, at, node.endings, see);
    if (at === text.length) {
      if (node.letter || node.digit || node.others.size > 0) see(-1, unfinished(start));
      return;
    }
    const code = text.charCodeAt(at);
    node = next(node, code);
    if (node === undefined) return;
  }
}

function next(node: Node, code: number): Node | undefined {
  if (code >= 128) return undefined;
  if (LETTER[code] === 1) return node.letter;
  if (DIGIT[code] === 1) return node.digit;
  return node.others.get(code);
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
    if (shapes.check !== undefined && !shapes.check(id)) continue;
    const told = hasPhrase(page.contextAt(start), shapes.context);
    if (!printed && !told) continue;
    const score = printed ? (told ? SCORES.both : SCORES.printed) : SCORES.context;
    see(order, found(start, end, score, open));
  }
}

/** Does it go on, on either side, behind a separator that ties numbers, or one that it has itself? */
function isTied(text: string, start: number, end: number): boolean {
  if (isAt(text, start - 2, DIGIT) && isAt(text, start - 1, TIE)) return true;
  if (text[start - 1] === '_') return true;
  if (!isAt(text, end + 1, DIGIT)) return false;
  return isAt(text, end, TIE) || (text[end] === ' ' && text.slice(start, end).includes(' '));
}
