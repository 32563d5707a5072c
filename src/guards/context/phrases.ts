/**
 * The words before a number say what it is. Phrases are looked for where words begin, in any case, however they are
 * joined (`tax id`, `Tax-ID`, `tax_id`, `taxId`), and in scripts without spaces anywhere.
 */
import { endsEscape, isAt, LETTER } from '../characters.ts';

/** Numbers of phrases. */
export type PhraseSet = ReadonlySet<number>;

export const NO_CONTEXT: PhraseSet = new Set();

/** How far before a number a phrase may begin. */
export const CONTEXT = 60;

interface Node {
  readonly children: Map<number, Node>;
  /** Of the phrase that ends here; -1 if none does. */
  phrase: number;
}

const ROOT: Node = { children: new Map(), phrase: -1 };
const KNOWN = new Map<string, number>();

const LOW = 128;
const SEPARATOR = 32;
/** From here on, as good as all scripts are written without capitals, and many without spaces. */
const SPACELESS = 0x530;

/** Makes phrases known, once, when the module that needs them is loaded. @param phrases in lower case */
export function phrases(...all: readonly string[]): PhraseSet {
  return new Set(all.flatMap((some) => some.split(',')).map((one) => numberOf(one.trim())));
}

function numberOf(phrase: string): number {
  const known = KNOWN.get(phrase);
  if (known !== undefined) return known;
  const number = KNOWN.size;
  KNOWN.set(phrase, number);
  let node = ROOT;
  for (let at = 0; at < phrase.length; at += 1) {
    const code = phrase.charCodeAt(at);
    const child = node.children.get(code) ?? { children: new Map(), phrase: -1 };
    node.children.set(code, child);
    node = child;
  }
  node.phrase = number;
  return number;
}

export function hasPhrase(there: PhraseSet, wanted: PhraseSet): boolean {
  if (there.size === 0) return false;
  for (const one of there) if (wanted.has(one)) return true;
  return false;
}

/** The phrases that begin at a place, and where each ends. */
export function phrasesAt(text: string, start: number, see: (phrase: number, end: number) => void): void {
  if (!mayBegin(text, start)) return;
  let node = ROOT;
  for (let at = start; at < text.length; at += 1) {
    const code = lower(text.charCodeAt(at));
    const next = node.children.get(code) ?? pastSeparator(node, text, at, code);
    if (next === undefined) return;
    node = next;
    if (node.phrase !== -1 && !goesOn(text, at + 1)) see(node.phrase, at + 1);
  }
}

/** At a letter after none, at a capital after a small one, and anywhere in scripts without capitals. */
function mayBegin(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code >= LOW) return code >= SPACELESS || !isLetter(text.charCodeAt(at - 1));
  if (LETTER[code] !== 1) return false;
  if (!isAt(text, at - 1, LETTER)) return !isLetter(text.charCodeAt(at - 1));
  return (code < 97 && text.charCodeAt(at - 1) >= 97) || endsEscape(text, at - 1);
}

function lower(code: number): number {
  if (code >= 65 && code <= 90) return code + 32;
  return code < LOW ? code : String.fromCharCode(code).toLowerCase().charCodeAt(0);
}

/** Where a phrase has a space, text may have any separator, or none before a capital. */
function pastSeparator(node: Node, text: string, at: number, code: number): Node | undefined {
  const after = node.children.get(SEPARATOR);
  if (after === undefined) return undefined;
  const written = text.charCodeAt(at);
  if (code === 45 || code === 95 || code === 46 || code === 10 || code === 160) return after;
  return written >= 65 && written <= 90 ? after.children.get(code) : undefined;
}

/** Does the word go on with a small letter? */
function goesOn(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code >= 97 && code <= 122) return true;
  const before = text.charCodeAt(at - 1);
  if (code >= 65 && code <= 90) return before >= 65 && before <= 90;
  return isLetter(code);
}

/** Is it a letter beyond ASCII, of a script with spaces between words? */
function isLetter(code: number): boolean {
  return code >= 0xc0 && code < SPACELESS;
}
