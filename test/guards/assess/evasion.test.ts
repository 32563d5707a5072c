import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeAssessor } from '../../../src/guards/assess/assessor.ts';
import { loadModel } from '../../../src/guards/assess/load.ts';
import { DRESSES, PAYLOADS } from './evasions.ts';

const assessor = makeAssessor(loadModel(), ['injection']);

function isFound(text: string): boolean {
  return assessor.assess(text, 'direct').some(({ score }) => score >= 0.5);
}

const INNOCENT = [
  'What is the capital of France, and how many people live there?',
  'Please summarize the previous chapter and list the rules of the game',
  'Write a short poem about the sea in the style of an old sailor',
  'How do I show hidden files in my home directory',
];

test('every payload is found in clear, and there are at least 300 cases', () => {
  assert.deepEqual(
    PAYLOADS.filter((payload) => !isFound(payload)),
    [],
  );
  assert.ok(PAYLOADS.length * Object.keys(DRESSES).length >= 300);
});

for (const [dress, put] of Object.entries(DRESSES)) {
  test(`${dress} hides no payload`, () => {
    assert.deepEqual(
      PAYLOADS.filter((payload) => !isFound(put(payload))),
      [],
    );
  });
}

test('innocent texts stay innocent in every dress', () => {
  const found = Object.entries(DRESSES).flatMap(([dress, put]) =>
    INNOCENT.filter((text) => isFound(put(text))).map((text) => `${dress}: ${text}`),
  );
  assert.deepEqual(found, []);
});
