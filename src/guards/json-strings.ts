/** Tells, along a JSON text that may still be arriving, whether a place lies inside a string. */
export class JsonStrings {
  #at = 0;
  #inside = false;
  #escaped = false;

  /** Reads on up to `end`; never back. */
  isInside(end: number, slice: (start: number, end: number) => string): boolean {
    if (end <= this.#at) return this.#inside;
    for (const char of slice(this.#at, end)) {
      if (this.#escaped) this.#escaped = false;
      else if (char === '\\') this.#escaped = this.#inside;
      else if (char === '"') this.#inside = !this.#inside;
    }
    this.#at = end;
    return this.#inside;
  }
}
