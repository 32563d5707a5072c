import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { LineWriter } from '../../src/telemetry/line-writer.ts';

describe('lines written in the background', () => {
  it('arrive whole and in order', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'sallyport-log-'));
    const descriptor = openSync(join(dir, 'log'), 'w');
    const writer = new LineWriter(descriptor);
    const lines = Array.from({ length: 2000 }, (_, i) => `line ${i} – ü\n`);
    for (const [i, line] of lines.entries()) {
      writer.write(line);
      if (i % 100 === 0) await new Promise(setImmediate);
    }
    await writer.flush();
    closeSync(descriptor);
    assert.equal(readFileSync(join(dir, 'log'), 'utf8'), lines.join(''));
    assert.equal(writer.dropped, 0);
    rmSync(dir, { recursive: true });
  });

  it('are dropped, and counted, where they cannot be written', async () => {
    const descriptor = openSync('/dev/full', 'w');
    const writer = new LineWriter(descriptor);
    for (let i = 0; i < 10; i++) writer.write(`${i}\n`);
    await writer.flush();
    assert.equal(writer.dropped, 10);
    closeSync(descriptor);
  });

  it('take a bounded amount of memory while nothing is read', () => {
    const writer = new LineWriter(-1);
    for (let i = 0; i < 3000; i++) writer.write(`${'x'.repeat(1023)}\n`);
    assert.ok(writer.dropped >= 3000 - 2 * 1024, `${writer.dropped}`);
  });

  it('do not keep a process from its end where the disk is full, the reader gone, or standard output closed', () => {
    const script = `
      import { createLog } from './src/telemetry/log.ts';
      const log = createLog('info');
      log.info('a'); setImmediate(async () => { log.error('b'); await log.flush(); process.exit(7); });`;
    for (const redirect of ['> /dev/full', '| head -c 0', '>&-']) {
      const run = spawnSync(
        'bash',
        [
          '-c',
          `"$0" --input-type=module -e "$1" ${redirect}; exit "\${PIPESTATUS[0]}"`,
          process.execPath,
          script,
        ],
        { timeout: 20_000 },
      );
      assert.deepEqual([run.status, run.stderr.toString()], [7, ''], redirect);
    }
  });
});
