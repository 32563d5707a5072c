import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isRefusal } from '../../src/core/refusal.ts';
import { decodeUtf8 } from '../../src/json/document.ts';

const refused = (...bytes: number[]) => isRefusal(decodeUtf8(Uint8Array.from(bytes)));

describe('bytes to text', () => {
  it('decodes UTF-8, wherever in their buffer the bytes lie', () => {
    const buffer = Buffer.from('xxé😀yy');
    assert.equal(decodeUtf8(buffer.subarray(2, 8)), 'é😀');
    assert.equal(decodeUtf8(new Uint8Array(0)), '');
  });

  it('D5: refuses a byte order mark', () => {
    assert(refused(0xef, 0xbb, 0xbf, 0x7b, 0x7d));
  });

  it('D6: refuses UTF-16 with a mark; without one its zeros are no JSON', () => {
    assert(refused(0xff, 0xfe, 0x7b, 0x00));
    assert(refused(0xfe, 0xff, 0x00, 0x7b));
  });

  it('D13: refuses overlong forms, surrogates, cut characters and code points beyond Unicode', () => {
    assert(refused(0xc0, 0xaf));
    assert(refused(0xe0, 0x80, 0xaf));
    assert(refused(0xed, 0xa0, 0x80));
    assert(refused(0xf0, 0x9f, 0x98));
    assert(refused(0xf4, 0x90, 0x80, 0x80));
    assert(refused(0x80));
    assert(refused(0x61, 0xff));
  });
});
