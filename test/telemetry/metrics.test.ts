import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Metrics } from '../../src/telemetry/metrics.ts';

const lines = (metrics: Metrics) => metrics.render().split('\n');
const READINGS = {
  issuers: () => new Map([['https://id.example.org', { ageMs: 1500 }]]),
  streams: () => 3,
  keys: () => 12,
  passages: () => 1,
  counters: () => 40,
  limits: () => ({ state: 'local', pending: 3, dropped: 1 }),
  audit: () => ({ ok: false, lost: 7 }),
  policy: () => '0123456789abcdef' as string | undefined,
};

describe('metrics', () => {
  it('count decisions by door, operation, outcome and reason', () => {
    const metrics = new Metrics();
    metrics.decided(1, 'chat', 'allowed', '');
    metrics.decided(1, 'chat', 'allowed', '');
    metrics.decided(2, 'chat', 'refused', 'model_not_allowed');
    assert.ok(
      lines(metrics).includes(
        'sallyport_decisions_total{door="1",operation="chat",outcome="allowed",reason=""} 2',
      ),
    );
    assert.ok(
      lines(metrics).includes(
        'sallyport_decisions_total{door="2",operation="chat",outcome="refused",reason="model_not_allowed"} 1',
      ),
    );
  });

  it('name tokens and durations as the conventions for generative AI do', () => {
    const metrics = new Metrics();
    metrics.tokens('completions', 'gpt-4.1-mini', 100, 5);
    metrics.latency('chat', 250);
    const labels = 'gen_ai_operation_name="text_completion",gen_ai_request_model="gpt-4.1-mini"';
    assert.ok(
      lines(metrics).includes(`gen_ai_client_token_usage_sum{${labels},gen_ai_token_type="input"} 100`),
    );
    assert.ok(
      lines(metrics).includes(
        `gen_ai_client_token_usage_bucket{${labels},gen_ai_token_type="output",le="4"} 0`,
      ),
    );
    assert.ok(
      lines(metrics).includes(
        `gen_ai_client_token_usage_bucket{${labels},gen_ai_token_type="output",le="16"} 1`,
      ),
    );
    const duration = 'gen_ai_server_request_duration_seconds';
    assert.ok(lines(metrics).includes(`${duration}_sum{gen_ai_operation_name="chat"} 0.25`));
    assert.ok(lines(metrics).includes(`${duration}_bucket{gen_ai_operation_name="chat",le="0.32"} 1`));
  });

  it('count findings, reloads, failures, faults and delays', () => {
    const metrics = new Metrics();
    metrics.found('pii.email', 'input', 'mask', 4);
    metrics.reloaded('refused');
    metrics.sessionFailed('deadline');
    metrics.faulted('session');
    metrics.delayed(12);
    for (const line of [
      'sallyport_findings_total{type="pii.email",direction="input",action="mask"} 4',
      'sallyport_policy_reloads_total{result="refused"} 1',
      'sallyport_sessions_failed_total{reason="deadline"} 1',
      'sallyport_faults_total{where="session"} 1',
      'sallyport_event_loop_delay_seconds_sum 0.012',
    ]) {
      assert.ok(lines(metrics).includes(line), line);
    }
  });

  it('read the state of other parts when they are asked for', () => {
    const metrics = new Metrics();
    let version: string | undefined;
    metrics.watch({ ...READINGS, policy: () => version });
    assert.ok(!metrics.render().includes('sallyport_policy_info'));
    version = '0123456789abcdef';
    for (const line of [
      'sallyport_policy_info{version="0123456789abcdef"} 1',
      'sallyport_issuer_keys_age_seconds{issuer="https://id.example.org"} 1.5',
      'sallyport_streams 3',
      'sallyport_keys 12',
      'sallyport_passages 1',
      'sallyport_limit_counters 40',
      'sallyport_limits_state{state="local"} 1',
      'sallyport_limits_pending 3',
      'sallyport_limits_dropped_total 1',
      'sallyport_audit_healthy 0',
      'sallyport_audit_lost_total 7',
    ]) {
      assert.ok(lines(metrics).includes(line), line);
    }
    version = 'fedcba9876543210';
    assert.equal(lines(metrics).filter((line) => line.startsWith('sallyport_policy_info{')).length, 1);
  });

  it('tell about the process, and are a text that Prometheus reads', () => {
    const metrics = new Metrics();
    metrics.watch(READINGS);
    metrics.decided(1, 'chat', 'allowed', '');
    const text = metrics.render();
    assert.match(text, /^process_resident_memory_bytes \d+$/m);
    assert.ok(text.endsWith('\n'));
    for (const line of text.trimEnd().split('\n')) {
      assert.match(line, /^(?:# (?:HELP|TYPE) [a-z_]+ .+|[a-z_]+(?:\{[^{}]*\})? -?[0-9.e+-]+)$/);
    }
  });
});
