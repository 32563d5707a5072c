/** A text read another way, each of its characters with the place in the raw text that it came from. */
import type { Span } from '../../core/finding.ts';

export interface View {
  /** What was undone, outermost first: `base64`, `percent>rot13`. */
  readonly name: string;
  readonly text: string;
  /** The part of the raw text that a part of this one came from, in UTF-16 code units of each. */
  toRaw(start: number, end: number): Span;
}

/** A text with where each of its code units begins and ends in another. */
export interface Traced {
  readonly text: string;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

/** Writes a text together with its places. */
export class Tracer {
  #text = '';
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];

  get length(): number {
    return this.#text.length;
  }

  /** Adds what the part of the source from `start` to `end` stands for. */
  put(text: string, start: number, end: number): void {
    this.#text += text;
    for (let at = 0; at < text.length; at += 1) {
      this.#starts.push(start);
      this.#ends.push(end);
    }
  }

  /** Adds a part of the source as it is. */
  copy(source: string, start: number, end: number): void {
    this.#text += source.slice(start, end);
    for (let at = start; at < end; at += 1) {
      this.#starts.push(at);
      this.#ends.push(at + 1);
    }
  }

  /**
   * Adds bytes as the UTF-8 that they are.
   * @param start and `end` of what the byte of a number came from
   */
  bytes(bytes: Uint8Array, start: (index: number) => number, end: (index: number) => number): void {
    let at = 0;
    for (const char of new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)) {
      const size = Math.max(1, Buffer.byteLength(char));
      this.put(char, start(Math.min(at, bytes.length - 1)), end(Math.min(at + size, bytes.length) - 1));
      at += size;
    }
  }

  done(): Traced {
    return { text: this.#text, starts: Int32Array.from(this.#starts), ends: Int32Array.from(this.#ends) };
  }
}

/** Replaces every match of a pattern by what it stands for; nothing if there are too few. @param pattern global */
export function replaced(
  text: string,
  pattern: RegExp,
  write: (tracer: Tracer, match: RegExpExecArray) => void,
  atLeast = 1,
): Traced | undefined {
  const tracer = new Tracer();
  let at = 0;
  let count = 0;
  for (const match of text.matchAll(pattern)) {
    tracer.copy(text, at, match.index);
    write(tracer, match);
    at = match.index + match[0].length;
    count += 1;
  }
  if (count < atLeast) return undefined;
  tracer.copy(text, at, text.length);
  return tracer.done();
}

/** The matches of a pattern alone, a line each. @param pattern global */
export function extracted(
  text: string,
  pattern: RegExp,
  write: (tracer: Tracer, match: RegExpExecArray) => void,
): Traced | undefined {
  const tracer = new Tracer();
  for (const match of text.matchAll(pattern)) {
    const before = tracer.length;
    write(tracer, match);
    if (tracer.length > before) tracer.put('\n', match.index, match.index + match[0].length);
  }
  return tracer.length === 0 ? undefined : tracer.done();
}
