import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DETECTORS, detectorOf, expand } from '../../src/guards/registry.ts';

test('a name in a policy stands for one type, for all that begins so, or for what each country has', () => {
  assert.deepEqual(expand('pii.email'), ['pii.email']);
  const all = DETECTORS.map(({ type }) => type);
  assert.deepEqual(
    expand('pii'),
    all.filter((type) => type.startsWith('pii.')),
  );
  assert.deepEqual(expand('pii.*'), expand('pii'));
  assert.deepEqual(expand('secret.*'), expand('secret'));
  assert.equal(expand('pii').length + expand('secret').length, DETECTORS.length);
  assert.deepEqual(expand('pii.gb'), expand('pii.gb.*'));
  assert.ok(
    expand('pii.gb').includes('pii.gb.nino') && expand('pii.gb').every((type) => type.startsWith('pii.gb.')),
  );
  assert.ok(expand('pii.*.tax_id').includes('pii.de.tax_id'));
});

test('of national types only those of the regions that are wanted', () => {
  const wanted = expand('pii', ['DE', 'FR']);
  assert.ok(
    wanted.includes('pii.de.tax_id') && wanted.includes('pii.fr.nir') && wanted.includes('pii.email'),
  );
  assert.ok(!wanted.includes('pii.us.ssn'));
});

test('a name that stands for nothing gives nothing', () => {
  for (const name of [
    '',
    '*',
    '.',
    '.*',
    'pi',
    'pii.',
    'pii.e',
    'pii.email.*',
    'pii.email.x',
    'PII',
    '*.email',
    'constructor',
  ]) {
    assert.deepEqual(expand(name), [], name);
  }
});

test('types and labels are unique, and labels are fit for placeholders', () => {
  assert.equal(new Set(DETECTORS.map(({ type }) => type)).size, DETECTORS.length);
  assert.equal(new Set(DETECTORS.map(({ label }) => label)).size, DETECTORS.length);
  for (const { type, label } of DETECTORS) {
    assert.match(label, /^[A-Z][A-Z0-9_]*$/);
    assert.match(type, /^(?:pii\.(?:[a-z]{2}\.)?|secret\.)[a-z0-9_]+$/);
    assert.equal(detectorOf(type)?.label, label);
  }
});
