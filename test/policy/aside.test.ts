import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { judgeAside } from '../../src/policy/aside.ts';
import { expandTypes } from '../../src/policy/finding-types.ts';
import { judge, readPolicyFiles } from '../../src/policy/load.ts';
import { openPolicy } from '../../src/policy/source.ts';

const GRANTS = 2000;

/** A policy too large to be read while requests wait. */
const large = (model: string, more = ''): string => `
version: 1
identity: { apiKeys: {} }
backends: { one: { dialect: openai, credential: { env: SECRET } }, two: { dialect: openai, credential: { file: secret } } }
models: { a: { backends: [one] }, b: { backends: [two] } }
grants:
${Array.from({ length: GRANTS }, (_, i) => `  - { id: g${i}, to: { tenant: t${i % 100} }, operations: chat, models: [${model}] }`).join('\n')}
${more}`;

const SETTING = { env: { SECRET: 'from-env' }, expand: expandTypes, now: 0 };

function world(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-aside-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'secret'), 'from-file');
  const path = join(folder, 'policy.yaml');
  const write = (text: string) => writeFileSync(path, text);
  return { folder, path, write };
}

const caller = { methods: ['api-key'], id: 'k', tenant: 't7', groups: [] } as const;

test('a large policy judged aside is the very policy that is judged here', async (t) => {
  const { folder, path, write } = world(t);
  write(large('a', 'guardrails: [{ on: input, detect: pii.*, action: log }]'));
  const files = readPolicyFiles(path);
  const [there, here] = [await judgeAside(files, folder, SETTING), judge(files, folder, SETTING)];
  assert.ok('snapshot' in there && 'snapshot' in here, JSON.stringify(there).slice(0, 300));
  assert.equal(there.snapshot.version, here.snapshot.version);
  assert.deepEqual(there.warnings, here.warnings);
  assert.deepEqual(there.secretFiles, here.secretFiles);
  assert.deepEqual(
    [...there.snapshot.backends.values()].map(
      ({ credential }) => credential?.kind === 'static' && credential.secret,
    ),
    ['from-env', 'from-file'],
  );
  assert.deepEqual(there.snapshot.guardrails, here.snapshot.guardrails);
  const ids = (snapshot: typeof there.snapshot) => snapshot.grantsFor(caller, 'chat').map(({ id }) => id);
  assert.deepEqual(ids(there.snapshot), ids(here.snapshot));
  assert.equal(ids(there.snapshot).length, GRANTS / 100);
});

test('what is wrong with it is said with its place, as ever', async (t) => {
  const { folder, path, write } = world(t);
  write(large('a', 'limits: [{ per: key, requests: lots }]'));
  const files = readPolicyFiles(path);
  const [there, here] = [await judgeAside(files, folder, SETTING), judge(files, folder, SETTING)];
  assert.ok('mistakes' in there && 'mistakes' in here);
  assert.deepEqual(there.mistakes, here.mistakes);
  assert.equal(there.mistakes[0]?.line, GRANTS + 7);
});

test('requests have their turns while it is reloaded, under the policy in force until the new one is whole', async (t) => {
  const { path, write } = world(t);
  write(large('a'));
  const source = openPolicy({ path, ...SETTING, now: () => 0, onChange: () => {} });
  t.after(() => source.close());
  const before = source.current();
  write(large('b'));
  const reloading = source.reload();
  assert.ok(reloading instanceof Promise);
  let turns = 0;
  let done = false;
  const finished = reloading.then(() => {
    done = true;
  });
  while (!done) {
    await new Promise((resolve) => setImmediate(resolve));
    turns += 1;
    if (!done) assert.equal(source.current(), before);
  }
  await finished;
  // Read, made and indexed in steps of fifty, and each step a turn.
  assert.ok(turns >= (3 * GRANTS) / 50, `${turns} turns`);
  const [grant] = source.current()?.grantsFor(caller, 'chat') ?? [];
  assert.equal(grant?.allowsModel('b'), true);
});

test('of two reloads at once the later one counts; a broken one leaves the last good policy in force', async (t) => {
  const { path, write } = world(t);
  write(large('a'));
  const changes: string[] = [];
  const source = openPolicy({
    path,
    ...SETTING,
    now: () => 0,
    onChange: (change) => changes.push('snapshot' in change ? 'good' : 'bad'),
  });
  t.after(() => source.close());
  write(large('b'));
  const first = source.reload();
  write(large('"*"'));
  await Promise.all([first, source.reload()]);
  assert.equal(source.current()?.grantsFor(caller, 'chat')[0]?.anyModel, true);
  write(large('a', 'unknown: 1'));
  await source.reload();
  assert.equal(source.current()?.grantsFor(caller, 'chat')[0]?.anyModel, true);
  assert.equal(source.state().error?.length, 1);
  assert.deepEqual(changes, ['good', 'bad']);
});

test('a source that was closed takes no policy over any more', async (t) => {
  const { path, write } = world(t);
  write(large('a'));
  const source = openPolicy({ path, ...SETTING, now: () => 0, onChange: () => assert.fail('told') });
  const before = source.current();
  write(large('b'));
  const reloading = source.reload();
  source.close();
  await reloading;
  assert.equal(source.current(), before);
});
