/**
 * Words and phrases of an organization's own, whatever their case: a tree of all of them, walked where a word begins.
 * Where letters have no spaces between words (Chinese, Japanese, Thai …) every place is one.
 */
import type { Finding } from '../../core/finding.ts';
import type { Detector } from '../detector.ts';

interface Node {
  readonly next: Map<string, Node>;
  /** A phrase ends here. */
  whole: boolean;
}

/** Longest phrase, in UTF-16 code units. */
export const LONGEST_PHRASE = 200;

/** @param phrases none empty, none longer than LONGEST_PHRASE; white space in them stands for any run of up to four */
export function wordDetector(type: string, phrases: readonly string[]): Detector {
  const root: Node = { next: new Map(), whole: false };
  for (const phrase of phrases) plant(root, phrase);
  const walk = walker(root);
  return {
    type,
    label: labelOf(type),
    reach: LONGEST_PHRASE * MOST_SPACES + 1,
    find(text, from = 0) {
      const found: Finding[] = [];
      for (let at = from; at < text.length; at += 1) {
        if (!begins(text, at)) continue;
        const { end } = walk(text, at);
        if (end < 0) continue;
        found.push({ type, score: 1, start: at, end });
        at = end - 1;
      }
      return found;
    },
    open(text) {
      for (let at = Math.max(0, text.length - LONGEST_PHRASE * MOST_SPACES); at < text.length; at += 1)
        if (begins(text, at) && walk(text, at).open) return at;
      return text.length;
    },
  };
}

/** `content.rivals` masks as `[RIVALS]`. */
export function labelOf(type: string): string {
  return (type.split('.').at(-1) ?? type).toUpperCase().replaceAll('-', '_');
}

const MOST_SPACES = 4;

function plant(root: Node, phrase: string): void {
  let node = root;
  for (const letter of fold(phrase.trim().replaceAll(/\s+/g, ' '))) {
    const next = node.next.get(letter) ?? { next: new Map(), whole: false };
    node.next.set(letter, next);
    node = next;
  }
  node.whole = true;
}

/** Letter by letter, so that every place stays what it was. */
function* fold(text: string): Generator<string> {
  for (let at = 0; at < text.length; at += 1) yield folded(text.charAt(at));
}

function folded(letter: string): string {
  const lower = letter.toLowerCase();
  return lower.length === 1 ? lower : letter;
}

interface Walked {
  /** Of the longest phrase that begins here; -1 if none does. */
  readonly end: number;
  /** More text could change that. */
  readonly open: boolean;
}

function walker(root: Node): (text: string, start: number) => Walked {
  return (text, start) => {
    let node: Node | undefined = root;
    let end = -1;
    let at = start;
    while (node !== undefined && at < text.length) {
      const space = runOfSpace(text, at);
      const letter = space > 0 ? ' ' : folded(text.charAt(at));
      node = space > MOST_SPACES ? undefined : node.next.get(letter);
      at += space > 0 ? space : 1;
      if (node?.whole === true && ends(text, at)) end = at;
    }
    return { end, open: node !== undefined && at >= text.length };
  };
}

function runOfSpace(text: string, start: number): number {
  let at = start;
  while (at < text.length && at - start <= MOST_SPACES && SPACE.has(text.charCodeAt(at))) at += 1;
  return at - start;
}

const SPACE = new Set(Array.from(' \t\n\r\u00a0', (c) => c.charCodeAt(0)));

/** Not within a word. */
function begins(text: string, at: number): boolean {
  return !(isSpelled(text, at) && isSpelled(text, at - 1));
}

function ends(text: string, at: number): boolean {
  return !(isSpelled(text, at - 1) && isSpelled(text, at));
}

const WORD = /[\p{L}\p{N}\p{M}_]/u;
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** A character of a word, in a script that sets words apart. */
function isSpelled(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (Number.isNaN(code)) return false;
  if (code < 0x80)
    return (
      (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || code === 95 || (code >= 97 && code <= 122)
    );
  const letter = text.charAt(at);
  return WORD.test(letter) && !UNSPACED.test(letter);
}
