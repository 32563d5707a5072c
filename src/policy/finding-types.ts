/** The finding types that a policy may name. */
import { OPAQUE_KINDS } from '../core/text.ts';
import { DETECTORS, expand } from '../guards/registry.ts';
import { OPAQUE } from '../guards/rules.ts';
import type { ExpandTypes } from './compile.ts';

/**
 * `pii.email` for itself, `pii` and `pii.*` for a category, `*` for all that detectors find, `opaque.*` for parts that
 * none can look into; nothing for a name that means nothing.
 */
export const expandTypes: ExpandTypes = (pattern) => {
  if (pattern === '*') return [...new Set(DETECTORS.map((detector) => detector.type))];
  if (!`${pattern}.`.startsWith(OPAQUE)) return expand(pattern);
  const kinds = OPAQUE_KINDS.map((kind) => OPAQUE + kind);
  return pattern === 'opaque' || pattern === 'opaque.*' ? kinds : kinds.filter((type) => type === pattern);
};
