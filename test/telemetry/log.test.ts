import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mint } from '../../src/identity/api-key.ts';
import { createLog, type LogLevel } from '../../src/telemetry/log.ts';

function open(level: LogLevel = 'info') {
  const written: string[] = [];
  const log = createLog(level, { write: (line: string) => void written.push(line) });
  return { log, written, last: () => JSON.parse(written.at(-1) ?? 'null') };
}

const KEY = mint({
  bytes: (count) => Uint8Array.from({ length: count }, (_, i) => i * 7),
  fraction: () => 0,
});

describe('the log', () => {
  it('is one line of JSON an event, with time, level and message', () => {
    const { log, written, last } = open();
    log.warn('policy refused', { file: 'policy.yaml', line: 3 });
    const { time, ...rest } = last();
    assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.deepEqual(rest, { level: 'warn', file: 'policy.yaml', line: 3, msg: 'policy refused' });
    assert.equal(written.length, 1);
    assert.ok(written[0]?.endsWith('}\n'));
  });

  it('holds back what is below its level', () => {
    const { log, written } = open('warn');
    log.debug('a');
    log.info('b');
    log.warn('c');
    log.error('d');
    assert.equal(written.length, 2);
    const silent = open('silent');
    silent.log.error('e');
    assert.equal(silent.written.length, 0);
  });

  it('N1: escapes and clips what came from others, wherever it stands', () => {
    const { log, written, last } = open();
    const evil = 'a\n{"level":"info"}\u001b[2J\u202e\u2028';
    log.info(evil, {
      text: evil,
      deep: { list: [evil] },
      [`name${evil}`]: 1,
      error: new Error(evil),
      long: 'x'.repeat(1e6),
    });
    assert.match(written[0] ?? '', /^[\x20-\x7e…]+\n$/);
    assert.ok((written[0] ?? '').length < 10_000);
    assert.equal(last().deep.list[0], 'a\\u000a{"level":"info"}\\u001b[2J\\u202e\\u2028');
  });

  it('N2: takes credentials out, by name and by form', () => {
    const { log, written } = open();
    log.error(`failed for ${KEY}`, {
      authorization: `Basic ${KEY}`,
      headers: { 'x-api-key': 'plain', Cookie: 'session=canary', accept: `Bearer canary-${KEY}` },
      error: new Error(`401 from backend for sk-proj-canary0123456789abcdef`, {
        cause: new Error(`Bearer canary`),
      }),
      list: [[`key ${KEY} is bad`]],
      pepper: 'canary',
    });
    const text = written.join('');
    for (const secret of [KEY.slice(3, 30), 'canary', 'plain', 'Basic'])
      assert.ok(!text.includes(secret), secret);
  });

  it('writes an error as type, code, message, places and cause', () => {
    const { log, last } = open();
    log.error('cannot write', {
      error: Object.assign(new TypeError('no\nspace', { cause: new Error('why') }), { code: 'ENOSPC' }),
    });
    const { error } = last();
    assert.deepEqual(
      [error.type, error.code, error.message, error.cause.message],
      ['TypeError', 'ENOSPC', 'no\\u000aspace', 'why'],
    );
    assert.ok(error.stack.every((line: string) => line.startsWith('at ')));
  });

  it('writes what is no plain value without failing: rings, bytes, functions, big and many numbers', () => {
    const { log, last } = open();
    const ring: Record<string, unknown> = {};
    ring.self = ring;
    log.info('odd', {
      ring,
      bytes: new Uint8Array(5),
      f() {},
      big: 2n ** 64n,
      many: Array(1000).fill(1),
      none: null,
    });
    const { ring: written, bytes, big, many, none } = last();
    assert.ok(JSON.stringify(written).length < 200);
    assert.deepEqual([bytes, big, many.length, none], ['[5 bytes]', '18446744073709551616', 50, null]);
  });
});
