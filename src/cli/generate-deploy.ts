/**
 * Writes the examples of `deploy/` and `envoy/` again, from `examples/policy.yaml`: `node src/cli/generate-deploy.ts`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expandTypes } from '../policy/finding-types.ts';
import { isMistakes } from '../render/proxy.ts';
import { type Rendered, renderFiles } from './render.ts';

const ROOT = join(import.meta.dirname, '../..');
const POLICY = join(ROOT, 'examples/policy.yaml');
const FOLDERS: readonly (readonly [what: Rendered, folder: string])[] = [
  ['envoy', 'envoy'],
  ['kubernetes', 'deploy/kubernetes'],
  ['istio', 'deploy/istio'],
];

/**
 * What stands in the repository, by its path there. A test fails where a file is stale.
 * @throws if the example policy cannot be rendered
 */
export function renderedExamples(): ReadonlyMap<string, string> {
  const examples = new Map<string, string>();
  for (const [what, folder] of FOLDERS) {
    const files = renderFiles(what, { config: POLICY }, { expand: expandTypes, now: Date.now() });
    if (isMistakes(files)) throw new Error(files.mistakes.join('\n'));
    for (const { name, text } of files) examples.set(`${folder}/${name}`, text);
  }
  return examples;
}

if (import.meta.main) {
  for (const [path, text] of renderedExamples()) {
    mkdirSync(dirname(join(ROOT, path)), { recursive: true });
    writeFileSync(join(ROOT, path), text);
  }
}
