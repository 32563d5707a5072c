/** Real Redis servers for tests: started on free loopback ports, killed with the test that asked for them. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const HOST = '127.0.0.1';
const UP_WITHIN_MS = 10_000;

/** Whatever ends what was started: a test's context, or a suite's `after`. */
export interface Scope {
  after(end: () => unknown): void;
}

/** For a suite: to be called as it is described, since hooks that a hook adds are its own. */
export function suiteScope(after: (end: () => Promise<void>) => void): Scope {
  const ends: (() => unknown)[] = [];
  after(async () => {
    for (const end of ends.reverse()) await end();
  });
  return { after: (end) => ends.push(end) };
}

export interface RedisServer {
  readonly port: number;
  readonly url: string;
  /** Sends a command through `redis-cli`. @throws Error if that fails */
  cli(...args: readonly string[]): Promise<string>;
  signal(name: NodeJS.Signals): void;
  /** Kills it, at once. */
  kill(): Promise<void>;
  /** Starts it again on the same port, empty unless it was told to write to the disk. */
  restart(): Promise<void>;
}

interface Wanted {
  readonly args?: readonly string[];
  /** Arguments for `redis-cli`, such as a password. */
  readonly cliArgs?: readonly string[];
  readonly port?: number;
  readonly sentinelConfig?: string;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** A folder that is gone after the test. */
export function folderOf(scope: Scope): string {
  const dir = mkdtempSync(join(tmpdir(), 'sallyport-redis-'));
  scope.after(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

export async function startRedis(scope: Scope, wanted: Wanted = {}): Promise<RedisServer> {
  const { args = [], cliArgs = [], sentinelConfig } = wanted;
  const port = wanted.port ?? (await freePort());
  const dir = folderOf(scope);
  const own = [
    '--port',
    String(port),
    '--bind',
    HOST,
    '--dir',
    dir,
    '--save',
    '',
    '--appendonly',
    'no',
    '--repl-diskless-sync-delay',
    '0',
  ];
  const all = sentinelConfig === undefined ? [...own, ...args] : [sentinelConfig, '--sentinel'];
  const cli = async (...command: readonly string[]) => {
    const { stdout } = await run('redis-cli', ['-h', HOST, '-p', String(port), ...cliArgs, ...command]);
    return stdout.trim();
  };
  let child = launch(all);
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  };
  scope.after(kill);
  await answering(cli, child);
  return {
    port,
    url: `redis://${HOST}:${port}`,
    cli,
    signal: (name) => child.kill(name),
    kill,
    async restart() {
      child = launch(all);
      await answering(cli, child);
    },
  };
}

function launch(args: readonly string[]): ChildProcess {
  const child = spawn('redis-server', args, { stdio: 'ignore' });
  child.on('error', () => undefined);
  return child;
}

async function answering(cli: RedisServer['cli'], child: ChildProcess): Promise<void> {
  const until = performance.now() + UP_WITHIN_MS;
  for (;;) {
    const answer = await cli('ping').catch((error: unknown) => String(error));
    if (answer === 'PONG') return;
    if (child.pid === undefined || answer.includes('ENOENT'))
      throw new Error(
        'redis-server is not installed: run scripts/setup-redis.sh, or apt-get install redis-server',
      );
    if (child.exitCode !== null) throw new Error(`redis-server ended with ${child.exitCode}`);
    if (performance.now() > until) throw new Error(`redis-server does not answer: ${answer}`);
    await sleep(20);
  }
}

/** Six nodes: three masters and a replica of each. */
export async function startCluster(
  scope: Scope,
): Promise<{ readonly url: string; readonly nodes: readonly RedisServer[] }> {
  const nodes = await Promise.all(
    Array.from({ length: 6 }, async () => {
      const bus = await freePort();
      const args = [
        '--cluster-enabled',
        'yes',
        '--cluster-port',
        String(bus),
        '--cluster-node-timeout',
        '1000',
      ];
      return startRedis(scope, { args });
    }),
  );
  const addresses = nodes.map(({ port }) => `${HOST}:${port}`);
  await run('redis-cli', ['--cluster', 'create', ...addresses, '--cluster-replicas', '1', '--cluster-yes']);
  for (const { cli } of nodes)
    await until(async () => (await cli('cluster', 'info')).includes('cluster_state:ok'));
  return { url: `redis+cluster://${addresses.join(',')}`, nodes };
}

/** Waits for something that happens elsewhere. @throws Error if it does not within ten seconds */
export async function until(
  happened: () => boolean | Promise<boolean>,
  withinMs = UP_WITHIN_MS,
): Promise<void> {
  const end = performance.now() + withinMs;
  while (!(await happened())) {
    if (performance.now() > end) throw new Error(`it did not happen within ${withinMs} ms`);
    await sleep(20);
  }
}
