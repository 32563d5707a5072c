/**
 * Placeholders that stand for masked texts on their way to a model, and back. One vault a request: it is the only
 * place that keeps what was matched, and it goes when the request goes.
 */
import type { Random } from '../core/ports.ts';
import { redaction } from './redact.ts';
import { Restorer } from './restorer.ts';

/** 32 characters that are hard to mistake for one another, five random bits each. */
const ALPHABET = 'abcdefghijkmnpqrstuvwxyz23456789';
const NONCE_LENGTH = 6;
/** As many different texts as a request can get back; those beyond are masked for good. Bounds a vault's memory. */
const MOST_PLACEHOLDERS = 10_000;
/** A body would have to hold most of 2³⁰ nonces to make a tenth one collide. */
const MOST_TRIES = 10;

/**
 * Placeholders look like `<EMAIL_1_x7k2qd>`: what it is, which one, and a nonce that neither the client nor anybody
 * whose text the client sends can know beforehand, so that nobody can ask for a value by writing its placeholder.
 * Only the exact text counts: a placeholder with another case or without its brackets is just text.
 */
export class Vault {
  readonly #random: Random;
  #sent: string;
  readonly #placeholders = new Map<string, string>();
  readonly #originals = new Map<string, string>();
  readonly #counts = new Map<string, number>();
  #nonce = '';
  #longest = 0;

  /** Keyed: the same for the same text, and told by nobody without the key. */
  readonly hash: (text: string) => string;

  /**
   * @param sent all that the client sent: no placeholder will be found in it
   * @param hash for masks that are hashes
   */
  constructor(random: Random, sent: string, hash: (text: string) => string = noHash) {
    this.#random = random;
    this.#sent = sent;
    this.hash = hash;
  }

  /** How many placeholders there are. */
  get size(): number {
    return this.#originals.size;
  }

  /** The placeholder of a text: the same one for the same text under the same label. */
  placeholderFor(label: string, original: string): string {
    const key = `${label}\n${original}`;
    const known = this.#placeholders.get(key);
    if (known !== undefined) return known;
    if (this.size >= MOST_PLACEHOLDERS) return redaction(label);
    if (this.#nonce === '') this.#nonce = makeNonce(this.#random, this.#sent);
    this.#sent = '';
    const number = (this.#counts.get(label) ?? 0) + 1;
    const name = `${label}_${number}_${this.#nonce}`;
    this.#counts.set(label, number);
    this.#placeholders.set(key, `<${name}>`);
    this.#originals.set(name, original);
    this.#longest = Math.max(this.#longest, name.length);
    return `<${name}>`;
  }

  /** What the placeholder of this name stands for, the name being what stands between its brackets. */
  originalOf(name: string): string | undefined {
    return this.#originals.get(name);
  }

  /** The request is rewritten and no more placeholders are asked for: forgets what the client sent. */
  seal(): void {
    this.#sent = '';
  }

  /**
   * Finds the placeholders in what a model writes, also while it is writing them.
   * @param json the text is JSON itself, where `<` may be written as an escape
   */
  restorer(json: boolean): Restorer {
    return new Restorer({ nonce: this.#nonce, longest: this.#longest, counts: this.#counts }, json);
  }
}

function noHash(): never {
  throw new Error('This vault was given no key to hash with.');
}

function makeNonce(random: Random, sent: string): string {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const nonce = Array.from(random.bytes(NONCE_LENGTH), (byte) => ALPHABET[byte & 31]).join('');
    if (!sent.includes(nonce)) return nonce;
  }
  throw new Error('The random port keeps giving what the client has sent.');
}
