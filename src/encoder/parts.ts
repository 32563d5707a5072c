/** Parts of a text that are encoded one by one: an attack of a sentence is lost in the mean of a long text. */

/** Words of a part, and how many words on the next begins. */
const WORDS = 40;
const STEP = 30;
/** Scripts that put no spaces between words: up to three of their characters count as one. */
const WORD = /[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]{1,3}|[^\s\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]+/gu;
/** UTF-16 code units of a part, whatever its words. */
const LONGEST = 600;

/** @param most of a longer text as many of its beginning as of its end @returns none for a text without a word */
export function partsOf(text: string, most: number): readonly string[] {
  const words = [...text.matchAll(WORD)].map(({ 0: word, index }) => ({
    start: index,
    end: index + word.length,
  }));
  const parts: string[] = [];
  for (let from = 0; from < words.length; from += STEP) {
    const to = Math.min(words.length, from + WORDS);
    const start = words[from]?.start ?? 0;
    parts.push(text.slice(start, Math.min(words[to - 1]?.end ?? 0, start + LONGEST)));
    if (to === words.length) break;
  }
  return bothEnds(parts, most);
}

/** All of them, or of more as many from the beginning as from the end. */
export function bothEnds<T>(parts: readonly T[], most: number): readonly T[] {
  if (parts.length <= most) return parts;
  return [...parts.slice(0, Math.ceil(most / 2)), ...parts.slice(parts.length - Math.floor(most / 2))];
}
