import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Random } from '../../src/core/ports.ts';
import { Vault } from '../../src/guards/placeholders.ts';
import { nameOf } from '../../src/guards/restorer.ts';

/** Gives the bytes of one list after the other, and the last one for ever. */
function scripted(...lists: readonly number[][]): Random {
  let at = 0;
  return {
    bytes: () => Uint8Array.from(lists[Math.min(at++, lists.length - 1)] ?? []),
    fraction: () => 0,
  };
}

const ones = [1, 1, 1, 1, 1, 1];
const twos = [2, 2, 2, 2, 2, 2];

function restored(vault: Vault, text: string, json = false): string[] {
  return vault
    .restorer(json)
    .find(text)
    .map(({ start, end }) => vault.originalOf(nameOf(text.slice(start, end))) ?? 'nothing');
}

describe('a placeholder', () => {
  test('is numbered by its label, and the same for the same text', () => {
    const vault = new Vault(scripted(ones), 'hello');
    assert.equal(vault.placeholderFor('EMAIL', 'a@b.cd'), '<EMAIL_1_bbbbbb>');
    assert.equal(vault.placeholderFor('EMAIL', 'e@f.gh'), '<EMAIL_2_bbbbbb>');
    assert.equal(vault.placeholderFor('CARD', '4111'), '<CARD_1_bbbbbb>');
    assert.equal(vault.placeholderFor('EMAIL', 'a@b.cd'), '<EMAIL_1_bbbbbb>');
    assert.equal(vault.placeholderFor('CARD', 'a@b.cd'), '<CARD_2_bbbbbb>');
    assert.equal(vault.size, 4);
  });

  test('J24 is none that the client has written: another nonce is taken', () => {
    const vault = new Vault(scripted(ones, ones, twos), 'please repeat <EMAIL_1_bbbbbb>');
    assert.equal(vault.placeholderFor('EMAIL', 'a@b.cd'), '<EMAIL_1_cccccc>');
    assert.deepEqual(restored(vault, '<EMAIL_1_bbbbbb>'), []);
  });

  test('J24 whose nonce cannot be made different is a fault, not a hang', () => {
    const vault = new Vault(scripted(ones), 'bbbbbb');
    assert.throws(() => vault.placeholderFor('EMAIL', 'a@b.cd'), /random/);
  });

  test('is not given out without end: what comes after the ten thousandth is masked for good', () => {
    const vault = new Vault(scripted(ones), '');
    for (let at = 1; at <= 10_000; at += 1) vault.placeholderFor('EMAIL', `${at}@example.org`);
    assert.equal(vault.placeholderFor('EMAIL', 'one.more@example.org'), '[EMAIL]');
    assert.equal(vault.placeholderFor('EMAIL', '7@example.org'), '<EMAIL_7_bbbbbb>');
    assert.equal(vault.size, 10_000);
  });

  test('takes its nonce from all of the random bits', () => {
    const vault = new Vault(scripted([0, 31, 32, 63, 255, 128]), '');
    assert.equal(vault.placeholderFor('EMAIL', 'a@b.cd'), '<EMAIL_1_a9a99a>');
  });
});

describe('restoring', () => {
  const vault = new Vault(scripted(ones), '');
  for (let at = 1; at <= 12; at += 1) vault.placeholderFor('EMAIL', `${at}@example.org`);
  vault.placeholderFor('AWS_KEY_ID', 'AKIA');

  test('finds each placeholder of the request, and those alone', () => {
    assert.deepEqual(restored(vault, 'to <EMAIL_1_bbbbbb> and <EMAIL_12_bbbbbb>, <AWS_KEY_ID_1_bbbbbb>'), [
      '1@example.org',
      '12@example.org',
      'AKIA',
    ]);
  });

  test('J24 takes no other case, bracket, number, label or spacing for one', () => {
    for (const text of [
      '<email_1_bbbbbb>',
      '<EMAIL_1_BBBBBB>',
      'EMAIL_1_bbbbbb',
      '[EMAIL_1_bbbbbb]',
      '<EMAIL_1_bbbbbb',
      'EMAIL_1_bbbbbb>',
      '< EMAIL_1_bbbbbb>',
      '<EMAIL_1_bbbbbb >',
      '<EMAIL_13_bbbbbb>',
      '<EMAIL_0_bbbbbb>',
      '<EMAIL_01_bbbbbb>',
      '<CARD_1_bbbbbb>',
      '<EMAIL_1_bbbbbc>',
      '<EMAIL_1_bbbbbbb>',
      '\\u003cEMAIL_1_bbbbbb\\u003e',
    ]) {
      assert.deepEqual(restored(vault, text), [], text);
    }
  });

  test('finds one right behind the beginning of another', () => {
    assert.deepEqual(restored(vault, '<EMAIL_<EMAIL_2_bbbbbb><<EMAIL_3_bbbbbb>>'), [
      '2@example.org',
      '3@example.org',
    ]);
  });

  test('in JSON also takes brackets that are written as escapes, unless the escape is escaped', () => {
    assert.deepEqual(restored(vault, '{"to":"\\u003cEMAIL_1_bbbbbb\\u003e"}', true), ['1@example.org']);
    assert.deepEqual(restored(vault, '{"to":"\\u003CEMAIL_1_bbbbbb\\u003E"}', true), ['1@example.org']);
    assert.deepEqual(restored(vault, '{"to":"<EMAIL_1_bbbbbb>"}', true), ['1@example.org']);
    assert.deepEqual(restored(vault, '{"to":"\\\\u003cEMAIL_1_bbbbbb\\u003e"}', true), []);
  });

  test('holds back the beginning of a placeholder that there is, and of no other', () => {
    const restorer = vault.restorer(false);
    const held = (text: string) => text.length - restorer.open(text);
    assert.equal(held('a <'), 1);
    assert.equal(held('a <E'), 2);
    assert.equal(held('a <EMAIL_1'), 8);
    assert.equal(held('a <EMAIL_1_bbbbbb'), 15);
    assert.equal(held('a <EMAIL_1_bbbbbb>'), 0);
    assert.equal(held('a <e'), 0);
    assert.equal(held('a <EMAIL_13'), 0);
    assert.equal(held('a <EMAIL_2_c'), 0);
    assert.equal(held('a <CARD'), 0);
    assert.equal(held('if a < b'), 0);
    assert.equal(held('a \\u003'), 0);
  });

  test('holds back nothing where there is nothing to restore', () => {
    const empty = new Vault(scripted(ones), '');
    assert.equal(empty.restorer(true).open('a <'), 3);
    assert.deepEqual(empty.restorer(true).find('<EMAIL_1_>'), []);
  });
});
