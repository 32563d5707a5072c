import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { REFUSALS, type RefusalCode } from '../src/core/refusal.ts';
import { DOOR_REFUSALS, PIPELINE } from '../src/pipeline.ts';

test('every refusal is given by a stage or by a door itself', () => {
  const listed = new Set<RefusalCode>([...PIPELINE.flatMap((row) => row.refuses), ...DOOR_REFUSALS]);
  const codes = Object.keys(REFUSALS) as RefusalCode[];
  assert.deepEqual(
    codes.filter((code) => !listed.has(code)),
    [],
  );
});

test('every refusal in the catalogue is really made somewhere', () => {
  const src = new URL('../src', import.meta.url).pathname;
  const code = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('core/refusal.ts') && file !== 'pipeline.ts')
    .map((file) => readFileSync(`${src}/${file}`, 'utf8'))
    .join('\n');
  const unused = Object.keys(REFUSALS).filter((name) => !code.includes(`'${name}'`));
  assert.deepEqual(unused, []);
});

test('every status of a refusal is an error, and only those that may pass are told to be retried', () => {
  for (const [code, row] of Object.entries(REFUSALS)) {
    assert.ok(row.status >= 400 && row.status < 600, code);
    if (row.retry) assert.ok(row.status === 429 || row.status === 503, code);
  }
});
