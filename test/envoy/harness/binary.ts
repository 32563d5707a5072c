/** Which Envoy the tests run: a real one, always. */
import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(import.meta.dirname, '../../..');

/**
 * The path of an Envoy: a release asked for (or named by `ENVOY_VERSION`) from `.tools/envoy-<release>`, else
 * `$ENVOY_BIN`, else what `make setup` chose, else one on the PATH. Throws if there is none: a test without Envoy
 * proves nothing.
 */
export function findEnvoy(version: string | undefined = process.env.ENVOY_VERSION): string {
  if (version !== undefined && version !== '') {
    const path = join(ROOT, `.tools/envoy-${version}/bin/envoy`);
    if (runnable(path)) return path;
    throw new Error(`No Envoy ${version}: run scripts/setup-envoy.sh ${version}`);
  }
  const onPath = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'envoy'));
  const places = [process.env.ENVOY_BIN ?? '', join(ROOT, '.tools/bin/envoy'), ...onPath];
  const found = places.find((path) => path !== '' && runnable(path));
  if (found === undefined) throw new Error('No Envoy: run make setup, or set ENVOY_BIN');
  return found;
}

function runnable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Calls `use` with a bootstrap's file in a folder of its own, and removes the folder. */
export async function withBootstrapFile<T>(
  bootstrap: object | string,
  use: (file: string, folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-envoy-'));
  try {
    return await use(await writeBootstrap(bootstrap, folder), folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** YAML goes as it is; an object goes as JSON, which is YAML too. */
export async function writeBootstrap(bootstrap: object | string, folder: string): Promise<string> {
  const file = join(folder, 'envoy.yaml');
  await writeFile(file, typeof bootstrap === 'string' ? bootstrap : JSON.stringify(bootstrap));
  return file;
}

export interface Validation {
  readonly ok: boolean;
  /** What Envoy wrote, warnings included. */
  readonly output: string;
}

/** Lets Envoy read a bootstrap as it would at its start: every message, every extension, every file it names. */
export function validateBootstrap(bootstrap: object | string, version?: string): Promise<Validation> {
  return withBootstrapFile(bootstrap, async (file) => {
    const args = ['--mode', 'validate', '-c', file, '--log-level', 'warning'];
    const run = promisify(execFile)(findEnvoy(version), args, { timeout: 60_000 });
    return run.then(
      ({ stdout, stderr }) => ({ ok: true, output: stdout + stderr }),
      (error: { stdout?: string; stderr?: string; message: string }) => ({
        ok: false,
        output: `${error.stdout ?? ''}${error.stderr ?? ''}` || error.message,
      }),
    );
  });
}
