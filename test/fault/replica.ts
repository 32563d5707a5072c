/** The service as operators run it: a process of its own, started from the command line. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ENVIRONMENT } from './setting.ts';

const ROOT = join(import.meta.dirname, '../..');
const START_MS = 30_000;

export interface ReplicaOptions {
  readonly config: string;
  /** Any free one if left out. */
  readonly port?: number;
  /** Seconds. */
  readonly drainWait?: number;
  readonly drainGrace?: number;
  /** Where the state is kept; gone with the process if left out. */
  readonly state?: string;
  /** What is run in place of the command line's own file. */
  readonly program?: string;
}

export interface Replica {
  readonly port: number;
  /** Sends a signal. @returns the exit code, null where a signal ended it */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
  /** Log lines so far, and what was written to standard error. */
  readonly log: readonly string[];
}

/** Starts a replica and waits until it says that it is ready. */
export async function startReplica(options: ReplicaOptions): Promise<Replica> {
  const child = spawn(process.execPath, argumentsOf(options), {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      ...ENVIRONMENT,
      SALLYPORT_VOUCHER_SECRET: 'a secret that replicas of one test share',
    },
  });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.removeListener('exit', kill));
  const log: string[] = [];
  child.stderr.on('data', (data: Buffer) => log.push(data.toString()));
  const port = await ready(child, log);
  return {
    port,
    log,
    async end(signal) {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      const gone = once(child, 'exit') as Promise<[number | null]>;
      child.kill(signal);
      const [code] = await gone;
      return code;
    },
  };
}

function argumentsOf(options: ReplicaOptions): string[] {
  return [
    options.program ?? join(ROOT, 'bin/sallyport.js'),
    'serve',
    '--config',
    options.config,
    '--listen',
    `127.0.0.1:${options.port ?? 0}`,
    '--admin',
    '127.0.0.1:0',
    '--drain-wait',
    String(options.drainWait ?? 0),
    '--drain-grace',
    String(options.drainGrace ?? 0),
    ...(options.state === undefined ? [] : ['--state', options.state]),
  ];
}

function ready(child: ChildProcess, log: string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`the service did not start: ${why}\n${log.join('\n')}`));
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      fail(`not ready within ${START_MS} ms`);
    }, START_MS);
    child.once('exit', (code) => fail(`it ended with ${code}`));
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      log.push(line);
      const said = JSON.parse(line) as { msg?: string; listen?: string };
      if (said.msg !== 'ready') return;
      clearTimeout(timer);
      resolve(Number(said.listen?.split(':').at(-1)));
    });
  });
}
