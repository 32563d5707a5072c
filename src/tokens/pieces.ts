/**
 * Texts cut where a tokenizer would become slow. It merges pairs within a word, which takes the square of the word's
 * length: 20,000 times `a` take a fifth of a second. So runs of one kind (letters, white space, marks) are cut after
 * 256 characters, which ordinary text does not have, and the pieces counted one by one.
 */

const LONG_RUN = /[\p{L}\p{M}]{256}|\s{256}|[^\p{L}\p{M}\p{N}\s]{256}/gu;

/** @returns pieces that give the text; one, for a text without a long run. Linear in its length. */
export function piecesOf(text: string): readonly string[] {
  if (text.length < 256) return [text];
  const pieces: string[] = [];
  let start = 0;
  for (const match of text.matchAll(LONG_RUN)) {
    const end = match.index + match[0].length;
    pieces.push(text.slice(start, end));
    start = end;
  }
  if (start === 0) return [text];
  if (start < text.length) pieces.push(text.slice(start));
  return pieces;
}
