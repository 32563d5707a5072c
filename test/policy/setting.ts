/** What a policy depends on besides its text, fixed for the tests. */
import type { Setting } from '../../src/policy/load.ts';

const TYPES = ['pii.email', 'pii.phone', 'pii.card', 'secret.github', 'secret.aws'];

/** A small stand-in for the detectors' own list. */
export function expand(pattern: string): readonly string[] {
  const prefix = pattern.endsWith('*') ? pattern.slice(0, -1) : undefined;
  return TYPES.filter((type) => (prefix === undefined ? type === pattern : type.startsWith(prefix)));
}

export const NOW = Date.UTC(2026, 0, 1);

export const setting: Setting = {
  env: { OPENAI_API_KEY: 'sk-test-1', VLLM_API_KEY: 'sk-test-2', TWO_LINES: 'one\ntwo' },
  expand,
  now: NOW,
};
