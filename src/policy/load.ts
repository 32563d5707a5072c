/** Reads a policy from the disk: one file, or a folder of them, and the secrets that it refers to. */
import { hash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve as resolvePath } from 'node:path';
import { type Compiled, compile, type ExpandTypes, type SecretResolver } from './compile.ts';
import { type Mistake, mistakeAt } from './mistake.ts';
import { MAX_POLICY_LENGTH, type PolicyText, parsePolicy } from './parse.ts';
import { readSecretFile, type SecretFile } from './secret-file.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** All texts of a policy as they stood on the disk at one moment, or why there are none. */
export type PolicyFiles = { readonly texts: readonly PolicyText[] } | { readonly unreadable: Mistake };

/** What a policy's meaning depends on besides its texts. */
export interface Setting {
  readonly env: Environment;
  readonly expand: ExpandTypes;
  /** Wall clock, milliseconds. */
  readonly now: number;
}

export type Loaded = Compiled & {
  /** Files that secrets were read from, by absolute path, as they were found. */
  readonly secretFiles: ReadonlyMap<string, SecretFile>;
};

/** A folder with more is no policy. */
const MOST_FILES = 1000;

/** Reads and compiles the policy at a path. Never throws: what cannot be read is a mistake with a place. */
export function loadPolicy(path: string, setting: Setting): Loaded {
  return judge(readPolicyFiles(path), folderOf(path), setting);
}

/** @param base folder that the paths of secrets are relative to */
export function judge(files: PolicyFiles, base: string, setting: Setting): Loaded {
  return judgeParsed(files, base, setting).loaded;
}

/** The same, with the policy's own values where it could be parsed. */
export function judgeParsed(
  files: PolicyFiles,
  base: string,
  { env, expand, now }: Setting,
): { readonly loaded: Loaded; readonly value: unknown } {
  const secretFiles = new Map<string, SecretFile>();
  const bad = (mistakes: readonly Mistake[]) => ({
    loaded: { mistakes, warnings: [], secretFiles },
    value: undefined,
  });
  if ('unreadable' in files) return bad([files.unreadable]);
  const parsed = parsePolicy(files.texts);
  if ('mistakes' in parsed) return bad(parsed.mistakes);
  const resolver = resolverFor(base, env, (path) => {
    const found = readSecretFile(path);
    secretFiles.set(path, found);
    return found;
  });
  const loaded = { ...compile(parsed.parsed, resolver, expand, now), secretFiles };
  return { loaded, value: parsed.parsed.value };
}

/** @param read a secret's file, by its absolute path */
export function resolverFor(
  base: string,
  env: Setting['env'],
  read: (path: string) => SecretFile,
): SecretResolver {
  return (ref) => {
    if ('env' in ref) return secretOf(`environment variable ${ref.env}`, env[ref.env], 'is not set');
    const found = read(resolvePath(base, ref.file));
    return secretOf(`file ${ref.file}`, found.secret, found.problem);
  };
}

function secretOf(where: string, secret: string | undefined, problem = 'cannot be read') {
  return secret === undefined ? { problem: `${where} ${problem}` } : { secret };
}

/** Where relative paths begin: the folder itself, or that of the file. */
export function folderOf(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat?.isDirectory() ? resolvePath(path) : dirname(resolvePath(path));
}

/**
 * Reads the texts of a file, or of all `*.yaml` and `*.yml` files of a folder, by name; hidden files, and what lies in
 * folders below, are no part of it.
 */
export function readPolicyFiles(path: string): PolicyFiles {
  try {
    return statSync(path).isDirectory() ? readFolder(path) : readFiles([path]);
  } catch (error) {
    return unreadable(path, codeOf(error));
  }
}

/** A policy that came as bytes, as from standard input. They must be UTF-8; a byte order mark may stand before it. */
export function policyFrom(name: string, bytes: Uint8Array): PolicyFiles {
  try {
    return { texts: [{ name, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) }] };
  } catch {
    return unreadable(name, 'not UTF-8');
  }
}

function readFolder(folder: string): PolicyFiles {
  const names = readdirSync(folder).filter((name) => /^[^.].*\.ya?ml$/.test(name));
  if (names.length === 0) return unreadable(folder, 'no *.yaml file in this folder');
  if (names.length > MOST_FILES) return unreadable(folder, `more than ${MOST_FILES} files`);
  return readFiles(names.sort().map((name) => join(folder, name)));
}

/** The whole is bounded before any of it is read, so that a wrong path cannot fill the memory. */
function readFiles(paths: readonly string[]): PolicyFiles {
  let bytes = 0;
  for (const path of paths) {
    const stat = statSync(path);
    if (!stat.isFile()) return unreadable(path, 'not a file');
    bytes += stat.size;
    if (bytes > MAX_POLICY_LENGTH) return unreadable(path, 'more than 10 MiB of policy, all files together');
  }
  const texts: PolicyText[] = [];
  for (const path of paths) {
    const read = policyFrom(path, readFileSync(path));
    if ('unreadable' in read) return read;
    texts.push(...read.texts);
  }
  return { texts };
}

const unreadable = (file: string, why: string): PolicyFiles => ({
  unreadable: mistakeAt({ file, line: 1, column: 1 }, [], `cannot be read: ${why}`),
});

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error);

/** Changes whenever anything does that a policy was, or would be, compiled from. Kept in memory only. */
export function fingerprintOf(files: PolicyFiles, secrets: ReadonlyMap<string, SecretFile>): string {
  return hash('sha256', JSON.stringify([files, [...secrets]]));
}
