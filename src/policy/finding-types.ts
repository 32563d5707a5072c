/** The finding types that a policy may name: those of the detectors that are built in. */
import { DETECTORS, expand } from '../guards/registry.ts';
import type { ExpandTypes } from './compile.ts';

/** `pii.email` for itself, `pii` and `pii.*` for a category, `*` for all; nothing for a name that means nothing. */
export const expandTypes: ExpandTypes = (pattern) =>
  pattern === '*' ? [...new Set(DETECTORS.map((detector) => detector.type))] : expand(pattern);
