/**
 * All literals that readers wait for, sought at once (Aho and Corasick, 1975): one step a character, however many there
 * are. Case is folded; characters that occur in no literal share a class.
 */
import { beginsWord, type CharacterSet } from '../characters.ts';

export interface Literal {
  readonly text: string;
  /** What may not stand before it; anything may if it is missing. */
  readonly word?: CharacterSet;
  /** Is a beginning of it at the end of a text held back? */
  readonly begins: boolean;
  /** What is to be done where it stands: a number that means something to the caller. */
  readonly value: number;
}

/** What may not stand before a literal of which a state is a beginning; `undefined` where anything may. */
type Words = readonly (CharacterSet | undefined)[];

/** States are numbers, the first is 0. What whoever walks it needs is there as plain arrays: it is done for each character. */
export class Automaton {
  /** The class of each ASCII character; all else is of class 0. */
  readonly classes = new Uint8Array(128);
  /** The next state, at the state + the class; its complement (`~`) where a literal ends with it. */
  readonly next: Int32Array;
  readonly #width: number;
  readonly #ends: readonly (readonly Literal[])[];
  readonly #fallbacks: Int32Array;
  readonly #depths: readonly number[];
  readonly #begun: readonly Words[];

  constructor(literals: readonly Literal[]) {
    this.#width = this.#classify(literals);
    const trie = growTrie(literals, (code) => this.classes[code] ?? 0);
    const { next, fallbacks, order } = link(trie.children, this.#width);
    this.#fallbacks = fallbacks;
    this.#depths = trie.depths;
    this.#begun = trie.begun;
    const ends: (readonly Literal[])[] = trie.ends;
    for (const state of order) {
      const inherited = ends[fallbacks[state] ?? 0] ?? [];
      if (state !== 0 && inherited.length > 0) ends[state] = [...(ends[state] ?? []), ...inherited];
    }
    this.#ends = ends;
    this.next = next.map((state) => (ends[state]?.length ? ~(state * this.#width) : state * this.#width));
  }

  #classify(literals: readonly Literal[]): number {
    let classes = 1;
    for (const { text } of literals) {
      for (const char of text.toLowerCase()) {
        const code = char.charCodeAt(0);
        if (code >= 128) throw new Error(`A literal must be ASCII: ${text}`);
        if (this.classes[code] !== 0) continue;
        this.classes[code] = classes;
        this.classes[char.toUpperCase().charCodeAt(0)] = classes;
        classes += 1;
      }
    }
    return classes;
  }

  /** The literals that end where this state was reached. */
  endsAt(state: number): readonly Literal[] {
    return this.#ends[state / this.#width] ?? [];
  }

  /** Where the longest beginning of a literal stands that the text ends with; its length if it ends with none. */
  partial(text: string, state: number): number {
    for (let at = state / this.#width; at !== 0; at = this.#fallbacks[at] ?? 0) {
      const start = text.length - (this.#depths[at] ?? 0);
      const words = this.#begun[at] ?? [];
      if (words.some((word) => word === undefined || beginsWord(text, start, word))) return start;
    }
    return text.length;
  }
}

interface Trie {
  readonly children: Map<number, number>[];
  readonly depths: number[];
  readonly ends: Literal[][];
  readonly begun: (CharacterSet | undefined)[][];
}

function growTrie(literals: readonly Literal[], classOf: (code: number) => number): Trie {
  const trie: Trie = { children: [new Map()], depths: [0], ends: [[]], begun: [[]] };
  for (const literal of literals) {
    let state = 0;
    for (let at = 0; at < literal.text.length; at += 1) {
      state = childOf(trie, state, classOf(literal.text.charCodeAt(at)));
      const whole = at === literal.text.length - 1;
      const begun = trie.begun[state];
      if (!whole && literal.begins && !begun?.includes(literal.word)) begun?.push(literal.word);
    }
    trie.ends[state]?.push(literal);
  }
  return trie;
}

function childOf({ children, depths, ends, begun }: Trie, state: number, kind: number): number {
  const known = children[state]?.get(kind);
  if (known !== undefined) return known;
  const child = children.length;
  children[state]?.set(kind, child);
  children.push(new Map());
  depths.push((depths[state] ?? 0) + 1);
  ends.push([]);
  begun.push([]);
  return child;
}

/** Fills in every step, breadth first; a step that leads nowhere is that of the longest ending that is a state, too. */
function link(children: readonly ReadonlyMap<number, number>[], width: number) {
  const next = new Int32Array(children.length * width);
  const fallbacks = new Int32Array(children.length);
  const order = [0];
  for (const state of order) {
    const back = fallbacks[state] ?? 0;
    for (let kind = 0; kind < width; kind += 1) {
      const fallen = state === 0 ? 0 : (next[back * width + kind] ?? 0);
      const child = children[state]?.get(kind);
      next[state * width + kind] = child ?? fallen;
      if (child === undefined) continue;
      fallbacks[child] = fallen;
      order.push(child);
    }
  }
  return { next, fallbacks, order };
}
