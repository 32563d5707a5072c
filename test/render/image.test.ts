import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { USER_ID } from '../../src/render/kubernetes/names.ts';

const ROOT = join(import.meta.dirname, '../..');
const lines = readFileSync(join(ROOT, 'deploy/Containerfile'), 'utf8').split('\n');

test('everything that the image copies is there, and none of it is ignored', () => {
  const copied = lines
    .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
    .flatMap((line) => line.split(/\s+/).slice(1, -1));
  const ignore = readFileSync(join(ROOT, 'deploy/Containerfile.dockerignore'), 'utf8').split('\n');
  assert.ok(copied.length > 5);
  for (const path of copied) {
    assert.ok(existsSync(join(ROOT, path)), path);
    assert.ok(ignore.includes(`!${path}`), path);
  }
});

test('the image runs as the user that the pods run it as', () => {
  assert.ok(lines.includes(`USER ${USER_ID}:${USER_ID}`));
  const gateway = readFileSync(join(ROOT, 'deploy/kubernetes/gateway.yaml'), 'utf8');
  const deployment = parseAllDocuments(gateway)
    .map((x) => x.toJS())
    .find((x) => x.kind === 'Deployment');
  assert.equal(deployment.spec.template.spec.securityContext.runAsUser, USER_ID);
});
