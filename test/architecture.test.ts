import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';

const SRC = new URL('../src', import.meta.url).pathname;

/** Which folders a folder may import from, besides itself. The picture of it stands in docs/architecture.md. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  core: [],
  json: ['core'],
  dialects: ['core', 'json'],
  guards: ['core'],
  policy: ['core', 'guards', 'doors/messages', 'identity/certificate/spiffe'],
  identity: ['core', 'json', 'policy'],
  access: ['core', 'policy', 'identity/challenge'],
  limits: ['core'],
  backends: ['core', 'policy'],
  doors: ['core', 'json', 'dialects', 'guards', 'policy', 'identity', 'access', 'limits', 'backends'],
  envoy: ['core', 'doors'],
  issuers: ['core'],
  state: ['core', 'identity', 'limits'],
  analyzers: ['core'],
  encoder: ['core', 'guards'],
  audit: ['core'],
  tokens: ['core'],
  telemetry: ['core'],
  admin: ['core'],
  render: ['core', 'dialects', 'policy'],
};
/** The composition root, the map, and the command line know every part. */
const ROOTS = ['cli', 'service.ts', 'system.ts', 'pipeline.ts'];

/** Folders without clock, I/O and environment; and the files in them that are their folder's edge. */
const PURE = [
  'core',
  'json',
  'dialects',
  'guards',
  'identity',
  'access',
  'limits',
  'backends',
  'doors',
  'policy',
];
const LOADING_EDGE = [
  'policy/aside.ts',
  'policy/aside-worker.ts',
  'policy/load.ts',
  'policy/source.ts',
  'policy/watch.ts',
  'policy/secret-file.ts',
  'guards/assess/load.ts',
];
/** `node:net` for what it knows about addresses; nothing there opens a connection. */
const KNOWS_ADDRESSES = ['core/network.ts', 'doors/client-address.ts'];
const PURE_NODE_MODULES = new Set(['node:buffer', 'node:crypto', 'node:zlib', 'node:util']);
const IMPURE_WORDS =
  /\bDate\.now\b|\bMath\.random\b|\bprocess\.(?!threadCpuUsage)|\bsetTimeout\b|\bsetInterval\b|\bfetch\(/;

interface Import {
  readonly file: string;
  readonly from: string;
  readonly typeOnly: boolean;
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

function importsOf(file: string): Import[] {
  const text = readFileSync(join(SRC, file), 'utf8');
  const found = text.matchAll(
    /^(?:import|export)\s+(type\s+)?[^;]*?from\s+'([^']+)'|\bimport\('([^']+)'\)/gms,
  );
  return [...found].map((match) => ({
    file,
    from: match[2] ?? match[3] ?? '',
    typeOnly: match[1] !== undefined,
  }));
}

function targetOf({ file, from }: Import): string {
  return relative(SRC, join(SRC, dirname(file), from));
}

function folderOf(file: string): string {
  return file.split('/', 1)[0] ?? file;
}

test('every folder is on the map', () => {
  const folders = new Set(files.map(folderOf));
  for (const folder of folders)
    assert.ok(folder in MAY_IMPORT || ROOTS.includes(folder), `${folder} is not on the map`);
});

test('imports go only the way that the map allows', () => {
  const wrong = files
    .filter((file) => !ROOTS.includes(folderOf(file)))
    .flatMap(importsOf)
    .filter((found) => found.from.startsWith('.'))
    .filter((found) => {
      const target = targetOf(found);
      const allowed = MAY_IMPORT[folderOf(found.file)] ?? [];
      return folderOf(target) !== folderOf(found.file) && !allowed.some((place) => target.startsWith(place));
    })
    .map((found) => `${found.file} imports ${found.from}`);
  assert.deepEqual(wrong, []);
});

test('the pure folders touch no clock, no disk, no network and no environment', () => {
  const wrong: string[] = [];
  for (const file of files.filter((f) => PURE.includes(folderOf(f)) && !LOADING_EDGE.includes(f))) {
    for (const { from } of importsOf(file)) {
      if (from === 'node:net' && KNOWS_ADDRESSES.includes(file)) continue;
      if (from.startsWith('node:') && !PURE_NODE_MODULES.has(from)) wrong.push(`${file} imports ${from}`);
      if (/grpc|ioredis|pino|opentelemetry/.test(from)) wrong.push(`${file} imports ${from}`);
    }
    const code = readFileSync(join(SRC, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
    const word = IMPURE_WORDS.exec(code);
    if (word !== null) wrong.push(`${file} uses ${word[0]}`);
  }
  assert.deepEqual(wrong, []);
});

test('files stay of one idea: none above 400 lines, half of them at most 110', () => {
  const lengths = files
    .map((file) => readFileSync(join(SRC, file), 'utf8').split('\n').length)
    .sort((a, b) => a - b);
  assert.ok((lengths.at(-1) ?? 0) <= 400, `the longest file has ${lengths.at(-1)} lines`);
  assert.ok(
    (lengths[lengths.length >> 1] ?? 0) <= 110,
    `the median file has ${lengths[lengths.length >> 1]} lines`,
  );
});
