import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { lineOf } from '../../src/audit/line.ts';
import { recordOf } from './records.ts';

describe('an audit line', () => {
  it('is the record, exactly, as long as it is not very long', () => {
    const record = recordOf('r', { model: { asked: 'x'.repeat(1000), served: null } });
    assert.deepEqual(JSON.parse(lineOf(record)), record);
  });

  it('is bounded, however long the strings of the record are', () => {
    const long = '\u0000'.repeat(100_000);
    const record = recordOf('r', { path: long, method: long, model: { asked: long, served: long } });
    const line = lineOf(record);
    assert.ok(line.length < 10_000, `${line.length}`);
    assert.equal(JSON.parse(line).model.asked.length, 256);
  });

  it('N1: has its only line break and no other control character at its end, whatever the record says', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (path, asked) => {
        const record = recordOf('r', { path, model: { asked, served: null } });
        const line = lineOf(record);
        assert.match(line, /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+\n$/u);
        assert.deepEqual(JSON.parse(line), record);
      }),
      { seed: 51, numRuns: 1000 },
    );
  });
});
