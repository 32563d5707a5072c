/** What the doors make of what analyzers say. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AnalyzerSource, Analyzers } from '../../src/core/ports.ts';
import { isRefusal } from '../../src/core/refusal.ts';
import type { Role } from '../../src/core/text.ts';
import { inspectPlain } from '../../src/doors/inspect-all.ts';
import { Vault } from '../../src/guards/placeholders.ts';
import { compileRuleSet } from '../../src/guards/rule-set.ts';
import type { Rule } from '../../src/guards/rules.ts';

const SOURCE: AnalyzerSource = {
  name: 'names',
  kind: 'webhook',
  url: 'http://names.example.org/',
  timeoutMs: 1000,
  concurrency: 1,
  cacheMs: 0,
  longest: 100_000,
  onFailure: 'block',
};
const random = { bytes: (count: number) => new Uint8Array(count).fill(7), fraction: () => 0 };

/** Finds every `Jane`, with a score of 0.8. */
const JANE: Analyzers['ask'] = async ({ name }, text) =>
  [...text.matchAll(/Jane/g)].map(({ index }) => ({
    type: `analyzer.${name}.person`,
    score: 0.8,
    start: index,
    end: index + 4,
  }));

function look(
  text: string,
  rule: Partial<Rule>,
  ask = JANE,
  more: Partial<AnalyzerSource> = {},
  role: Role = 'user',
) {
  const whole: Rule = {
    id: 'names',
    on: 'input',
    detect: ['analyzer.names'],
    action: 'mask',
    as: 'label',
    shadow: false,
    ...rule,
  };
  return inspectPlain(text, role, {
    rules: compileRuleSet([whole], 'input'),
    vault: new Vault(random, ''),
    nextTurn: () => Promise.resolve(),
    analyzers: { ask },
    sources: new Map([['names', { ...SOURCE, ...more }]]),
  });
}

describe('what an analyzer finds', () => {
  it('may decide by how much it is, and is asked for once', async () => {
    let asked = 0;
    const ask: Analyzers['ask'] = (...all) => {
      asked += 1;
      return JANE(...all);
    };
    const many: Partial<Rule> = {
      action: 'block',
      when: (found) => (found.get('analyzer.names') ?? 0) >= 2,
    };
    assert.equal((await look('Jane.', many, ask)).blocked, undefined);
    assert.ok((await look('Jane and Jane.', many, ask)).blocked);
    assert.equal(asked, 2);
  });

  it('is masked where it stands, in a long text too', async () => {
    const { edits, counts } = await look('I am Jane.', {});
    assert.deepEqual(edits, [{ start: 5, end: 9, text: '[NAMES]' }]);
    assert.deepEqual(counts, [{ type: 'analyzer.names', direction: 'input', action: 'mask', count: 1 }]);
    const long = `${'word '.repeat(5000)}Jane`;
    assert.equal((await look(long, {})).edits[0]?.start, 25_000);
  });

  it("is ruled by its own type before its analyzer's, and not at all where no rule speaks of it", async () => {
    const own = await look('Jane', { detect: ['analyzer.names.person', 'analyzer.names'], action: 'block' });
    assert.equal(own.counts[0]?.type, 'analyzer.names.person');
    assert.ok(
      own.blocked !== undefined && isRefusal(own.blocked) && own.blocked.refused === 'content_blocked',
    );
    assert.deepEqual((await look('Jane', { detect: ['analyzer.names.place'] })).counts, []);
  });

  it('counts from the threshold on, one half unless said otherwise', async () => {
    assert.equal((await look('Jane', { threshold: 0.81 })).edits.length, 0);
    const unsure: Analyzers['ask'] = async () => [
      { type: 'analyzer.names.x', score: 0.49, start: 0, end: 1 },
    ];
    assert.equal((await look('Jane', {}, unsure)).edits.length, 0);
  });

  it('is asked for only about texts of the roles that a rule is about', async () => {
    const asked: string[] = [];
    const ask: Analyzers['ask'] = async (_, text) => {
      asked.push(text);
      return [];
    };
    await look('of a tool', { roles: ['user'] }, ask, {}, 'tool');
    await look('of a user', { roles: ['user'] }, ask);
    assert.deepEqual(asked, ['of a user']);
  });
});

describe('an analyzer that does not answer', () => {
  const away: Analyzers['ask'] = () => Promise.resolve('timeout');

  it('stops the text', async () => {
    const { blocked, edits } = await look('Jane', {}, away);
    assert.deepEqual([blocked?.refused, blocked?.why], ['analyzer_unavailable', 'analyzer_timeout']);
    assert.deepEqual(edits, []);
  });

  it('lets it pass where the policy says so, and the record says that it was not wholly looked at', async () => {
    const { blocked, missed } = await look('Jane', {}, away, { onFailure: 'pass' });
    assert.deepEqual([blocked, missed], [undefined, true]);
  });
});
