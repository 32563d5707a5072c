import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CONTEXT, hasPhrase, phrases } from '../../../src/guards/context/phrases.ts';
import { Page } from '../../../src/guards/engine/page.ts';

const wanted = phrases('tax id, ssn, steuernummer, 身份证, инн');
const told = (before: string) => hasPhrase(new Page(`${before}123`).contextAt(before.length), wanted);

for (const before of [
  'tax id ',
  'Tax-ID: ',
  'my TAX_ID=',
  '{"taxId":"',
  '"customerTaxId": ',
  'user.ssn = ',
  '\\nSSN\\t',
  'Steuernummer lautet ',
  '身份证',
  '我的身份证号码是',
  'ИНН ',
  'ssn '.padEnd(CONTEXT),
]) {
  test(`${JSON.stringify(before)} says what follows`, () => {
    assert.equal(told(before), true);
  });
}

for (const before of [
  '',
  'taxi d ',
  'syntax id ',
  'ssns ',
  'passn ',
  'длинн ',
  'иннер ',
  'ssn '.padEnd(CONTEXT + 1),
]) {
  test(`${JSON.stringify(before)} does not`, () => {
    assert.equal(told(before), false);
  });
}
