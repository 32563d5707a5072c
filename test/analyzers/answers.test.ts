/** What analyzers of each kind are asked, and how their answers read. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PROTOCOLS } from '../../src/analyzers/answers.ts';
import type { AnalyzerSource } from '../../src/core/ports.ts';

const source = (kind: AnalyzerSource['kind'], more: Partial<AnalyzerSource> = {}): AnalyzerSource => ({
  name: 'a',
  kind,
  url: 'http://localhost/',
  timeoutMs: 1000,
  concurrency: 1,
  cacheMs: 0,
  longest: 1000,
  onFailure: 'block',
  ...more,
});

const read = (kind: AnalyzerSource['kind'], answer: unknown, text = 'Hello Jane Doe') =>
  PROTOCOLS[kind]
    .read(answer, source(kind), text)
    ?.map(({ type, start, end, score }) => [type, start, end, score]);
const said = (content: unknown) => ({ choices: [{ message: { role: 'assistant', content } }] });

describe('Presidio', () => {
  it('is asked for a text in a language', () => {
    assert.deepEqual(PROTOCOLS.presidio.question(source('presidio'), 'x', 'user'), {
      text: 'x',
      language: 'en',
    });
  });

  it('counts code points, where places here are UTF-16 code units', () => {
    const one = { entity_type: 'PERSON', start: 2, end: 6, score: 0.85, analysis_explanation: null };
    assert.deepEqual(read('presidio', [one], '😀 Jane'), [['analyzer.a.person', 3, 7, 0.85]]);
    assert.deepEqual(read('presidio', []), []);
  });

  it('is not believed where a place is none, a score is none, or a type is missing', () => {
    const good = { entity_type: 'PERSON', start: 6, end: 10, score: 0.5 };
    for (const wrong of [
      { end: 99 },
      { start: -1 },
      { start: 10 },
      { start: 6.5 },
      { start: '6' },
      { score: Number.NaN },
      { score: 1.01 },
      { score: '1' },
      { entity_type: 7 },
      { entity_type: '' },
      { entity_type: 'X'.repeat(100) },
    ])
      assert.equal(read('presidio', [good, { ...good, ...wrong }]), undefined, JSON.stringify(wrong));
    for (const wrong of [{}, null, 'x', [1], [null], Array.from({ length: 1001 }, () => good)])
      assert.equal(read('presidio', wrong), undefined);
  });
});

describe('a moderation endpoint', () => {
  it('gives a score for each kind, of the text as a whole', () => {
    assert.deepEqual(PROTOCOLS.moderation.question(source('moderation', { model: 'm' }), 'x', 'user'), {
      input: 'x',
      model: 'm',
    });
    const scores = { hate: 0.9, 'self-harm/intent': 0.01, illicit: null };
    assert.deepEqual(read('moderation', { results: [{ flagged: true, category_scores: scores }] }, 'abc'), [
      ['analyzer.a.hate', 0, 3, 0.9],
      ['analyzer.a.self_harm_intent', 0, 3, 0.01],
    ]);
  });

  it('is not believed without scores, or with more or fewer results than texts', () => {
    const result = { category_scores: { hate: 0.5 } };
    for (const wrong of [
      {},
      { results: [] },
      { results: [result, result] },
      { results: [{ flagged: true }] },
      { results: [{ category_scores: { hate: 'much' } }] },
    ])
      assert.equal(read('moderation', wrong), undefined, JSON.stringify(wrong));
  });
});

describe('a model that judges', () => {
  it('is told what the policy says, with the text in it as it is', () => {
    const asked = PROTOCOLS.guard.question(
      source('guard', { model: 'm', prompt: 'Judge: {text}!' }),
      "$& $'",
      'user',
    );
    assert.deepEqual((asked as { messages: unknown }).messages, [{ role: 'user', content: "Judge: $& $'!" }]);
  });

  it('says safe, unsafe with kinds, yes or no', () => {
    const kinds = (content: string) => read('guard', said(content), 'ab')?.map(([type]) => type);
    assert.deepEqual(kinds('\n\nsafe'), []);
    assert.deepEqual(kinds('\n\nunsafe\nS1,S10'), ['analyzer.a.s1', 'analyzer.a.s10']);
    assert.deepEqual(kinds('unsafe'), ['analyzer.a.unsafe']);
    assert.deepEqual(kinds('Yes'), ['analyzer.a.unsafe']);
    assert.deepEqual(kinds('<score> yes </score>'), ['analyzer.a.unsafe']);
    assert.deepEqual(kinds('No, it does not violate any principle.'), []);
  });

  it('J26: is not believed where it says anything else', () => {
    for (const content of [
      '',
      'maybe',
      'The text is safe.',
      'unsafe because of S1',
      'yesterday',
      'nobody',
      null,
      7,
    ])
      assert.equal(read('guard', said(content)), undefined, String(content));
    for (const wrong of [{}, { choices: [] }, { choices: [{}] }, 'safe'])
      assert.equal(read('guard', wrong), undefined);
  });
});

describe('a webhook', () => {
  it('is told the text and whose it is, and says what it found, of the whole text where it names no place', () => {
    assert.deepEqual(PROTOCOLS.webhook.question(source('webhook'), 'x', 'tool'), { text: 'x', role: 'tool' });
    assert.deepEqual(read('webhook', { findings: [{ type: 'Project X' }] }, 'abc'), [
      ['analyzer.a.project_x', 0, 3, 1],
    ]);
    assert.deepEqual(read('webhook', { findings: [{ type: 'name', start: 6, end: 10, score: 0.4 }] }), [
      ['analyzer.a.name', 6, 10, 0.4],
    ]);
    assert.equal(read('webhook', { findings: 'none' }), undefined);
    assert.equal(read('webhook', []), undefined);
  });
});
