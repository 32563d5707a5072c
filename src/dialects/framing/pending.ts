/** The bytes of an event that is not complete yet. */
import { type Refusal, refuse } from '../../core/refusal.ts';

export class Pending {
  readonly #bound: number;
  /** The first `#length` of these. */
  #bytes = new Uint8Array(0);
  #length = 0;

  /** @param bound bytes */
  constructor(bound: number) {
    this.#bound = bound;
  }

  get length(): number {
    return this.#length;
  }

  /** @returns `answer_too_large` beyond the bound; the piece is then not kept */
  add(piece: Uint8Array): Refusal | undefined {
    if (piece.length === 0) return undefined;
    const length = this.#length + piece.length;
    if (length > this.#bound) return refuse('answer_too_large');
    if (length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(length, 2 * this.#bytes.length));
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    this.#bytes.set(piece, this.#length);
    this.#length = length;
    return undefined;
  }

  /** What is held so far; only until more is added. */
  get held(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** All that was held and the rest, as bytes of their own; nothing is held any more. */
  take(rest: Uint8Array): Uint8Array | Refusal {
    if (this.#length === 0) return rest.length > this.#bound ? refuse('answer_too_large') : rest;
    const refusal = this.add(rest);
    if (refusal !== undefined) return refusal;
    const whole = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    return whole;
  }
}
