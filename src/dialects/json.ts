/** Strict JSON with places. Filled in by the reader below. */
import type { Refusal } from '../core/refusal.ts';

/** A value and where it stands, half-open, in UTF-16 code units of the text. */
export type JsonNode =
  | { readonly kind: 'object'; readonly start: number; readonly end: number; readonly members: readonly Member[] }
  | { readonly kind: 'array'; readonly start: number; readonly end: number; readonly items: readonly JsonNode[] }
  | { readonly kind: 'string'; readonly start: number; readonly end: number; readonly escaped: boolean }
  | { readonly kind: 'number' | 'true' | 'false' | 'null'; readonly start: number; readonly end: number };

export interface Member {
  readonly key: string;
  readonly value: JsonNode;
}

export interface JsonBounds {
  readonly depth: number;
  readonly values: number;
}

/** Reads one JSON document, refusing whatever two parsers could read differently. */
export declare function parse(text: string, bounds: JsonBounds): JsonNode | Refusal;
