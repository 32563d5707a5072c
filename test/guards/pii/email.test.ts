import assert from 'node:assert/strict';
import { test } from 'node:test';
import { email } from '../../../src/guards/pii/email.ts';
import { alone, found } from '../found.ts';

const cases: readonly (readonly [text: string, ...found: string[]])[] = [
  ['write to jane@example.org.', 'jane@example.org'],
  ['<mailto:jane@example.org>', 'jane@example.org'],
  ['jane@example.org,joe@example.com', 'jane@example.org', 'joe@example.com'],
  ["'jane@example.org'", 'jane@example.org'],
  ['https://jane@example.org/path', 'jane@example.org'],
  ['?mail=jane@example.org&x=1', 'jane@example.org'],
  ['JANE@EXAMPLE.ORG', 'JANE@EXAMPLE.ORG'],
  ['jane@xn--bcher-kva.example', 'jane@xn--bcher-kva.example'],
  ['jane@example.xn--p1ai', 'jane@example.xn--p1ai'],
  ['联系jane@example.org谢谢', 'jane@example.org'],
  ['well...jane@example.org', 'jane@example.org'],
  ['- jane@example.org', 'jane@example.org'],
  ['jane@example.org2', 'jane@example.org'],
  ['jane@example.org.', 'jane@example.org'],
  ['jane@example..org'],
  ['jane@example'],
  ['jane@10.0.0.1'],
  ['@babel/core@7.0.0'],
  ['a @ b.com'],
  ['@example.org'],
  ['a@b.c'],
  // JSON's escapes belong to no address.
  ['{"x":"\\njane@example.org"}', 'jane@example.org'],
  ['{"x":"\\u003cjane@example.org\\u003e"}', 'jane@example.org'],
  ['C:\\\\jane@example.org', 'jane@example.org'],
];

for (const [text, ...expected] of cases) {
  test(`finds ${expected.length === 0 ? 'nothing' : expected.join(' and ')} in ${text}`, () => {
    assert.deepEqual(found(email, text), expected);
  });
}

test('takes no more than 64 characters before the @ and 253 after it', () => {
  assert.deepEqual(found(email, `${'a'.repeat(70)}@example.org`), [`${'a'.repeat(64)}@example.org`]);
  assert.deepEqual(found(email, `a@${'b.'.repeat(140)}org`), []);
  assert.deepEqual(found(email, `a@${'b'.repeat(64)}.org`), []);
});

test('holds back the word that may become an address, and an address that may become longer', () => {
  assert.equal(alone(email).open('hello wor'), 6);
  assert.equal(alone(email).open('hello world '), 12);
  assert.equal(alone(email).open('hi jane@example.or'), 3);
  assert.equal(alone(email).open('hi jane@example.org.'), 3);
  assert.equal(alone(email).open('hi jane@example.org, '), 21);
});
