/** Writes the pages and schemas that are made from code: `node src/cli/generate-docs.ts`. */
import { writeFileSync } from 'node:fs';
import { policyJsonSchema, policyReference } from '../policy/reference.ts';
import { findingTypesPage } from './finding-types-page.ts';
import { pipelinePage, refusalsPage } from './pages.ts';

/** Path from the root of the repository to what stands there. A test fails where a file is stale. */
export const GENERATED: ReadonlyMap<string, () => string> = new Map([
  ['deploy/policy.schema.json', policyJsonSchema],
  ['docs/finding-types.md', findingTypesPage],
  ['docs/policy-reference.md', policyReference],
  ['docs/refusals.md', refusalsPage],
  ['docs/stages.md', pipelinePage],
]);

if (import.meta.main) {
  for (const [path, write] of GENERATED) writeFileSync(new URL(`../../${path}`, import.meta.url), write());
}
