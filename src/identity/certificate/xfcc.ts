/**
 * `x-forwarded-client-cert`: what a proxy in front says of its caller's certificate. The grammar is Envoy's
 * (HTTP header manipulation, "x-forwarded-client-cert"): elements between commas, pairs between semicolons, values in
 * quotes where they hold either. In doubt it says nothing.
 */

const LONGEST = 16_384;
const MOST_ELEMENTS = 16;
const NAMES = new Set(['by', 'hash', 'cert', 'chain', 'subject', 'uri', 'dns']);

/** One hop's word on its caller. */
export interface XfccElement {
  readonly hash?: string;
  readonly subject?: string;
  readonly uris: readonly string[];
  readonly dns: readonly string[];
}

/** @returns undefined where any of it cannot be read */
export function readXfcc(value: string): readonly XfccElement[] | undefined {
  if (value.length === 0 || value.length > LONGEST) return undefined;
  const elements = splitOutsideQuotes(value, ',');
  if (elements === undefined || elements.length > MOST_ELEMENTS) return undefined;
  const read = elements.map(readElement);
  return read.every((element) => element !== undefined) ? read : undefined;
}

function readElement(text: string): XfccElement | undefined {
  const pairs = splitOutsideQuotes(text, ';');
  if (pairs === undefined) return undefined;
  const values = new Map<string, string[]>();
  for (const pair of pairs) {
    const equals = pair.indexOf('=');
    const name = pair.slice(0, Math.max(0, equals)).toLowerCase();
    const value = unquoted(pair.slice(equals + 1));
    if (!NAMES.has(name) || value === undefined) return undefined;
    values.set(name, [...(values.get(name) ?? []), value]);
  }
  return elementOf(values);
}

/** Only names and hops may repeat; an empty URI is what Envoy writes for a certificate without one. */
function elementOf(values: ReadonlyMap<string, readonly string[]>): XfccElement | undefined {
  for (const name of ['hash', 'cert', 'chain', 'subject']) {
    if ((values.get(name)?.length ?? 0) > 1) return undefined;
  }
  const [hash] = values.get('hash') ?? [];
  const [subject] = values.get('subject') ?? [];
  return {
    ...(hash !== undefined && { hash: hash.toLowerCase() }),
    ...(subject !== undefined && { subject }),
    uris: (values.get('uri') ?? []).filter((uri) => uri !== ''),
    dns: (values.get('dns') ?? []).filter((name) => name !== ''),
  };
}

/** @returns undefined where a quote is not closed */
function splitOutsideQuotes(text: string, separator: ',' | ';'): string[] | undefined {
  const parts: string[] = [];
  let start = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (quoted && char === '\\') at += 1;
    else if (char === '"') quoted = !quoted;
    else if (!quoted && char === separator) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  parts.push(text.slice(start));
  return quoted ? undefined : parts;
}

/** The whole value is quoted, or no quote stands in it. */
function unquoted(value: string): string | undefined {
  if (!value.includes('"')) return value;
  const inner = /^"((?:[^"\\]|\\.)*)"$/s.exec(value)?.[1];
  return inner?.replace(/\\(.)/gs, '$1');
}
