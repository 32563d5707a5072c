/** What comes into the program from elsewhere: packages by digest, messages by definitions of our own. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const ROOT = new URL('../', import.meta.url).pathname;
const json = (file: string) => JSON.parse(readFileSync(ROOT + file, 'utf8'));

test('N11: every package is one exact version, held by a digest', () => {
  const { dependencies, devDependencies } = json('package.json');
  for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies }))
    assert.match(String(version), /^\d+\.\d+\.\d+$/, name);
  const { '': _, ...packages } = json('package-lock.json').packages;
  assert.ok(Object.keys(packages).length > 50);
  for (const [name, { integrity }] of Object.entries<{ integrity?: string }>(packages))
    assert.match(integrity ?? '', /^sha512-/, name);
});

test('N11: no package runs a script of its own when the program is set up', () => {
  const setup = ['Makefile', ...readdirSync(`${ROOT}scripts`).map((name) => `scripts/${name}`)];
  const installs = setup.flatMap((file) =>
    readFileSync(ROOT + file, 'utf8')
      .split('\n')
      .filter((line) => /\bnpm ci\b/.test(line)),
  );
  assert.ok(installs.length > 0);
  for (const line of installs) assert.match(line, /--ignore-scripts/, line);
});

test('N12: definitions of messages are read by one file, from our own folder', () => {
  const files = readdirSync(`${ROOT}src`, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  const loading =
    /\b(?:protobuf\.(?:parse|load|loadSync)|Root\.fromJSON|loadPackageDefinition|fromJSON|loadSync|new Function)\b|(?<![.\w])eval\(/;
  const found = files.filter((name) => loading.test(readFileSync(`${ROOT}src/${name}`, 'utf8')));
  assert.deepEqual(found, ['envoy/protos.ts']);
});
