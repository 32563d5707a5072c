/** Analyzers that answer, and those that do everything else. */
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { after, before, beforeEach, describe, it } from 'node:test';
import { openAnalyzers } from '../../src/analyzers/analyzers.ts';
import { REST_MS } from '../../src/analyzers/circuit.ts';
import type { AnalyzerSource } from '../../src/core/ports.ts';
import { says, startAnalyzer, type TestAnalyzer } from './server.ts';

let server: TestAnalyzer;
let elapsed = 0;
let notes: string[] = [];
before(async () => {
  server = await startAnalyzer();
});
after(() => server[Symbol.asyncDispose]());
beforeEach(() => {
  notes = [];
});

const open = () =>
  openAnalyzers({
    clock: { now: () => 0, elapsed: () => elapsed },
    note: (name, outcome) => notes.push(`${name} ${outcome}`),
  });
const source = (more: Partial<AnalyzerSource> = {}): AnalyzerSource => ({
  name: 'hook',
  kind: 'webhook',
  url: server.url,
  timeoutMs: 5000,
  concurrency: 4,
  cacheMs: 60_000,
  longest: 1000,
  onFailure: 'block',
  ...more,
});
const FOUND = { findings: [{ type: 'x', start: 0, end: 1 }] };
const BRIEF = { timeoutMs: 100 };

describe('an analyzer', () => {
  it('is asked with what the policy says, its token included', async () => {
    server.answer(says(FOUND));
    const found = await open().ask(source({ token: 'secret-1' }), 'abc', 'user');
    assert.deepEqual(found, [{ type: 'analyzer.hook.x', score: 1, start: 0, end: 1 }]);
    const { path, headers, body } = server.seen.at(-1) ?? assert.fail();
    assert.equal(path, '/analyze');
    assert.equal(headers.authorization, 'Bearer secret-1');
    assert.deepEqual(JSON.parse(body), { text: 'abc', role: 'user' });
    assert.deepEqual(notes, ['hook answered']);
  });

  it('is not asked again about a text while its answer is believed, but about another role', async () => {
    server.answer(says(FOUND));
    const analyzers = open();
    const asked = server.seen.length;
    await analyzers.ask(source(), 'again', 'user');
    await analyzers.ask(source(), 'again', 'user');
    assert.equal(server.seen.length, asked + 1);
    await analyzers.ask(source(), 'again', 'tool');
    assert.equal(server.seen.length, asked + 2);
    elapsed += 60_001;
    await analyzers.ask(source(), 'again', 'user');
    assert.equal(server.seen.length, asked + 3);
    await analyzers.ask(source({ cacheMs: 0 }), 'never', 'user');
    await analyzers.ask(source({ cacheMs: 0 }), 'never', 'user');
    assert.equal(server.seen.length, asked + 5);
  });

  it('is not sent what is too long', async () => {
    const asked = server.seen.length;
    assert.equal(await open().ask(source(), 'x'.repeat(1001), 'user'), 'too_long');
    assert.equal(server.seen.length, asked);
    assert.deepEqual(notes, ['hook too_long']);
  });

  for (const [name, how, outcome] of [
    ['hangs', () => {}, 'timeout'],
    [
      'sends its headers and then nothing',
      (response: ServerResponse) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.write('{');
      },
      'timeout',
    ],
    ['breaks off', (response: ServerResponse) => response.destroy(), 'unreachable'],
    [
      'promises more than it sends',
      (response: ServerResponse) => {
        response.writeHead(200, { 'content-length': '1000' });
        response.write('{"findings":[]}');
        setImmediate(() => response.destroy());
      },
      'unreachable',
    ],
    ['fails', (response: ServerResponse) => response.writeHead(500).end('{"findings":[]}'), 'status'],
    ['refuses', (response: ServerResponse) => response.writeHead(422).end('{"findings":[]}'), 'refused'],
    [
      'points elsewhere',
      (response: ServerResponse) => response.writeHead(307, { location: server.url }).end(),
      'unreachable',
    ],
    ['answers rubbish', (response: ServerResponse) => response.end('<html>'), 'unreadable'],
    [
      'answers with no UTF-8',
      (response: ServerResponse) => response.end(Buffer.from([0x22, 0xff, 0x22])),
      'unreadable',
    ],
    ['answers something else', says({ findings: [{ type: 'x', start: 5, end: 99 }] }), 'unreadable'],
    [
      'never stops answering',
      (response: ServerResponse) => {
        const piece = Buffer.alloc(64 * 1024, 0x20);
        const more = () => {
          while (!response.destroyed && response.write(piece));
          if (!response.destroyed) response.once('drain', more);
        };
        more();
      },
      'unreadable',
    ],
  ] as const)
    it(`that ${name} has not answered: ${outcome}`, async () => {
      server.answer(how);
      const mine = outcome === 'timeout' ? source(BRIEF) : source();
      assert.equal(await open().ask(mine, `about ${name}`, 'user'), outcome);
      assert.deepEqual(notes, [`hook ${outcome}`]);
    });

  it('that is not there has not answered', async () => {
    assert.equal(await open().ask(source({ url: 'http://127.0.0.1:1/' }), 'x', 'user'), 'unreachable');
  });
});

