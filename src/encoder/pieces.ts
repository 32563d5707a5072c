/**
 * Cuts a text into the pieces that the encoder knows: of all ways to cut it, the one whose pieces are together the most
 * likely (the unigram model of SentencePiece, Kudo 2018, by Viterbi's algorithm). Linear in the text.
 */

/** SentencePiece's sign for a space. */
const SPACE = '\u2581';
/** What a character costs that stands in no piece, below the least likely piece. */
const UNKNOWN_COST = 10;

export interface Pieces {
  /** Numbers of the pieces that a text is made of; `unknown` where a character stands in none. */
  cut(text: string): readonly number[];
}

/**
 * @param list every piece, each once
 * @param scores the logarithm of how likely each is
 * @param unknown what stands for characters that are in no piece
 */
export function piecesOf(list: readonly string[], scores: Float32Array, unknown: number): Pieces {
  const numbers = new Map(list.map((piece, number) => [piece, number]));
  const longest = list.reduce((most, piece) => Math.max(most, piece.length), 1);
  const unknownScore = scores.reduce((least, score) => Math.min(least, score), 0) - UNKNOWN_COST;
  return { cut: (text) => cut(shown(text), { numbers, scores, longest, unknown, unknownScore }) };
}

/** As the encoder was taught to read: compatibility forms composed, runs of space as one. */
function shown(text: string): string {
  return SPACE + text.normalize('NFKC').trim().replaceAll(/\s+/g, SPACE);
}

interface Known {
  readonly numbers: ReadonlyMap<string, number>;
  readonly scores: Float32Array;
  readonly longest: number;
  readonly unknown: number;
  readonly unknownScore: number;
}

function cut(text: string, { numbers, scores, longest, unknown, unknownScore }: Known): readonly number[] {
  const best = new Float64Array(text.length + 1).fill(Number.NEGATIVE_INFINITY);
  const piece = new Int32Array(text.length + 1);
  const from = new Int32Array(text.length + 1);
  best[0] = 0;
  const offer = (start: number, end: number, number: number, score: number) => {
    if (score <= (best[end] ?? 0)) return;
    best[end] = score;
    piece[end] = number;
    from[end] = start;
  };
  for (let start = 0; start < text.length; start += 1) {
    const before = best[start] ?? 0;
    // Inside a pair of code units nothing begins.
    if (before === Number.NEGATIVE_INFINITY) continue;
    const most = Math.min(text.length, start + longest);
    for (let end = start + 1; end <= most; end += 1) {
      const number = numbers.get(text.slice(start, end));
      if (number !== undefined) offer(start, end, number, before + (scores[number] ?? 0));
    }
    const width = (text.codePointAt(start) ?? 0) > 0xffff ? 2 : 1;
    offer(start, start + width, unknown, before + unknownScore);
  }
  const found: number[] = [];
  for (let end = text.length; end > 0; end = from[end] ?? 0) found.push(piece[end] ?? unknown);
  return found.reverse();
}
