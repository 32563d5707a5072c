import assert from 'node:assert/strict';
import { test } from 'node:test';
import { masked } from '../../src/guards/mask.ts';

const hash = (text: string) => Buffer.from(text).toString('hex');

test('a label says what was there', () => {
  assert.equal(masked('label', 'EMAIL', 'jo@example.org', hash), '[EMAIL]');
});

test('a part that stays tells people which one it was', () => {
  const partial = (text: string) => masked('partial', 'X', text, hash);
  assert.equal(partial('jo.doe@example.org'), 'j*.***@example.org');
  assert.equal(partial('4111 1111 1111 1234'), '**** **** **** 1234');
  assert.equal(partial('+49 (0)30-1234567'), '+** (*)**-***4567');
  assert.equal(partial('AKIAIOSFODNN7EXAMPLE'), '****************MPLE');
  assert.equal(partial('12345678'), '********');
  assert.equal(partial('𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗𝟎𝟏𝟐'), '********𝟗𝟎𝟏𝟐');
});

test('a hash is of the text and of what it is', () => {
  const one = masked('hash', 'EMAIL', 'a', hash);
  assert.match(one, /^\[EMAIL:[0-9a-f]{10}\]$/);
  assert.notEqual(masked('hash', 'PHONE', 'a', hash), one);
});

test('what is removed leaves nothing', () => {
  assert.equal(masked('remove', 'EMAIL', 'a', hash), '');
});
