import assert from 'node:assert/strict';
import { test } from 'node:test';
import { splice } from '../../src/core/finding.ts';
import type { Segment } from '../../src/dialects/dialect.ts';
import { inspect, inspectText } from '../../src/doors/inspect.ts';
import { wholeText } from '../../src/guards/channel.ts';
import { Vault } from '../../src/guards/placeholders.ts';
import { compileRuleSet } from '../../src/guards/rule-set.ts';
import { world } from '../fakes.ts';

const mask = (action: 'mask' | 'block') =>
  compileRuleSet(
    [
      {
        id: 'r',
        on: 'output',
        detect: ['pii.email', 'pii.card', 'pii.phone'],
        action,
        as: 'label',
        shadow: false,
      },
    ],
    'output',
  );

function setting(action: 'mask' | 'block' = 'mask') {
  let turns = 0;
  const nextTurn = () => {
    turns += 1;
    return Promise.resolve();
  };
  return { x: { rules: mask(action), vault: new Vault(world().random, ''), nextTurn }, turns: () => turns };
}

/** A body that is one JSON string, and its one segment. */
function body(text: string): { json: string; segments: Segment[] } {
  const json = JSON.stringify(text);
  return { json, segments: [{ role: 'user', text, place: { start: 0, end: json.length }, json: false }] };
}

test('a long text comes out of its slices as it would whole, wherever the slices cut', async () => {
  for (let shift = 0; shift < 60; shift++) {
    const text = `${'word '.repeat(1630)}${'x'.repeat(shift)} to jo.doe@example.org or 4111 1111 1111 1111, ${'word '.repeat(4000)}`;
    const { x } = setting();
    const { json, segments } = body(text);
    const sliced = await inspect(json, segments, x);
    const whole = wholeText(x.rules.of('user'), x.vault, text);
    assert.equal(JSON.parse(splice(json, sliced.edits)), splice(text, whole.edits), `shift ${shift}`);
    assert.equal(splice(text, (await inspectText(text, 'user', x)).edits), splice(text, whole.edits));
    const kinds = (counts: typeof sliced.counts) =>
      counts.map(({ type, count }) => `${type} ${count}`).sort();
    assert.deepEqual(kinds(sliced.counts), kinds(whole.counts));
  }
});

test('M14: a short body is looked at without waiting, a long one gives turns to others', async () => {
  const short = setting();
  const small = body('write to jo@example.org');
  assert.ok(!(inspect(small.json, small.segments, short.x) instanceof Promise));
  const long = setting();
  const large = body('1-1-'.repeat(100_000));
  await inspect(large.json, large.segments, long.x);
  assert.ok(long.turns() >= 400_000 / 8192, `${long.turns()} turns`);
});

test('many short texts give turns to others as well', async () => {
  const { x, turns } = setting();
  const text = JSON.stringify('ab').repeat(50_000);
  const segments = Array.from({ length: 50_000 }, (_, i): Segment => {
    return { role: 'user', text: 'ab', place: { start: i * 4, end: i * 4 + 4 }, json: false };
  });
  await inspect(text, segments, x);
  assert.ok(turns() > 100, `${turns()} turns`);
});

test('a rule blocks a long text as it does a short one', async () => {
  const { x } = setting('block');
  const { json, segments } = body(`${'word '.repeat(5000)} jo@example.org ${'word '.repeat(5000)}`);
  const inspected = await inspect(json, segments, x);
  assert.equal(inspected.blocked?.refused, 'answer_blocked');
});

test('more findings than a call takes arguments are all masked', async () => {
  const { x } = setting();
  const { json, segments } = body('a@b.co '.repeat(200_000));
  const { edits } = await inspect(json, segments, x);
  assert.equal(edits.length, 200_000);
});
