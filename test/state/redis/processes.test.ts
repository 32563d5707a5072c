import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { describe, it, type TestContext } from 'node:test';
import type { Claim, Over } from '../../../src/core/quota.ts';
import { claimOf, PLACES } from '../../contract/quotas.ts';
import { startRedis } from '../../redis-servers.ts';

const HOUR = 3_600_000;
const PROCESS = new URL('./reserving-process.ts', import.meta.url).pathname;

function startProcess(t: TestContext, url: string, count: number, claim: Claim) {
  const child = spawn(process.execPath, [PROCESS, url, String(count), JSON.stringify(claim)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const line = async (): Promise<string> => String((await lines.next()).value);
  return { line, go: () => child.stdin.write('go\n') };
}

describe('four processes on one Redis', () => {
  for (const [name, over, limit] of [
    ['window', { kind: 'window', windowMs: HOUR }, 137],
    ['bucket', { kind: 'bucket', windowMs: HOUR, burst: 137 }, 1],
    ['period', { kind: 'period', start: Date.now() - HOUR, end: Date.now() + HOUR }, 137],
    ['set of places', PLACES, 137],
  ] as const satisfies readonly (readonly [string, Over, number])[]) {
    it(`I1: admit exactly the limit of a thousand requests at once: a ${name}`, async (t) => {
      const { url } = await startRedis(t);
      const claim = claimOf('a', limit, 1, over);
      const processes = Array.from({ length: 4 }, () => startProcess(t, url, 250, claim));
      for (const { line } of processes) assert.equal(await line(), 'ready');
      for (const { go } of processes) go();
      const admitted = await Promise.all(processes.map(({ line }) => line()));
      assert.equal(
        admitted.reduce((sum, one) => sum + Number(one), 0),
        137,
        String(admitted),
      );
    });
  }
});
