import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Signal } from '../../src/core/signal.ts';
import { raiseSignals } from '../../src/telemetry/signals.ts';

test('a signal is logged and counted once; another period or threshold is another signal', () => {
  const logged: unknown[] = [];
  const counted: string[] = [];
  const signals = raiseSignals(
    { warn: (message, fields) => logged.push([message, fields]) },
    { signalled: (kind, limit) => counted.push(`${kind} ${limit}`) },
  );
  const threshold: Signal = {
    kind: 'limit_threshold',
    limit: 'month',
    about: 'project ranker',
    period: 1,
    threshold: 800,
  };
  for (let i = 0; i < 3; i++) signals.raise(threshold);
  signals.raise({ ...threshold, threshold: 1000 });
  signals.raise({ ...threshold, period: 2 });
  signals.raise({ kind: 'usage_implausible', backend: 'openai', model: 'gpt-4o' });
  assert.deepEqual(counted, [
    'limit_threshold month',
    'limit_threshold month',
    'limit_threshold month',
    'usage_implausible ',
  ]);
  assert.deepEqual(logged[0], [
    'signal',
    { kind: 'limit_threshold', limit: 'month', about: 'project ranker', percent: 80 },
  ]);
  assert.equal(logged.length, 4);
});
