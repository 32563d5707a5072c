import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DETECTORS, detectorOf, expand } from '../../src/guards/registry.ts';

test('a name in a policy stands for one type or for a category', () => {
  assert.deepEqual(expand('pii.email'), ['pii.email']);
  assert.deepEqual(expand('pii'), ['pii.card', 'pii.iban', 'pii.email', 'pii.phone']);
  assert.deepEqual(expand('pii.*'), expand('pii'));
  assert.deepEqual(expand('secret.*'), expand('secret'));
  assert.equal(expand('pii').length + expand('secret').length, DETECTORS.length);
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
    'pii.*.*',
    'PII',
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
    assert.match(type, /^(?:pii|secret)\.[a-z_]+$/);
    assert.equal(detectorOf(type)?.label, label);
  }
});
