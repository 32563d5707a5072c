/** The part of the encoder's vocabulary that ships: a piece that is left out is read as several shorter ones. */
import { MOST_PIECES, ROW_BYTES, type Vocabulary, WIDTH } from '../../src/encoder/weights.ts';
import type { Packed } from './packed.ts';

/** Of 250,000: the most likely, and every letter that stands alone, but for Chinese characters that are rare. */
const KEPT = 140_000;
const LETTER = /^[\p{L}\p{N}\p{P}\p{S}]$/u;
const HAN = /\p{Script=Han}/u;
/** Beginning, filling, end, unknown: the first pieces. */
const SPECIAL = 4;
const UNKNOWN = 3;

export function vocabularyOf(packed: Packed, graph: string): Vocabulary {
  const { pieces, scores } = packed;
  const numbers = pieces.map((_, number) => number);
  const likely = numbers.toSorted((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0)).slice(0, KEPT);
  const alone = numbers.filter((number) => {
    const piece = pieces[number] ?? '';
    return number < SPECIAL || (LETTER.test(piece) && !HAN.test(piece));
  });
  const kept = [...new Set([...likely, ...alone])].sort((a, b) => a - b);
  const numberOf = (before: number) => kept.indexOf(before);
  const rows = packed.tensor('emb.word');
  return {
    graph,
    begin: numberOf(packed.begin),
    end: numberOf(packed.end),
    unknown: numberOf(UNKNOWN),
    // What marks beginnings and ends must not be met in a text.
    pieces: kept.map((number) => (number < SPECIAL ? '' : (pieces[number] ?? ''))),
    scores: Float32Array.from(kept, (number) => scores[number] ?? 0),
    rows: Buffer.concat(kept.map((number) => rows.subarray(number * ROW_BYTES, (number + 1) * ROW_BYTES))),
    places: placesOf(packed),
  };
}

/** Every text is of the same type here, so what that means is added to what places mean. */
function placesOf(packed: Packed): Float32Array {
  const [places, type] = ['emb.pos', 'emb.type'].map((name) => floats(packed.tensor(name)));
  return Float32Array.from(
    { length: MOST_PIECES * WIDTH },
    (_, at) => (places?.[at] ?? 0) + (type?.[at % WIDTH] ?? 0),
  );
}

function floats(bytes: Uint8Array): Float32Array {
  // A copy: a Buffer's own slice would share the whole file.
  return new Float32Array(Uint8Array.from(bytes).buffer);
}
