import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { loadPolicy } from '../../src/policy/load.ts';
import type { Counted, Limit } from '../../src/policy/snapshot.ts';
import { setting } from './setting.ts';

function limitsOf(...limits: string[]): readonly Limit[] {
  const file = join(mkdtempSync(join(tmpdir(), 'sallyport-limits-')), 'policy.yaml');
  writeFileSync(
    file,
    `version: 1
identity: { apiKeys: {} }
backends: { openai: { dialect: openai, url: "https://api.openai.com" } }
models: { fast: { backends: [{ name: openai, model: gpt-4o }] }, slow: { backends: [{ name: openai, model: gpt-4.1 }] } }
grants: [{ to: any, operations: "*", models: "*" }]
limits: [${limits.join(', ')}]
`,
  );
  const loaded = loadPolicy(file, setting);
  assert.ok('snapshot' in loaded, JSON.stringify(loaded));
  return loaded.snapshot.limits;
}

function limitOf(text: string): Limit {
  const [limit] = limitsOf(text);
  assert.ok(limit);
  return limit;
}

const by = (principal: Partial<Counted['principal']>, more: Partial<Counted> = {}): Counted => ({
  principal: { methods: ['api-key'], id: 'k', groups: [], ...principal },
  operation: 'chat',
  clientAddress: '192.0.2.1',
  ...more,
});

describe('a limit', () => {
  it('counts requests over a window, or out of a bucket', () => {
    assert.deepEqual(limitOf('{ per: key, requests: 60/15s }').over, { kind: 'window', windowMs: 15_000 });
    assert.deepEqual(limitOf('{ per: key, requests: 60/minute, burst: 5 }').over, {
      kind: 'bucket',
      windowMs: 60_000,
      burst: 5,
    });
  });

  it('counts tokens of prompts, of answers, or of both', () => {
    const amounts = ['200k/minute', '{ input: 1.5M/hour }', '{ output: 5000/15s }'].map((tokens) => {
      const limit = limitOf(`{ per: key, tokens: ${tokens} }`);
      return [limit.counts, limit.mostFor(by({}))];
    });
    assert.deepEqual(amounts, [
      ['tokens', 200_000],
      ['input_tokens', 1_500_000],
      ['output_tokens', 5000],
    ]);
  });

  it('counts money exactly, in a period of some zone’s calendar', () => {
    const limit = limitOf(
      '{ per: project, cost: 0.1 USD/week, zone: Europe/Berlin, alert: [50%, 99.5%], clamp: true, whenUsedUp: stop }',
    );
    assert.equal(limit.mostFor(by({})), 100_000_000);
    assert.deepEqual(limit.over, { kind: 'calendar', period: 'week', zone: 'Europe/Berlin' });
    assert.deepEqual([limit.alerts, limit.clamp, limit.stop], [[500, 995], true, true]);
    assert.equal(limitOf('{ per: key, cost: 1000000 USD/month }').mostFor(by({})), 1e15);
    assert.equal(limitOf('{ per: key, cost: 0.000000001 USD/month }').mostFor(by({})), 1);
  });

  it('counts places', () => {
    const limit = limitOf('{ concurrent: 8 }');
    assert.deepEqual([limit.counts, limit.over, limit.per], ['concurrent', { kind: 'places' }, []]);
  });

  it('is about whom, what and which models it says', () => {
    const limit = limitOf(
      '{ requests: 1/day, to: { tenant: acme, groups: ["*", "!staff"] }, operations: [chat], models: ["fa*"] }',
    );
    assert.ok(limit.needsModel);
    assert.ok(limit.concerns(by({ tenant: 'acme', groups: ['x'] }, { model: 'fast' })));
    assert.ok(
      limit.concerns(by({ tenant: 'acme', groups: ['x'] })),
      'what is not known yet counts as fitting',
    );
    assert.ok(!limit.concerns(by({ tenant: 'acme', groups: ['x'] }, { model: 'slow' })));
    assert.ok(!limit.concerns(by({ tenant: 'acme', groups: ['staff'] }, { model: 'fast' })));
    assert.ok(!limit.concerns(by({ tenant: 'globex', groups: ['x'] }, { model: 'fast' })));
    assert.ok(
      !limit.concerns(by({ tenant: 'acme', groups: ['x'] }, { model: 'fast', operation: 'embeddings' })),
    );
  });

  it('allows some callers more, or less: the first override that fits counts', () => {
    const limit = limitOf(
      '{ per: key, requests: 10/minute, overrides: [{ to: { key: ci }, requests: 1000/minute }, { to: { tenant: acme }, requests: 2/minute }] }',
    );
    assert.deepEqual(
      [by({ key: 'ci', tenant: 'acme' }), by({ tenant: 'acme' }), by({})].map((counted) =>
        limit.mostFor(counted),
      ),
      [1000, 2, 10],
    );
  });

  it('in shadow does not make another one idle', () => {
    const [shadow] = limitsOf(
      '{ id: trial, per: key, requests: 1/minute, mode: shadow }',
      '{ per: key, requests: 60/minute }',
    );
    assert.equal(shadow?.shadow, true);
  });
});
