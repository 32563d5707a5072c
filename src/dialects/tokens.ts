/**
 * An estimate of how many tokens a text is, for when a backend reports none.
 *
 * Tokenizers merge characters of one kind into runs, so a text is counted by its runs: what their first character
 * costs, and what each further one does. The weights were fitted to the mean of OpenAI's o200k and cl100k encodings
 * over 2,000 texts and checked on as many others. There, nine of ten English texts and programs lie within 20 % of
 * the true count and the median within 5 %. Other scripts lie between the two encodings, which differ by up to four
 * times: up to twice o200k's count for Arabic, Hindi, Russian or Thai, and down to half of cl100k's for Greek.
 */

interface Weight {
  readonly first: number;
  readonly next: number;
}

const LOWER: Weight = { first: 0.25, next: 0.135 };
const UPPER: Weight = { first: 0.49, next: 0.15 };
const DIGIT: Weight = { first: 1.6, next: 0.35 };
/** The first space of many goes with the word behind it. */
const SPACE: Weight = { first: 0.3, next: 0.02 };
const BREAK: Weight = { first: 0.07, next: 0.14 };
const MARK: Weight = { first: 0.9, next: 0.12 };
const LATIN: Weight = { first: 1.1, next: 0.3 };
const CYRILLIC_GREEK: Weight = { first: 1.5, next: 0.25 };
const SEMITIC: Weight = { first: 0.9, next: 0.47 };
const SOUTH_ASIAN: Weight = { first: 0.77, next: 0.7 };
const HAN_KANA: Weight = { first: 0.97, next: 0.97 };
const HANGUL: Weight = { first: 1, next: 0.7 };
/** Symbols, and both halves of an emoji. */
const OTHER: Weight = { first: 0.75, next: 1.36 };

/** Ends of ranges of code units, ascending, with what they hold. */
const RANGES: readonly (readonly [end: number, weight: Weight])[] = [
  [0x20, BREAK],
  [0x21, SPACE],
  [0x30, MARK],
  [0x3a, DIGIT],
  [0x41, MARK],
  [0x5b, UPPER],
  [0x61, MARK],
  [0x7b, LOWER],
  [0x80, MARK],
  [0xc0, OTHER],
  [0x250, LATIN],
  [0x370, OTHER],
  [0x530, CYRILLIC_GREEK],
  [0x590, OTHER],
  [0x780, SEMITIC],
  [0x900, OTHER],
  [0x10a0, SOUTH_ASIAN],
  [0x1100, OTHER],
  [0x1200, HANGUL],
  [0x1e00, OTHER],
  [0x1f00, LATIN],
  [0x2000, CYRILLIC_GREEK],
  [0x3000, OTHER],
  [0xa000, HAN_KANA],
  [0xac00, OTHER],
  [0xd7b0, HANGUL],
  [0xff00, OTHER],
  [0xfff0, HAN_KANA],
  [0x10000, OTHER],
];

/** What each code unit holds, as an index into the kinds. */
const KINDS = [...new Set(RANGES.map(([, weight]) => weight))];
const KIND_OF = kindTable();
const FIRST = Float64Array.from(KINDS, (kind) => kind.first);
const NEXT = Float64Array.from(KINDS, (kind) => kind.next);

function kindTable(): Uint8Array {
  const table = new Uint8Array(0x10000);
  let start = 0;
  for (const [end, weight] of RANGES) {
    table.fill(KINDS.indexOf(weight), start, end);
    start = end;
  }
  return table;
}

/** @returns a whole number, at least 1 for any text but the empty one; linear in the length of the text */
export function estimateTokens(text: string): number {
  const count = new RunningCount();
  count.push(text);
  return count.tokens;
}

/** The estimate of a text that comes in pieces: the same as of the whole, wherever it is cut. */
export class RunningCount {
  #sum = 0;
  #before = -1;

  push(text: string): void {
    let sum = this.#sum;
    let before = this.#before;
    for (let i = 0; i < text.length; i += 1) {
      const kind = KIND_OF[text.charCodeAt(i)] ?? 0;
      sum += (kind === before ? NEXT[kind] : FIRST[kind]) ?? 0;
      before = kind;
    }
    this.#sum = sum;
    this.#before = before;
  }

  get tokens(): number {
    return this.#before < 0 ? 0 : Math.max(1, Math.round(this.#sum));
  }
}

/** Texts beyond so many are counted as one. */
const MOST_CHANNELS = 512;

/** The same for an answer of several texts, each of which comes in pieces. */
export class OutputCount {
  readonly #channels = new Map<string, RunningCount>();

  push(channel: string, text: string): void {
    const name = this.#channels.has(channel) || this.#channels.size < MOST_CHANNELS ? channel : '';
    const count = this.#channels.get(name) ?? new RunningCount();
    this.#channels.set(name, count);
    count.push(text);
  }

  get tokens(): number {
    let sum = 0;
    for (const count of this.#channels.values()) sum += count.tokens;
    return sum;
  }
}
