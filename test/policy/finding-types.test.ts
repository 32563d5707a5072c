import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileRules } from '../../src/guards/rules.ts';
import { expandTypes } from '../../src/policy/finding-types.ts';
import { judge, loadPolicy } from '../../src/policy/load.ts';
import type { Snapshot } from '../../src/policy/snapshot.ts';
import { setting } from './setting.ts';

test('a star stands for every type, and each type for itself', () => {
  const all = expandTypes('*');
  assert.ok(all.includes('pii.email'));
  assert.equal(new Set(all).size, all.length);
  for (const type of all) assert.deepEqual(expandTypes(type), [type]);
});

test('a category stands for its types, and a name of nothing for nothing', () => {
  assert.deepEqual(
    expandTypes('pii.*'),
    expandTypes('*').filter((type) => type.startsWith('pii.')),
  );
  for (const nothing of ['pii.emial', 'pi.*', '', '*.email'])
    assert.deepEqual(expandTypes(nothing), [], nothing);
});

test('the example policy names types that the built-in detectors have', () => {
  const path = new URL('../../examples/policy.yaml', import.meta.url).pathname;
  const loaded = loadPolicy(path, { ...setting, expand: expandTypes });
  assert.ok('snapshot' in loaded, JSON.stringify(loaded));
  assert.deepEqual(loaded.snapshot.guardrails[0]?.detect.toSorted(), expandTypes('*').toSorted());
});

const POLICY = (guardrail: string) => `
version: 1
identity: { apiKeys: {} }
models: { fast: { backends: [openai] } }
backends: { openai: { dialect: openai } }
grants: [{ to: any, operations: "*", models: "*" }]
guardrails: [${guardrail}]
`;

const judged = (guardrail: string) =>
  judge({ texts: [{ name: 'policy.yaml', text: POLICY(guardrail) }] }, '.', {
    ...setting,
    expand: expandTypes,
  });
function good(guardrail: string): Snapshot {
  const read = judged(guardrail);
  return 'snapshot' in read ? read.snapshot : assert.fail(JSON.stringify(read.mistakes));
}

test('of types that are a country’s own, a guardrail looks for those of its regions', () => {
  const { guardrails } = good('{ on: input, detect: [pii.*, secret.aws], regions: [DE], action: log }');
  const detect = guardrails[0]?.detect ?? [];
  assert.ok(
    detect.includes('pii.de.tax_id') && detect.includes('pii.email') && detect.includes('secret.aws'),
  );
  assert.ok(!detect.some((type) => type.startsWith('pii.us.')));
});

test('a region that nothing is of, and a type of another region, are mistakes', () => {
  const said = (guardrail: string) => {
    const read = judged(guardrail);
    return 'mistakes' in read ? read.mistakes.map(({ message }) => message) : [];
  };
  assert.deepEqual(said('{ on: input, detect: pii.*, regions: [DE, ZZ], action: log }'), [
    "no finding type is ZZ's own: leave it out",
  ]);
  assert.deepEqual(said('{ on: input, detect: pii.us.*, regions: [DE], action: log }'), [
    'nothing of "pii.us.*" is of these regions',
  ]);
});

test('telephone numbers are believed as the regions write them', () => {
  const { guardrails } = good('{ on: input, detect: pii.phone, regions: [FR], action: log }');
  const { scanner } = compileRules(guardrails, 'input');
  assert.equal(scanner.find('01 23 45 67 89').length, 1);
  assert.equal(scanner.find('(202) 555-0123').length, 0);
});
