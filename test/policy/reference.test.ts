import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { GENERATED } from '../../src/cli/generate-docs.ts';
import { policyJsonSchema, policyReference } from '../../src/policy/reference.ts';

const ROOT = new URL('../../', import.meta.url);

for (const [path, write] of GENERATED) {
  test(`${path} says what the code says: otherwise run node src/cli/generate-docs.ts`, () => {
    assert.equal(readFileSync(new URL(path, ROOT), 'utf8'), write());
  });
}

const validate = new Ajv2020({ strict: false }).compile(JSON.parse(policyJsonSchema()));

test('editors accept the example policy by the schema', () => {
  const example = parse(readFileSync(new URL('examples/policy.yaml', ROOT), 'utf8'));
  assert.equal(validate(example), true, JSON.stringify(validate.errors));
});

/** Mistakes of form that editors must show, too; mistakes of meaning are `check`'s alone. */
const SHOWN =
  /^(unknown-key|version-|section-|header-forbidden|key-(without|inline)|model-(without|weight|name|price)|backend-(unknown|credential-inline|url)|grant-(unknown-op|value)|limit-(rate|per-unknown)|guardrail-restore-not|audit-)/;
const HIDDEN = /^header-forbidden/;

test('editors show mistakes of form by the schema', () => {
  const folder = new URL('test/policy/bad/', ROOT);
  const names = readdirSync(folder).filter((name) => SHOWN.test(name) && !HIDDEN.test(name));
  assert.ok(names.length > 20);
  for (const name of names)
    assert.equal(validate(parse(readFileSync(new URL(name, folder), 'utf8'))), false, name);
});

test('every key has a meaning in the reference', () => {
  const rows = policyReference()
    .split('\n')
    .filter((line) => /^\| (\*\*)?`/.test(line));
  assert.ok(rows.length > 40);
  for (const row of rows) assert.notEqual(row.split(' | ')[3]?.trim(), '', row);
});
