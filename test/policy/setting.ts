/** What a policy depends on besides its text, fixed for the tests. */
import assert from 'node:assert/strict';
import { expandTypes } from '../../src/policy/finding-types.ts';
import { judge, type Setting } from '../../src/policy/load.ts';
import { formatMistake } from '../../src/policy/mistake.ts';
import type { Snapshot } from '../../src/policy/snapshot.ts';

const TYPES = ['pii.email', 'pii.phone', 'pii.card', 'secret.github', 'secret.aws'];

/** A small stand-in for the detectors' own list. */
export function expand(pattern: string): readonly string[] {
  if (/^(?:injection|opaque)\b/.test(pattern)) return expandTypes(pattern);
  const prefix = pattern.endsWith('*') ? pattern.slice(0, -1) : undefined;
  return TYPES.filter((type) => (prefix === undefined ? type === pattern : type.startsWith(prefix)));
}

export const NOW = Date.UTC(2026, 0, 1);

export const setting: Setting = {
  env: { OPENAI_API_KEY: 'sk-test-1', VLLM_API_KEY: 'sk-test-2', TWO_LINES: 'one\ntwo' },
  expand,
  now: NOW,
};

const judged = (text: string) => judge({ texts: [{ name: 'policy.yaml', text }] }, '.', setting);

/** A policy that must be good, compiled. */
export function compiled(text: string): Snapshot {
  const result = judged(text);
  if ('mistakes' in result) assert.fail(linesOf(result.mistakes, 'error'));
  return result.snapshot;
}

/** A line for each mistake of a policy that must have some. */
export function mistakesOf(text: string): string {
  const result = judged(text);
  assert.ok('mistakes' in result, 'the policy was taken for a good one');
  return linesOf(result.mistakes, 'error');
}

/** A line for each warning about a policy. */
export function warningsOf(text: string): string {
  return linesOf(judged(text).warnings, 'warning');
}

type Judged = ReturnType<typeof judged>;

const linesOf = (mistakes: Judged['warnings'], kind: 'error' | 'warning'): string =>
  mistakes.map((mistake) => formatMistake(mistake, kind)).join('\n');
