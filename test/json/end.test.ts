import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { documentEnd } from '../../src/json/document.ts';

const structure = fc.oneof(
  fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ stringUnit: 'grapheme' })),
  fc.array(fc.jsonValue({ stringUnit: 'grapheme' })),
);

describe('the end of a JSON document', () => {
  it('is found right behind its last byte, in pieces of any size', () => {
    fc.assert(
      fc.property(
        structure,
        fc.integer({ min: 1, max: 7 }),
        fc.constantFrom('', ' ', '\n\n', '{"more":1}'),
        (value, size, after) => {
          const document = Buffer.from(`  ${JSON.stringify(value)}`);
          const bytes = Buffer.concat([document, Buffer.from(after)]);
          const end = documentEnd();
          for (let at = 0; at < bytes.length; at += size) {
            const found = end.push(bytes.subarray(at, at + size));
            if (found < 0) continue;
            assert.equal(at + found, document.length);
            return;
          }
          assert.fail('no end was found');
        },
      ),
      { seed: 41, numRuns: 500 },
    );
  });

  it('is not found in brackets and quotes of strings', () => {
    assert.equal(documentEnd().push(Buffer.from('{"a":"}]\\"}"')), -1);
    assert.equal(documentEnd().push(Buffer.from('{"a":"\\\\"}x')), 10);
  });

  it('is not found where no object or array is', () => {
    for (const text of ['', '12 ', '"text"', ']', 'null'])
      assert.equal(documentEnd().push(Buffer.from(text)), -1);
  });
});
