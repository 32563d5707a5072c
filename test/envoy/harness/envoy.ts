/** A real Envoy for a test: own folder, ports chosen by the system, gone when the test is. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findEnvoy, writeBootstrap } from './binary.ts';

export interface EnvoyOptions {
  /** As an object or YAML. Listeners and admin may ask for port 0. */
  readonly bootstrap: object | string;
  /** A release in `.tools/envoy-<release>`; `ENVOY_VERSION` if left out. */
  readonly version?: string;
  /** Worker threads; 1 unless a test is about more. */
  readonly concurrency?: number;
  /** Envoy's `--log-level`, also per component as in `warning,ext_proc:debug`. */
  readonly logLevel?: string;
  /** More of Envoy's command line. */
  readonly args?: readonly string[];
}

export interface RunningEnvoy extends AsyncDisposable {
  /** Of the first listener. */
  readonly port: number;
  /** Of each listener, by its name. */
  readonly ports: ReadonlyMap<string, number>;
  /** `http://127.0.0.1:port` of the admin interface. */
  readonly admin: string;
  readonly pid: number;
  /** Everything written so far to standard output and error, the last mebibyte of it. */
  log(): string;
  /** A counter's or gauge's value; 0 for one that was never touched. */
  stat(name: string): Promise<number>;
  /** Ends Envoy, hard if it does not go by itself. Safe to call twice. */
  stop(): Promise<void>;
}

const START_MS = 30_000;
const STOP_MS = 5_000;
const LOG_BYTES = 1024 * 1024;

/** Starts Envoy and waits until its listeners accept. Throws with its log if it does not come up. */
export async function startEnvoy(options: EnvoyOptions): Promise<RunningEnvoy> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-envoy-'));
  const addressFile = join(folder, 'admin');
  const child = await launch(options, folder, addressFile);
  const log = collectLog(child);
  const stop = stopper(child, folder);
  try {
    const admin = await ready(child, addressFile);
    const ports = await listenerPorts(admin);
    const [port] = ports.values();
    if (port === undefined || child.pid === undefined) throw new Error('Envoy has no listener');
    const stat = (name: string) => readStat(admin, name);
    return { port, ports, admin, pid: child.pid, log, stat, stop, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw new Error(`Envoy did not start: ${String(error)}\n${log()}`);
  }
}

async function launch(options: EnvoyOptions, folder: string, addressFile: string): Promise<ChildProcess> {
  const file = await writeBootstrap(options.bootstrap, folder);
  const args = ['-c', file, '--admin-address-path', addressFile, '--disable-hot-restart'];
  args.push('--concurrency', String(options.concurrency ?? 1));
  const [level = 'warning', ...components] = (options.logLevel ?? 'warning').split(',');
  args.push('--log-level', level);
  if (components.length > 0) args.push('--component-log-level', components.join(','));
  args.push(...(options.args ?? []));
  return spawn(findEnvoy(options.version), args, { stdio: ['ignore', 'pipe', 'pipe'] });
}

function collectLog(child: ChildProcess): () => string {
  let text = '';
  const add = (data: Buffer) => {
    text = (text + data.toString('utf8')).slice(-LOG_BYTES);
  };
  child.stdout?.on('data', add);
  child.stderr?.on('data', add);
  child.on('error', (error) => add(Buffer.from(String(error))));
  return () => text;
}

/** The folder goes only when the process has: Envoy still reads files of it while it runs. */
function stopper(child: ChildProcess, folder: string): () => Promise<void> {
  const killed = () => child.kill('SIGKILL');
  process.once('exit', killed);
  let stopping: Promise<void> | undefined;
  const run = async () => {
    if (alive(child)) {
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      const timer = setTimeout(killed, STOP_MS);
      await gone;
      clearTimeout(timer);
    }
    process.removeListener('exit', killed);
    await rm(folder, { recursive: true, force: true });
  };
  return () => {
    stopping ??= run();
    return stopping;
  };
}

function alive(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

async function ready(child: ChildProcess, addressFile: string): Promise<string> {
  const end = Date.now() + START_MS;
  while (Date.now() < end) {
    if (!alive(child)) throw new Error(`it ended with ${child.exitCode ?? child.signalCode ?? 'no process'}`);
    const address = await readFile(addressFile, 'utf8').catch(() => '');
    if (address !== '' && (await isReady(`http://${address}`))) return `http://${address}`;
    await sleep(20);
  }
  throw new Error(`not ready within ${START_MS} ms`);
}

async function isReady(admin: string): Promise<boolean> {
  try {
    const response = await fetch(`${admin}/ready`);
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

async function listenerPorts(admin: string): Promise<Map<string, number>> {
  const response = await fetch(`${admin}/listeners?format=json`);
  const { listener_statuses: listeners = [] } = (await response.json()) as {
    listener_statuses?: { name: string; local_address: { socket_address?: { port_value: number } } }[];
  };
  return new Map(listeners.map((x) => [x.name, x.local_address.socket_address?.port_value ?? 0]));
}

async function readStat(admin: string, name: string): Promise<number> {
  const response = await fetch(`${admin}/stats?usedonly`);
  const line = (await response.text()).split('\n').find((x) => x.startsWith(`${name}: `));
  return line === undefined ? 0 : Number(line.slice(name.length + 2));
}
