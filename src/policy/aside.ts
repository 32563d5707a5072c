/**
 * Reads and judges a large policy aside from requests: YAML and every check in a thread of its own, and what remains for
 * the thread that serves, since functions cannot cross, in steps of about a millisecond.
 */
import { Worker } from 'node:worker_threads';
import { compileSteps } from './compile.ts';
import { type Loaded, type PolicyFiles, resolverFor, type Setting } from './load.ts';
import { type Mistake, mistakeAt } from './mistake.ts';
import type { ParsedPolicy } from './parse.ts';
import type { SecretFile } from './secret-file.ts';
import { inTurns } from './steps.ts';

export interface AsideWork {
  readonly files: PolicyFiles;
  readonly base: string;
  readonly env: Setting['env'];
  readonly now: number;
}

/** What the thread says, in this order: what is wrong; or what is good, piece by piece, and the end. */
export type Piece =
  | {
      readonly kind: 'bad';
      readonly mistakes: readonly Mistake[];
      readonly warnings: readonly Mistake[];
      readonly secretFiles: ReadonlyMap<string, SecretFile>;
    }
  | {
      readonly kind: 'good';
      readonly value: object;
      readonly version: string;
      readonly warnings: readonly Mistake[];
      readonly secretFiles: ReadonlyMap<string, SecretFile>;
    }
  | { readonly kind: 'grants'; readonly grants: readonly unknown[] }
  | { readonly kind: 'end' };

/** UTF-16 code units from which on it is worth a thread; less is read in some milliseconds. */
const LARGE = 64 * 1024;

export function isLarge(files: PolicyFiles): boolean {
  return 'texts' in files && files.texts.reduce((sum, { text }) => sum + text.length, 0) > LARGE;
}

/** @returns as `judge` would, also where the thread fails: then that is the mistake */
export async function judgeAside(files: PolicyFiles, base: string, setting: Setting): Promise<Loaded> {
  try {
    return await compileAside(await read({ files, base, env: setting.env, now: setting.now }), base, setting);
  } catch (error) {
    const place = { file: 'texts' in files ? (files.texts[0]?.name ?? base) : base, line: 1, column: 1 };
    const why = error instanceof Error ? error.message : String(error);
    return {
      mistakes: [mistakeAt(place, [], `cannot be read aside: ${why}`)],
      warnings: [],
      secretFiles: new Map(),
    };
  }
}

type Read =
  | Extract<Piece, { kind: 'bad' }>
  | (Extract<Piece, { kind: 'good' }> & { readonly grants: readonly unknown[] });

/** The source runs as it is, and as it was built. */
const WORKER = new URL(
  import.meta.url.endsWith('.ts') ? './aside-worker.ts' : './aside-worker.js',
  import.meta.url,
);

function read(work: AsideWork): Promise<Read> {
  const env = Object.fromEntries(Object.entries(work.env).filter(([, value]) => value !== undefined));
  const worker = new Worker(WORKER, { workerData: { ...work, env }, env: {}, stdin: false });
  worker.unref();
  const grants: unknown[] = [];
  let good: Extract<Piece, { kind: 'good' }> | undefined;
  return new Promise<Read>((resolve, reject) => {
    worker.on('message', (piece: Piece) => {
      if (piece.kind === 'bad') resolve(piece);
      else if (piece.kind === 'good') good = piece;
      else if (piece.kind === 'grants') grants.push(...piece.grants);
      else if (good !== undefined) resolve({ ...good, grants });
    });
    worker.on('error', reject);
    worker.on('exit', (code) => reject(new Error(`the thread ended with ${code}`)));
  });
}

async function compileAside(found: Read, base: string, { env, expand, now }: Setting): Promise<Loaded> {
  const { warnings, secretFiles } = found;
  if (found.kind === 'bad') return { mistakes: found.mistakes, warnings, secretFiles };
  const value = found.grants.length === 0 ? found.value : { ...found.value, grants: found.grants };
  const resolve = resolverFor(base, env, (path) => secretFiles.get(path) ?? { problem: 'cannot be read' });
  const compiled = await inTurns(
    compileSteps(withoutPlaces(value, base), resolve, expand, now, found.version),
    nextTurn,
  );
  // Every warning, with its place, is the thread's.
  return { ...compiled, warnings, secretFiles };
}

/** It was found good; should it not be, the file is place enough. */
function withoutPlaces(value: object, base: string): ParsedPolicy {
  return { value, placeOf: () => ({ file: base, line: 1, column: 1 }) };
}

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));
