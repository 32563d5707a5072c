import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { NOTHING_USED } from '../../../src/core/usage-book.ts';
import { digestOf } from '../../../src/identity/api-key.ts';
import { openRedisState, type RedisState } from '../../../src/state/redis/index.ts';
import { SYSTEM_CLOCK, SYSTEM_RANDOM } from '../../../src/system.ts';
import { folderOf, freePort, startRedis, until } from '../../redis-servers.ts';
import { addressOf } from './setting.ts';

const MAIN = new URL('../../../bin/sallyport.js', import.meta.url).pathname;

async function open(t: TestContext, url: string, faults: string[] = []): Promise<RedisState> {
  const state = await openRedisState({
    address: addressOf(url),
    clock: SYSTEM_CLOCK,
    random: SYSTEM_RANDOM,
    whenAway: () => ({ whenAway: 'deny', replicas: 1 }),
    notFollowed: () => undefined,
    onFault: (where, error) => faults.push(`${where}: ${error}`),
  });
  t.after(() => state.close());
  return state;
}

async function sallyport(args: readonly string[], env: Record<string, string> = {}) {
  const run = promisify(execFile)(process.execPath, [MAIN, ...args], { env: { ...process.env, ...env } });
  return run.then(
    ({ stdout }) => ({ code: 0, text: stdout }),
    (error) => ({ code: Number(error.code), text: `${error.stdout}${error.stderr}` }),
  );
}

describe('the state in Redis', () => {
  it('is one for all replicas and commands: keys made and revoked elsewhere, usage noted elsewhere', async (t) => {
    const { url } = await startRedis(t);
    const state = await open(t, url);
    const made = await sallyport(['keys', 'create', '--redis', url, '--tenant', 'acme', '--json']);
    const { id, key } = JSON.parse(made.text);
    const lookup = () => state.keys.find(digestOf(key), Date.now());
    await until(() => lookup().found);
    const file = join(folderOf(t), 'url');
    writeFileSync(file, `${url}\n`);
    const revoked = await sallyport(['keys', 'revoke', id], { SALLYPORT_REDIS_URL_FILE: file });
    assert.equal(revoked.code, 0, revoked.text);
    await until(() => !lookup().found);
    const listed = await sallyport(['keys', 'list', '--json'], { SALLYPORT_REDIS_URL: url });
    assert.equal(JSON.parse(listed.text)[0].state, 'revoked');
    const day = new Date().toISOString().slice(0, 10);
    state.usage.note({ day, of: { tenant: 'acme' }, counts: { ...NOTHING_USED, requests: 3 } });
    await until(() => state.usage.waiting === 0);
    const usage = await sallyport(['usage', '--redis', url, '--json', '--by', 'tenant']);
    assert.deepEqual(JSON.parse(usage.text).rows[0].requests, 3);
    assert.deepEqual([state.health().ok, state.health().limits.state], [true, 'shared']);
  });

  it('says of a setting that is none, and of a Redis that does not answer, what is wrong and no more', async (t) => {
    const wrong = await sallyport(['keys', 'list', '--redis', 'http://u:secret@h']);
    assert.equal(wrong.code, 2);
    assert.match(wrong.text, /expected redis:\/\//);
    const away = await sallyport(['usage', '--redis', `redis://u:secret@127.0.0.1:${await freePort()}`]);
    assert.equal(away.code, 2);
    assert.match(away.text, /Redis does not answer: ECONNREFUSED/);
    assert.ok(!`${wrong.text}${away.text}`.includes('secret'));
    const { url } = await startRedis(t, {
      args: ['--requirepass', 'other'],
      cliArgs: ['-a', 'other', '--no-auth-warning'],
    });
    const guarded = await sallyport(['keys', 'list', '--redis', url]);
    assert.match(guarded.text, /Redis does not answer: NOAUTH/);
  });

  it('reports once that it is away, and goes on by itself', async (t) => {
    const server = await startRedis(t);
    const faults: string[] = [];
    const state = await open(t, server.url, faults);
    await server.kill();
    await until(() => !state.health().ok);
    await until(() => state.health().failing.includes('state.refresh'));
    const told = () => faults.filter((fault) => fault.startsWith('state.refresh')).length;
    assert.equal(told(), 1);
    await server.restart();
    await until(() => state.health().ok);
    assert.equal(told(), 1);
  });
});
