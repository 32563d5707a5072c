import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { DETECTORS, detectorOf, regionOf } from '../../../../src/guards/registry.ts';
import { compact, spelledOut } from '../../../../src/guards/shapes/shape.ts';
import { found } from '../../found.ts';
import { contextOf } from '../../samples.ts';
import { EXAMPLES } from './examples.ts';

const shapesOf = (type: string) => detectorOf(type)?.shapes;

for (const { type, valid, invalid = [], guaranteed } of EXAMPLES) {
  describe(type, () => {
    const recognizer = detectorOf(type);
    const { printed = [], check } = shapesOf(type) ?? {};
    const isPrinted = (id: string) =>
      printed.flatMap(spelledOut).includes(id.replaceAll(/[A-Za-z]/g, 'A').replaceAll(/[0-9]/g, '9'));

    test('J21 is found where its words stand before it, by itself only as it is printed, and not in a longer number', () => {
      assert.ok(recognizer);
      for (const id of valid) {
        assert.deepEqual(found(recognizer, `${contextOf(type)}${id}`), [id]);
        assert.deepEqual(found(recognizer, `the number is ${id}.`), isPrinted(id) ? [id] : [], id);
        assert.deepEqual(found(recognizer, `${contextOf(type)}12-${id}`), [], id);
        assert.deepEqual(found(recognizer, `${contextOf(type)}${id}-12`), [], id);
      }
    });

    test('is not found where its check or its form forbids it', () => {
      assert.ok(recognizer);
      for (const id of invalid) assert.deepEqual(found(recognizer, `${contextOf(type)}${id}`), [], id);
    });

    if (check === undefined) return;
    const refused = (id: string) => {
      for (let at = 0; at < id.length; at += 1) {
        if (!/\d/.test(id[at] ?? '')) continue;
        for (let digit = 0; digit < 10; digit += 1) {
          if (String(digit) === id[at]) continue;
          const changed = id.slice(0, at) + digit + id.slice(at + 1);
          if (check(changed, changed)) return false;
        }
      }
      return true;
    };

    if (guaranteed === true) {
      test('is refused whichever single digit is wrong', () => {
        for (const id of valid) assert.ok(refused(compact(id)), id);
        // Others that are valid, from the examples by changes of several digits.
        const others = fc
          .tuple(
            fc.constantFrom(...valid.map(compact)),
            fc.array(fc.tuple(fc.nat(30), fc.nat(9)), { minLength: 2, maxLength: 5 }),
          )
          .map(([id, changes]) =>
            changes.reduce((made, [place, digit]) => {
              const at = place % made.length;
              return /\d/.test(made[at] ?? '') ? made.slice(0, at) + digit + made.slice(at + 1) : made;
            }, id),
          );
        let seen = 0;
        fc.assert(
          fc.property(others, (id) => {
            if (!check(id, id)) return;
            seen += 1;
            assert.ok(refused(id), id);
          }),
          { numRuns: 2000 },
        );
        assert.ok(seen > 5, `${seen}`);
      });
    }
  });
}

test('there is an example of every national type', () => {
  const national = DETECTORS.filter(({ type }) => regionOf(type) !== undefined).map(({ type }) => type);
  assert.deepEqual(EXAMPLES.map(({ type }) => type).sort(), national.sort());
  const checked = national.filter((type) => shapesOf(type)?.check !== undefined).map(regionOf);
  assert.ok(new Set(checked).size >= 45, `${new Set(checked).size}`);
});