describe('an analyzer that fails again and again', () => {
  it('M9: is left alone for a while, then tried once, and trusted again when that succeeds', async () => {
    const analyzers = open();
    const ask = (text: string) => analyzers.ask(source({ cacheMs: 0 }), text, 'user');
    server.answer((response) => response.writeHead(503).end());
    for (let n = 0; n < 5; n += 1) assert.equal(await ask(`f${n}`), 'status');
    const asked = server.seen.length;
    assert.equal(await ask('g'), 'open');
    assert.equal(server.seen.length, asked, 'nobody asked it');
    elapsed += REST_MS;
    assert.deepEqual(await Promise.all([ask('h'), ask('i')]), ['status', 'open'], 'one tries');
    assert.equal(await ask('j'), 'open');
    elapsed += REST_MS;
    server.answer(says(FOUND));
    assert.equal((await ask('k')).length, 1);
    assert.equal((await ask('l')).length, 1);
  });

  it('is not left alone because it does not like a text', async () => {
    const analyzers = open();
    server.answer((response) => response.writeHead(413).end());
    for (let n = 0; n < 8; n += 1) assert.equal(await analyzers.ask(source(), `t${n}`, 'user'), 'refused');
  });
});

describe('many texts at once', () => {
  it('are asked about so many at a time, the others in turn, and no more wait than may', async () => {
    const held: ServerResponse[] = [];
    let most = 0;
    // Each answer waits for a second question, and longer: a third would be seen.
    server.answer((response) => {
      held.push(response);
      most = Math.max(most, held.length);
      if (held.length === 2)
        setTimeout(() => {
          for (const one of held.splice(0)) one.end(JSON.stringify(FOUND));
        }, 5);
    });
    const analyzers = open();
    const all = Array.from({ length: 30 }, (_, n) =>
      analyzers.ask(source({ concurrency: 2 }), `m${n}`, 'user'),
    );
    const outcomes = await Promise.all(all);
    assert.equal(most, 2);
    assert.equal(outcomes.filter((one) => one === 'busy').length, 30 - 2 - 16);
    assert.equal(outcomes.filter((one) => typeof one !== 'string').length, 18);
  });

  it('do not wait for their turn longer than for an answer', async () => {
    server.answer(() => {});
    const analyzers = open();
    const mine = source({ concurrency: 1, ...BRIEF });
    assert.deepEqual(await Promise.all(['n', 'o', 'p'].map((text) => analyzers.ask(mine, text, 'user'))), [
      'timeout',
      'timeout',
      'timeout',
    ]);
  });
});
