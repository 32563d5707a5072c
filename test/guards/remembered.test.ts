import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Assessor } from '../../src/guards/assess/assessor.ts';
import { remembering } from '../../src/guards/remembered.ts';

const LONG = 'a text that is long enough to be remembered, since short ones are as fast to assess anew';

function counting(): { assessor: Assessor; asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    assessor: {
      types: ['injection'],
      assess(text, reading) {
        asked.push(`${reading} ${text.length}`);
        return [{ type: 'injection', score: 0.5, start: 0, end: text.length }];
      },
    },
  };
}

test('a text is assessed once for each way to read it', () => {
  const { assessor, asked } = counting();
  const remembered = remembering(assessor, 1e6);
  const first = remembered.assess(LONG, 'direct');
  assert.equal(remembered.assess(LONG, 'direct'), first);
  remembered.assess(LONG, 'indirect');
  remembered.assess(`${LONG}.`, 'direct');
  assert.deepEqual(asked, [`direct ${LONG.length}`, `indirect ${LONG.length}`, `direct ${LONG.length + 1}`]);
});

test('what was least lately asked about is forgotten first, and memory stays within its bound', () => {
  const { assessor, asked } = counting();
  const remembered = remembering(assessor, 3 * 280);
  const texts = [1, 2, 3, 4].map((i) => `${LONG} ${i}`);
  const ask = (i: number) => remembered.assess(texts[i] ?? '', 'direct');
  for (const i of [0, 1, 2, 0, 3]) ask(i);
  assert.equal(asked.length, 4);
  ask(0);
  ask(2);
  assert.equal(asked.length, 4);
  ask(1);
  assert.equal(asked.length, 5);
});
