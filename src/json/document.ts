/**
 * Strict JSON with places (RFC 8259): what two parsers could read differently is refused, and every value says where
 * it stands, so that a body can be edited without being written anew.
 */
import type { Refusal } from '../core/refusal.ts';
import { JsonReader } from './reader.ts';

export { documentEnd } from './end.ts';
export { folded, foldedKey } from './key.ts';
export { editString, quote, stringValue } from './string.ts';
export { decodeUtf8 } from './utf8.ts';
export { memberOf, stringsIn } from './walk.ts';

/** A value and where it stands, half-open, in UTF-16 code units of the text. */
export type JsonNode = JsonObject | JsonArray | JsonNumbers | JsonString | JsonScalar;

export interface JsonObject {
  readonly kind: 'object';
  readonly start: number;
  readonly end: number;
  readonly members: readonly Member[];
}

export interface JsonArray {
  readonly kind: 'array';
  readonly start: number;
  readonly end: number;
  readonly items: readonly JsonNode[];
}

/** An array of nothing but numbers, one at least: tokens, an embedding. Nobody needs their places one by one. */
export interface JsonNumbers {
  readonly kind: 'numbers';
  readonly start: number;
  readonly end: number;
  readonly count: number;
}

export interface JsonString {
  readonly kind: 'string';
  readonly start: number;
  readonly end: number;
  /** False if the characters between the quotes are the value. */
  readonly escaped: boolean;
  /** The value, where it had to be found out to read the string. */
  readonly value?: string | undefined;
}

export interface JsonScalar {
  readonly kind: 'number' | 'true' | 'false' | 'null';
  readonly start: number;
  readonly end: number;
}

export interface Member {
  /** Escapes resolved. */
  readonly key: string;
  /** Lower case letters, digits and underscores, written without escapes: nothing to decode, nothing to fold. */
  readonly plain: boolean;
  /** The key's token, quotes included. */
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly value: JsonNode;
}

export interface JsonBounds {
  /** Objects and arrays within one another; at most 1,000 are read whatever stands here. */
  readonly depth: number;
  /** Values in all. An array of nothing but numbers counts as one: it costs no more than its bytes. */
  readonly values: number;
}

/**
 * Reads one JSON document in one pass, in time linear in its length.
 *
 * Accepts a subset of what `JSON.parse` accepts, with the same values. Refused beyond its errors: a key that stands
 * twice in one object (escapes resolved), numbers too large for a double, escapes that leave half of a surrogate
 * pair, and documents beyond the bounds.
 * @param text well-formed, as `decodeUtf8` gives it
 * @returns `body_malformed`, `body_duplicate_key`, `body_too_deep` or `body_too_complex` where it is refused
 */
export function parse(text: string, bounds: JsonBounds): JsonNode | Refusal {
  return new JsonReader(text, bounds).document();
}
