import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isGlob, matcher } from '../../src/policy/glob.ts';

/** The definition, letter by letter; slow and obvious. */
function slowly(pattern: string, text: string): boolean {
  if (pattern === '') return text === '';
  if (pattern[0] !== '*')
    return text[0] === pattern[0] && text !== '' && slowly(pattern.slice(1), text.slice(1));
  for (let i = 0; i <= text.length; i++) if (slowly(pattern.slice(1), text.slice(i))) return true;
  return false;
}

test('matches what its definition says, for any pattern and text', () => {
  const letters = fc.constantFrom('a', 'b', '.');
  const pattern = fc.string({ unit: fc.oneof(letters, fc.constant('*')), maxLength: 6 });
  const text = fc.string({ unit: letters, maxLength: 10 });
  fc.assert(
    fc.property(pattern, text, (p, t) => assert.equal(matcher(p)(t), slowly(p, t))),
    { numRuns: 5000 },
  );
});

for (const [pattern, text, expected] of [
  ['llama-*', 'llama-3-70b', true],
  ['llama-*', 'llama-', true],
  ['llama-*', 'codellama-7b', false],
  ['llama-*', 'Llama-3', false],
  ['*-mini', 'gpt-4.1-mini', true],
  ['*-mini', 'gpt-4.1-mini-2', false],
  ['a*a', 'a', false],
  ['gpt.4', 'gpt-4', false],
  ['*', '', true],
  ['', '', true],
] as const) {
  test(`${pattern} ${expected ? 'matches' : 'does not match'} ${JSON.stringify(text)}`, () => {
    assert.equal(matcher(pattern)(text), expected);
  });
}

test('a pattern that would make a backtracking matcher walk for ever is answered', () => {
  const hostile = matcher(`${'*a'.repeat(100)}*b`);
  assert.equal(hostile('a'.repeat(100_000)), false);
  assert.equal(hostile(`${'a'.repeat(100_000)}b`), true);
});

test('only a star makes a glob', () => {
  assert.equal(isGlob('a?[b]'), false);
  assert.equal(isGlob('a*'), true);
});
