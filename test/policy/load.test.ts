import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { loadPolicy } from '../../src/policy/load.ts';
import type { Snapshot } from '../../src/policy/snapshot.ts';
import { setting } from './setting.ts';

const root = mkdtempSync(join(tmpdir(), 'sallyport-load-'));
after(() => rmSync(root, { recursive: true }));

let folders = 0;
/** A new folder with these files. */
function folder(files: Record<string, string | Uint8Array>): string {
  const path = join(root, String(folders++));
  mkdirSync(path);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(path, name), content);
  return path;
}

function good(path: string): Snapshot {
  const loaded = loadPolicy(path, setting);
  if ('mistakes' in loaded) assert.fail(JSON.stringify(loaded.mistakes));
  return loaded.snapshot;
}

function bad(path: string): string[] {
  const loaded = loadPolicy(path, setting);
  const mistakes = 'mistakes' in loaded ? loaded.mistakes : [];
  return mistakes.map((m) => `${m.file.replace(path, '')}:${m.line}:${m.column} ${m.message}`);
}

const BACKENDS = 'version: 1\nmodels: { fast: { backends: [openai] } }\n';

test('reads a folder by name: yaml and yml, nothing hidden, nothing below', () => {
  const path = folder({
    'b.yml': 'limits: [{ id: second, per: key, requests: 2/day }]',
    'a.yaml': 'version: 1\nlimits: [{ id: first, per: key, requests: 1/day }]',
    '.hidden.yaml': 'broken: [',
    'a.yaml~': 'broken: [',
    'notes.txt': 'broken: [',
  });
  mkdirSync(join(path, 'below.d'));
  writeFileSync(join(path, 'below.d', 'c.yaml'), 'broken: [');
  assert.deepEqual(
    good(path).limits.map((limit) => limit.id),
    ['first', 'second'],
  );
});

test('reads a folder of links, as a ConfigMap is mounted', () => {
  const path = folder({});
  mkdirSync(join(path, '..2026_01'));
  writeFileSync(join(path, '..2026_01', 'policy.yaml'), 'version: 1');
  symlinkSync('..2026_01', join(path, '..data'));
  symlinkSync('..data/policy.yaml', join(path, 'policy.yaml'));
  assert.match(good(path).version, /^[0-9a-f]{16}$/);
  assert.equal(good(join(path, 'policy.yaml')).version, good(path).version);
});

test('says which file of a folder a mistake stands in', () => {
  const path = folder({ 'a.yaml': 'version: 1', 'b.yaml': '\nlimit: []' });
  assert.deepEqual(bad(path), ['/b.yaml:2:1 unknown key "limit": did you mean "limits"?']);
});

test('what cannot be read is a mistake, not a fault', () => {
  assert.deepEqual(bad(join(root, 'nowhere.yaml')), [':1:1 cannot be read: ENOENT']);
  assert.deepEqual(bad(folder({})), [':1:1 cannot be read: no *.yaml file in this folder']);
  const path = folder({ 'a.yaml': 'version: 1' });
  mkdirSync(join(path, 'b.yaml'));
  assert.deepEqual(bad(path), ['/b.yaml:1:1 cannot be read: not a file']);
});

test('a pipe in the place of a file does not make it wait', () => {
  const path = folder({});
  execFileSync('mkfifo', [join(path, 'a.yaml')]);
  assert.deepEqual(bad(path), ['/a.yaml:1:1 cannot be read: not a file']);
});

test('bytes that are not UTF-8 are a mistake, and never a replacement character', () => {
  const path = folder({ 'a.yaml': Uint8Array.of(0x61, 0x3a, 0x20, 0xff) });
  assert.deepEqual(bad(path), ['/a.yaml:1:1 cannot be read: not UTF-8']);
});

test('M11 a policy of more than 10 MiB is refused before it is read', () => {
  const path = folder({ 'a.yaml': Buffer.alloc(6 << 20, '#'), 'b.yaml': Buffer.alloc(6 << 20, '#') });
  assert.deepEqual(bad(path), ['/b.yaml:1:1 cannot be read: more than 10 MiB of policy, all files together']);
});

const withFile = (file: string) =>
  `${BACKENDS}backends: { openai: { dialect: openai, credential: { file: ${file} } } }`;

test('takes secrets from the environment and from files beside the policy, without their last line break', () => {
  const env = `${BACKENDS}backends: { openai: { dialect: openai, credential: { env: OPENAI_API_KEY } } }`;
  assert.deepEqual(good(folder({ 'a.yaml': env })).backends.get('openai')?.credential, {
    kind: 'static',
    secret: 'sk-test-1',
  });
  for (const content of ['sk-file', 'sk-file\n', 'sk-file\r\n']) {
    const path = folder({ 'a.yaml': withFile('key'), key: content });
    assert.deepEqual(good(path).backends.get('openai')?.credential, { kind: 'static', secret: 'sk-file' });
    assert.deepEqual(good(join(path, 'a.yaml')).backends.get('openai')?.credential, {
      kind: 'static',
      secret: 'sk-file',
    });
  }
});

test('a secret file with more than one line is a mistake', () => {
  const path = folder({ 'a.yaml': withFile('key'), key: 'sk-hidden\n\n' });
  assert.deepEqual(bad(path), [
    '/a.yaml:3:52 the file key holds no usable secret: expected 1 to 8192 visible ASCII characters',
  ]);
});

test('a secret that is a folder, or too large, is a mistake', () => {
  assert.deepEqual(bad(folder({ 'a.yaml': withFile('.') })), ['/a.yaml:3:52 file . is not a file']);
  const path = folder({ 'a.yaml': withFile('key'), key: 'x'.repeat(70_000) });
  assert.deepEqual(bad(path), ['/a.yaml:3:52 file key is larger than 65536 bytes']);
});

test('a secret written into the policy by mistake is not repeated', () => {
  const places = [
    'backends: { openai: { dialect: openai, credential: sk-hidden } }',
    'backends: { openai: { dialect: openai, credential: { env: sk-hidden } } }',
    'backends: { openai: { dialect: openai, credential: [sk-hidden] } }',
    'backends: { openai: { dialect: openai, url: "https://a:sk-hidden@example.org" } }',
    'identity: { apiKeys: { keys: [{ id: a, digest: sk-hidden }] } }',
  ];
  for (const place of places) {
    const said = bad(folder({ 'a.yaml': `version: 1\n${place}` }));
    assert.equal(said.length, 1, place);
    assert.doesNotMatch(said.join(), /hidden/);
  }
});
