import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Finding } from '../../../src/core/finding.ts';
import { LOOK_BEHIND } from '../../../src/guards/detector.ts';
import { Engine } from '../../../src/guards/engine/engine.ts';
import { START } from '../../../src/guards/looker.ts';
import { DETECTORS } from '../../../src/guards/registry.ts';
import { texts, textsAround } from '../laws.ts';
import { ALL_SAMPLES, behind, contextOf } from '../samples.ts';

const engine = new Engine(DETECTORS);
const samples = ALL_SAMPLES.map(([type, sample]) => contextOf(type) + sample + behind(type));
const anyText = fc.oneof(texts(), textsAround(samples));

const moved = (all: readonly Finding[], by: number) =>
  all.map((one) => ({ ...one, start: one.start + by, end: one.end + by }));

describe('all detectors in one engine', () => {
  test('see the same as each of them by itself', () => {
    const each = DETECTORS.map((recognizer) => new Engine([recognizer]));
    const order = new Map(DETECTORS.map(({ type }, at) => [type, at]));
    fc.assert(
      fc.property(anyText, (text) => {
        const apart = each.flatMap((one) => one.find(text));
        const place = ({ type }: Finding) => order.get(type) ?? -1;
        apart.sort((a, b) => a.start - b.start || b.end - a.end || place(a) - place(b));
        assert.deepEqual(engine.find(text), apart);
      }),
      { numRuns: 150 },
    );
  });

  test('are sure of what they call certain, and go on from there, wherever a text is cut', () => {
    fc.assert(
      fc.property(anyText, fc.array(fc.nat(400), { maxLength: 12 }), (text, cuts) => {
        const all = engine.find(text);
        for (const cut of cuts.filter((one) => one <= text.length)) {
          const { found, open } = engine.see(text.slice(0, cut), START);
          const sure = all.filter(({ start }) => start < open);
          assert.deepEqual(found, sure, `cut at ${cut}`);
          assert.ok(open <= cut && open >= cut - engine.reach);
          const across = sure.filter(({ end }) => end > open);
          const base = Math.max(0, open - LOOK_BEHIND);
          const rest = engine.find(text.slice(base), { from: open - base, across: moved(across, -base) });
          assert.deepEqual(moved(rest, base), all.slice(sure.length), `on from ${open}`);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
