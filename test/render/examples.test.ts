import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { renderedExamples } from '../../src/cli/generate-deploy.ts';

const ROOT = join(import.meta.dirname, '../..');
const examples = renderedExamples();

for (const [path, text] of examples) {
  test(`${path} is what examples/policy.yaml renders to (else: make deploy)`, () => {
    assert.equal(readFileSync(join(ROOT, path), 'utf8'), text);
  });
}

test('no file is left over from an earlier rendering', () => {
  for (const folder of ['deploy/kubernetes', 'deploy/istio', 'envoy']) {
    const found = readdirSync(join(ROOT, folder)).filter((name) => name.endsWith('.yaml'));
    assert.deepEqual(
      found.filter((name) => !examples.has(`${folder}/${name}`)),
      [],
    );
  }
});
