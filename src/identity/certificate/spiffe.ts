/** SPIFFE ids: the grammar of the SPIFFE-ID standard, and templates that name their parts. Nothing is folded or decoded. */

/** Bytes: SPIFFE-ID, section 2.3. */
const LONGEST = 2048;
const TRUST_DOMAIN = /^[a-z0-9._-]{1,255}$/;
const SEGMENT = /^[A-Za-z0-9._-]+$/;
const SCHEME = 'spiffe://';

export interface SpiffeId {
  readonly trustDomain: string;
  readonly segments: readonly string[];
}

/** @returns undefined for anything that is not a SPIFFE id, whatever it resembles */
export function readSpiffeId(text: string): SpiffeId | undefined {
  if (!text.startsWith(SCHEME) || text.length > LONGEST) return undefined;
  const [trustDomain = '', ...segments] = text.slice(SCHEME.length).split('/');
  if (!TRUST_DOMAIN.test(trustDomain) || !segments.every(isSegment)) return undefined;
  return { trustDomain, segments };
}

export function isTrustDomain(text: string): boolean {
  return TRUST_DOMAIN.test(text);
}

function isSegment(segment: string): boolean {
  return SEGMENT.test(segment) && segment !== '.' && segment !== '..';
}

/** `{namespace}`. */
const PLACEHOLDER = /^\{([a-z][a-z0-9_]{0,31})\}$/;

/** What the placeholders of a template stand for in an id. */
export type Captures = ReadonlyMap<string, string>;

export interface Template {
  readonly trustDomain: string;
  readonly names: readonly string[];
  /** @returns undefined if it is another id */
  match(id: SpiffeId): Captures | undefined;
}

/**
 * Reads `spiffe://example.org/ns/{namespace}/sa/{service_account}`: each placeholder is one whole segment.
 * @returns undefined if it is no template
 */
export function readTemplate(text: string): Template | undefined {
  if (!text.startsWith(SCHEME)) return undefined;
  const [trustDomain = '', ...segments] = text.slice(SCHEME.length).split('/');
  const names = segments.flatMap((segment) => PLACEHOLDER.exec(segment)?.[1] ?? []);
  const good = segments.every((segment) => PLACEHOLDER.test(segment) || isSegment(segment));
  if (!TRUST_DOMAIN.test(trustDomain) || !good || new Set(names).size < names.length) return undefined;
  return { trustDomain, names, match: (id) => captures(segments, trustDomain, id) };
}

function captures(pattern: readonly string[], trustDomain: string, id: SpiffeId): Captures | undefined {
  if (id.trustDomain !== trustDomain || id.segments.length !== pattern.length) return undefined;
  const found = new Map<string, string>();
  for (const [i, segment] of id.segments.entries()) {
    const expected = pattern[i] ?? '';
    const name = PLACEHOLDER.exec(expected)?.[1];
    if (name !== undefined) found.set(name, segment);
    else if (expected !== segment) return undefined;
  }
  return found;
}
