/** Records for tests of the audit. */
import type { AuditRecord } from '../../src/core/record.ts';

export function recordOf(request: string, more: Partial<AuditRecord> = {}): AuditRecord {
  return {
    time: '2026-11-22T10:11:12.345Z',
    request,
    outcome: 'allowed',
    reason: null,
    why: null,
    door: 2,
    method: 'POST',
    path: '/v1/chat/completions',
    operation: 'chat',
    principal: { methods: ['api-key'], id: 'key_a', key: 'key_a', tenant: 'acme' },
    model: { asked: 'gpt-4.1-mini', served: 'gpt-4.1-mini-2025-04-14' },
    backend: 'openai',
    attempts: 1,
    features: [],
    stripped: [],
    clamped: [],
    stream: false,
    status: 200,
    tokens: { input: 10, output: 20, source: 'reported' },
    cost_nano: 36_000,
    limits: { shadow: [], local: false },
    latency_ms: 812,
    first_token_ms: null,
    findings: [],
    inspected: { request: 'whole', response: 'whole' },
    policy: '0123456789abcdef',
    ...more,
  };
}

/** The lines of a file, read. */
export function parsed(text: string): Record<string, unknown>[] {
  assertEnded(text);
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

function assertEnded(text: string): void {
  if (text !== '' && !text.endsWith('\n')) throw new Error(`The last line is unfinished: ${text.slice(-80)}`);
}
