import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePhoneNumberFromString } from 'libphonenumber-js/min';
import metadata from 'libphonenumber-js/min/metadata';
import { callingCodeLength, isAssigned } from '../../../src/guards/pii/numbering.ts';
import { filler } from '../filler.ts';

const codes = [...Object.keys(metadata.country_calling_codes), ...Object.keys(metadata.nonGeographic)];

/** What libphonenumber thinks of the digits as they are, no trunk prefix taken away and none put in. */
function verdict(
  code: string,
  national: string,
): { readonly valid: boolean; readonly country: boolean } | undefined {
  const number = parsePhoneNumberFromString(`+${code}${national}`, { extract: false });
  if (number !== undefined && number.nationalNumber !== national) return undefined;
  return { valid: number?.isValid() ?? false, country: number?.country !== undefined };
}

test('knows the calling codes that libphonenumber knows', () => {
  for (const code of codes) assert.equal(callingCodeLength(`${code}12345678`), code.length, code);
  assert.equal(callingCodeLength('9991234567'), 0);
  assert.equal(callingCodeLength(''), 0);
});

test('finds assigned what libphonenumber finds valid, and hardly anything else', () => {
  let more = 0;
  let valid = 0;
  codes.forEach((code, at) => {
    for (let length = 4; length <= 12; length += 1) {
      for (const first of '123456789') {
        const national = first + filler('0123456789', length - 1, at * 97 + length * 7 + Number(first));
        const theirs = verdict(code, national);
        if (theirs === undefined) continue;
        const ours = isAssigned(code, national);
        if (theirs.valid) assert.ok(ours, `+${code} ${national}`);
        if (theirs.valid) valid += 1;
        if (ours && !theirs.valid) more += 1;
      }
    }
  });
  assert.ok(valid > 1000);
  assert.ok(more < valid / 50, `${more} beside ${valid}`);
});
