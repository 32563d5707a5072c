/** Collects a body's pieces up to a bound. */
export class Body {
  #pieces: Uint8Array[] = [];
  readonly #bound: number;
  #length = 0;

  /** @param bound bytes */
  constructor(bound: number) {
    this.#bound = bound;
  }

  /** @returns false if the bound is passed; the piece is then not kept */
  add(piece: Uint8Array): boolean {
    this.#length += piece.length;
    if (this.#length > this.#bound) return false;
    if (piece.length > 0) this.#pieces.push(piece);
    return true;
  }

  get length(): number {
    return this.#length;
  }

  /** All bytes so far; the same array again until more is added. */
  whole(): Uint8Array {
    const [only] = this.#pieces;
    if (this.#pieces.length === 1 && only !== undefined) return only;
    const joined = Buffer.concat(this.#pieces);
    this.#pieces = [joined];
    return joined;
  }
}
