/** The finding types that a policy may name. */
import { OPAQUE_KINDS } from '../core/text.ts';
import { ASSESSMENTS } from '../guards/assess/assessor.ts';
import { CANARY } from '../guards/canary.ts';
import { expand } from '../guards/registry.ts';
import { isAssessment, OPAQUE } from '../guards/rules.ts';
import type { ExpandTypes } from './compile.ts';

/**
 * `pii.email` for itself, `pii` and `pii.*` for a category, `*` for all that detectors find, `opaque.*` for parts that
 * none can look into, `injection` for how sure it is that a text as a whole is one; nothing for a name that means nothing.
 */
export const expandTypes: ExpandTypes = (pattern, regions) => {
  if (pattern === '*') return [...expand('secret'), ...expand('pii', regions)];
  if (isAssessment(pattern) || pattern === CANARY) return [pattern];
  if (pattern === 'injection.*' || pattern === 'harm' || pattern === 'harm.*')
    return ASSESSMENTS.filter((type) => type.startsWith(`${pattern.replace(/\.\*$/, '')}.`));
  if (!`${pattern}.`.startsWith(OPAQUE)) return expand(pattern, regions);
  const kinds = OPAQUE_KINDS.map((kind) => OPAQUE + kind);
  return pattern === 'opaque' || pattern === 'opaque.*' ? kinds : kinds.filter((type) => type === pattern);
};
