import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Finding } from '../../../src/core/finding.ts';
import { lookedAtAgain } from '../../../src/guards/assess/closely.ts';

const TEXT = 'some text';
const found = (score: number, view = 'raw'): readonly Finding[] => [
  { type: 'injection', score, start: 0, end: TEXT.length, view },
  { type: 'harm.violence', score: 0.2, start: 0, end: TEXT.length, view: 'raw' },
];
const says = (logit: number | undefined) => ({ look: () => logit });
const fails = {
  look: () => {
    throw new Error('It should not have been asked.');
  },
};
const scoreOf = async (all: ReturnType<typeof lookedAtAgain>) => (await all)[0]?.score ?? 0;

test('where the first look is unsure, the second one decides, and changes nothing else', async () => {
  for (const first of [0.1, 0.4, 0.6, 0.9]) {
    assert.ok((await scoreOf(lookedAtAgain(TEXT, 'direct', found(first), says(6)))) > 0.5);
    assert.ok((await scoreOf(lookedAtAgain(TEXT, 'direct', found(first), says(-6)))) < 0.5);
  }
  const [, harm] = await lookedAtAgain(TEXT, 'direct', found(0.4), says(6));
  assert.deepEqual(harm, found(0.4)[1]);
});

test('the surer either look, the higher the score', async () => {
  const low = await scoreOf(lookedAtAgain(TEXT, 'direct', found(0.3), says(0)));
  assert.ok(low < (await scoreOf(lookedAtAgain(TEXT, 'direct', found(0.3), says(1)))));
  assert.ok(low < (await scoreOf(lookedAtAgain(TEXT, 'direct', found(0.5), says(0)))));
});

test('what the first look is sure of is not looked at again', () => {
  for (const score of [0.01, 0.95, 1])
    assert.deepEqual(lookedAtAgain(TEXT, 'direct', found(score), fails), found(score));
});

test('what was seen in a decoded view, and what no user says, is not looked at again', () => {
  assert.deepEqual(lookedAtAgain(TEXT, 'direct', found(0.4, 'base64'), fails), found(0.4, 'base64'));
  for (const reading of ['indirect', 'system', 'output'] as const)
    assert.deepEqual(lookedAtAgain(TEXT, reading, found(0.4), fails), found(0.4));
});

test('without an answer what the first look said stands', () => {
  assert.deepEqual(lookedAtAgain(TEXT, 'direct', found(0.4), says(undefined)), found(0.4));
});
