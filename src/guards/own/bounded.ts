/**
 * Patterns that know how long what they match can be: a part of RE2's language, in which every repetition has a most.
 * From the same tree comes the pattern of all beginnings of what matches, by which a stream is held back exactly where
 * its end could be one.
 */

/** What a pattern comes to. Lengths are UTF-16 code units. */
export interface Bounded {
  readonly source: string;
  /** Matches every beginning of what `source` matches. */
  readonly beginnings: string;
  readonly least: number;
  readonly most: number;
  readonly ignoreCase: boolean;
}

/** @property problem why it is none, for whoever wrote the policy */
export type Parsed = Bounded | { readonly problem: string };

/** Longest match. */
export const LONGEST_MATCH = 1000;

type Node =
  | { readonly kind: 'unit'; readonly source: string; readonly length: number }
  | { readonly kind: 'edge'; readonly source: string }
  | { readonly kind: 'sequence'; readonly parts: readonly Node[] }
  | { readonly kind: 'choice'; readonly of: readonly Node[] }
  | { readonly kind: 'repeat'; readonly node: Node; readonly least: number; readonly most: number };

class Problem extends Error {}

export function parseBounded(pattern: string): Parsed {
  const ignoreCase = pattern.startsWith('(?i)');
  try {
    const reader = new Reader(ignoreCase ? pattern.slice(4) : pattern);
    const tree = reader.pattern();
    const [least, most] = lengthOf(tree);
    if (least === 0) return { problem: 'it matches the empty text' };
    if (most > LONGEST_MATCH) return { problem: `it may match more than ${LONGEST_MATCH} characters` };
    return { source: written(tree), beginnings: beginningsOf(tree), least, most, ignoreCase };
  } catch (error) {
    if (error instanceof Problem) return { problem: error.message };
    throw error;
  }
}

/** Nested groups. */
const DEEPEST = 20;

class Reader {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  pattern(): Node {
    const tree = this.#choice();
    if (this.#at < this.#text.length) throw new Problem('a bracket is closed that was not opened');
    return tree;
  }

  #choice(): Node {
    const of = [this.#sequence()];
    while (this.#take('|')) of.push(this.#sequence());
    const [only] = of;
    return of.length === 1 && only !== undefined ? only : { kind: 'choice', of };
  }

  #sequence(): Node {
    const parts: Node[] = [];
    while (this.#at < this.#text.length && !/[|)]/.test(this.#text.charAt(this.#at)))
      parts.push(this.#repeated());
    return { kind: 'sequence', parts };
  }

  #repeated(): Node {
    const node = this.#atom();
    const rest = this.#text.slice(this.#at);
    const found = /^(?:\?|\{(\d{1,3})(?:,(\d{1,3}))?\})/.exec(rest);
    if (found === null) {
      if (/^(?:[*+]|\{\d*,?\})/.test(rest))
        throw new Problem('a repetition has no end: expected one such as {1,20} in place of * and +');
      return node;
    }
    this.#at += found[0].length;
    if (/^[?*+{]/.test(this.#text.slice(this.#at))) throw new Problem('a repetition is repeated');
    const [least, most] = found[0] === '?' ? [0, 1] : [Number(found[1]), Number(found[2] ?? found[1])];
    if (most < least) throw new Problem('a repetition ends before it begins');
    return { kind: 'repeat', node, least, most };
  }

  #atom(): Node {
    const c = this.#text.charAt(this.#at);
    if (c === '(') return this.#group();
    if (c === '[') return this.#class();
    if (c === '\\') return this.#escape();
    if (c === '^' || c === '$')
      throw new Problem('a text has no beginning and no end that a pattern could name');
    if (/[*+?{]/.test(c)) throw new Problem('nothing stands before a repetition');
    const letter = String.fromCodePoint(this.#text.codePointAt(this.#at) ?? 0);
    this.#at += letter.length;
    return { kind: 'unit', source: letter, length: letter === '.' ? 2 : letter.length };
  }

  #group(): Node {
    this.#at += 1;
    if (this.#text.startsWith('?', this.#at) && !this.#take('?:'))
      throw new Problem('a group of a kind that is not known: expected (…) or (?:…)');
    this.#depth += 1;
    if (this.#depth > DEEPEST) throw new Problem('groups are nested too deeply');
    const inside = this.#choice();
    if (!this.#take(')')) throw new Problem('a bracket is not closed');
    this.#depth -= 1;
    return inside;
  }

  #class(): Node {
    const found = /^\[\^?\]?(?:\\.|\[:[a-z^]{1,12}:\]|[^\]\\])*\]/su.exec(this.#text.slice(this.#at));
    if (found === null) throw new Problem('a bracket is not closed');
    this.#at += found[0].length;
    return { kind: 'unit', source: found[0], length: 2 };
  }

  #escape(): Node {
    const found =
      /^\\(?:[bB]|[dDsSwW]|[pP](?:\{\^?\w{1,40}\}|[A-Z])|x(?:[0-9A-Fa-f]{2}|\{[0-9A-Fa-f]{1,6}\})|[nrtfv]|[^\w\s])/u.exec(
        this.#text.slice(this.#at),
      );
    if (found === null) throw new Problem('an escape is not known');
    const [source] = found;
    this.#at += source.length;
    return /^\\[bB]/.test(source) ? { kind: 'edge', source } : { kind: 'unit', source, length: 2 };
  }

  #take(what: string): boolean {
    if (!this.#text.startsWith(what, this.#at)) return false;
    this.#at += what.length;
    return true;
  }
}

function lengthOf(node: Node): readonly [least: number, most: number] {
  switch (node.kind) {
    case 'unit':
      return [1, node.length];
    case 'edge':
      return [0, 0];
    case 'sequence':
      return node.parts
        .map(lengthOf)
        .reduce(([a, b], [c, d]) => [a + c, b + d], [0, 0] as readonly [number, number]);
    case 'choice': {
      const all = node.of.map(lengthOf);
      return [Math.min(...all.map(([least]) => least)), Math.max(...all.map(([, most]) => most))];
    }
    case 'repeat': {
      const [least, most] = lengthOf(node.node);
      return [least * node.least, most * node.most];
    }
  }
}

function written(node: Node): string {
  switch (node.kind) {
    case 'unit':
    case 'edge':
      return node.source;
    case 'sequence':
      return node.parts.map(written).join('');
    case 'choice':
      return `(?:${node.of.map(written).join('|')})`;
    case 'repeat':
      return `(?:${written(node.node)}){${node.least},${node.most}}`;
  }
}

/** Of what a node matches, each of its beginnings, nothing and the whole among them. */
function beginningsOf(node: Node): string {
  switch (node.kind) {
    case 'unit':
      return `(?:${node.source})?`;
    case 'edge':
      return `(?:${node.source})?`;
    case 'sequence':
      // From the last to the first: nothing more, or the first whole and a beginning of the rest.
      return node.parts.reduceRight<string>(
        (rest, part) => `(?:${written(part)}${rest}|${beginningsOf(part)})`,
        '',
      );
    case 'choice':
      return `(?:${node.of.map(beginningsOf).join('|')})`;
    case 'repeat':
      return node.most === 0 ? '' : `(?:${written(node.node)}){0,${node.most - 1}}${beginningsOf(node.node)}`;
  }
}
