/** Hot reload, with real files. Tests wait for what must come, never for time; what must not come is told by order. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Policies } from '../../src/doors/messages.ts';
import { type Change, openPolicy, type PolicySource } from '../../src/policy/source.ts';
import { expand, NOW, setting } from './setting.ts';

const root = mkdtempSync(join(tmpdir(), 'sallyport-source-'));
const sources: PolicySource[] = [];
after(() => {
  for (const source of sources) source.close();
  rmSync(root, { recursive: true });
});

const NEVER = 2 ** 30;
let folders = 0;

function newFolder(): string {
  const path = join(root, String(folders++));
  mkdirSync(path);
  return path;
}

interface Watched {
  readonly source: PolicySource;
  /** The next change, or the oldest that nobody asked for yet. */
  next(): Promise<Change>;
  readonly unseen: readonly Change[];
}

function watched(path: string, times: { settleMs?: number; pollMs?: number } = {}): Watched {
  const unseen: Change[] = [];
  const waiting: ((change: Change) => void)[] = [];
  const onChange = (change: Change) => {
    const waiter = waiting.shift();
    if (waiter === undefined) unseen.push(change);
    else waiter(change);
  };
  const source = openPolicy({
    path,
    env: setting.env,
    expand,
    now: () => NOW,
    onChange,
    settleMs: 5,
    pollMs: NEVER,
    ...times,
  });
  sources.push(source);
  source.start();
  const next = () =>
    new Promise<Change>((resolve) => {
      const change = unseen.shift();
      if (change === undefined) waiting.push(resolve);
      else resolve(change);
    });
  // Watches and timers do not keep a process alive; waiting tests must.
  return { source, unseen, next: () => held(next()) };
}

async function held<T>(promise: Promise<T>): Promise<T> {
  const hold = setInterval(() => {}, 1000);
  try {
    return await promise;
  } finally {
    clearInterval(hold);
  }
}

const ANYONE = {
  principal: { methods: ['api-key'], id: 'k', groups: [] },
  operation: 'chat',
  clientAddress: '',
} as const;
const limit = (requests: number) => `version: 1\nlimits: [{ per: key, requests: ${requests}/day }]\n`;

/** What is allowed a day under a change; its mistakes if it has any. */
const told = (change: Change) =>
  'snapshot' in change
    ? change.snapshot.limits[0]?.mostFor(ANYONE)
    : change.mistakes.map((mistake) => mistake.message);

test('loads before it returns', () => {
  const path = join(newFolder(), 'policy.yaml');
  writeFileSync(path, limit(1));
  const { source } = watched(path);
  const policies: Policies = source;
  const current = policies.current();
  assert.equal(current?.limits[0]?.mostFor(ANYONE), 1);
  assert.equal(current && source.at(current.version), current);
  assert.deepEqual(source.state(), {
    version: current?.version,
    loadedAt: NOW,
    warnings: source.state().warnings,
  });
});

test('without a good policy there is none, and the state says why', () => {
  const { source } = watched(join(newFolder(), 'policy.yaml'));
  assert.equal(source.current(), undefined);
  assert.equal(source.state().version, undefined);
  assert.deepEqual(
    source.state().error?.map((mistake) => mistake.message),
    ['cannot be read: ENOENT'],
  );
});

test('a file that is written anew takes the place of the old', async () => {
  const path = join(newFolder(), 'policy.yaml');
  writeFileSync(path, limit(1));
  const { source, next } = watched(path);
  writeFileSync(path, limit(2));
  assert.equal(told(await next()), 2);
  assert.equal(source.current()?.limits[0]?.mostFor(ANYONE), 2);
});

test('a file that is moved into place, as editors do, takes the place of the old', async () => {
  const folder = newFolder();
  const path = join(folder, 'policy.yaml');
  writeFileSync(path, limit(1));
  const { next } = watched(path);
  for (const requests of [2, 3]) {
    writeFileSync(join(folder, '.policy.tmp'), limit(requests));
    renameSync(join(folder, '.policy.tmp'), path);
    assert.equal(told(await next()), requests);
  }
});

test('a ConfigMap is followed through the exchange of its ..data link', async () => {
  const folder = newFolder();
  const put = (version: string, requests: number) => {
    mkdirSync(join(folder, `..${version}`));
    writeFileSync(join(folder, `..${version}`, 'policy.yaml'), limit(requests));
    symlinkSync(`..${version}`, join(folder, '..data_tmp'));
    renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
  };
  put('one', 1);
  symlinkSync('..data/policy.yaml', join(folder, 'policy.yaml'));
  const file = watched(join(folder, 'policy.yaml'));
  const whole = watched(folder);
  put('two', 2);
  assert.equal(told(await file.next()), 2);
  assert.equal(told(await whole.next()), 2);
  rmSync(join(folder, '..one'), { recursive: true });
  put('three', 3);
  assert.equal(told(await file.next()), 3);
  assert.equal(told(await whole.next()), 3);
});

test('a file that is added to a folder, or taken away, changes the policy', async () => {
  const folder = newFolder();
  writeFileSync(join(folder, 'a.yaml'), 'version: 1');
  const { next } = watched(folder);
  writeFileSync(join(folder, 'b.yaml'), 'limits: [{ per: key, requests: 7/day }]');
  assert.equal(told(await next()), 7);
  rmSync(join(folder, 'b.yaml'));
  assert.equal(told(await next()), undefined);
});

test('M11 a broken file changes nothing but the state, and the next good one is taken', async () => {
  const path = join(newFolder(), 'policy.yaml');
  writeFileSync(path, limit(1));
  const { source, next } = watched(path);
  const good = source.current();
  writeFileSync(path, 'version: 1\nlimitz: []');
  assert.deepEqual(told(await next()), ['unknown key "limitz": did you mean "limits"?']);
  assert.equal(source.current(), good);
  assert.equal(source.state().version, good?.version);
  assert.equal(source.state().error?.length, 1);
  writeFileSync(path, limit(2));
  assert.equal(told(await next()), 2);
  assert.equal(source.state().error, undefined);
});

test('M11 a file that vanishes leaves the last good policy in force', async () => {
  const path = join(newFolder(), 'policy.yaml');
  writeFileSync(path, limit(1));
  const { source, next } = watched(path);
  rmSync(path);
  assert.deepEqual(told(await next()), ['cannot be read: ENOENT']);
  assert.equal(source.current()?.limits[0]?.mostFor(ANYONE), 1);
});

test('a broken file that becomes what it was before is good again', async () => {
  const path = join(newFolder(), 'policy.yaml');
  writeFileSync(path, limit(1));
  const { source, next } = watched(path);
  const version = source.state().version;
  writeFileSync(path, '[');
  await next();
  writeFileSync(path, limit(1));
  assert.equal(told(await next()), 1);
  assert.deepEqual([source.state().version, source.state().error], [version, undefined]);
});

test('M12 content that did not change is not loaded again, however often it is written', async () => {
  const path = join(newFolder(), 'policy.yaml');
  writeFileSync(path, limit(1));
  const { source, next, unseen } = watched(path);
  const before = source.current();
  for (let i = 0; i < 50; i++) {
    writeFileSync(path, limit(1));
    utimesSync(path, i, i);
  }
  assert.equal(source.current(), before);
  writeFileSync(path, limit(2));
  assert.equal(told(await next()), 2);
  assert.deepEqual(unseen, []);
});

test('M12 content that did not change is looked at without being loaded', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'setInterval'] });
  const path = join(newFolder(), 'policy.yaml');
  writeFileSync(path, limit(1));
  const { source, unseen } = watched(path, { pollMs: 100 });
  const before = source.current();
  writeFileSync(path, limit(1));
  t.mock.timers.tick(10_000);
  assert.equal(source.current(), before);
  assert.equal(unseen.length, 0);
  source.close();
});

test('M12 of a storm of changes only the last is loaded', async () => {
  const path = join(newFolder(), 'policy.yaml');
  writeFileSync(path, limit(1));
  const { next, unseen } = watched(path);
  for (let requests = 2; requests <= 200; requests++) writeFileSync(path, limit(requests));
  assert.equal(told(await next()), 200);
  assert.deepEqual(unseen, []);
});

test('M11 what is written in two halves is never in force by half, though each half is a good policy', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'setInterval'] });
  const path = join(newFolder(), 'policy.yaml');
  writeFileSync(path, limit(1));
  const half = 'version: 1\nlimits: []\n';
  const guard = 'guardrails: [{ on: input, detect: pii.email, action: block }]\n';
  const changes: Change[] = [];
  const onChange = (change: Change) => changes.push(change);
  const source = openPolicy({ path, env: {}, expand, now: () => NOW, onChange, pollMs: 1000, settleMs: 200 });
  sources.push(source);
  source.start();
  writeFileSync(path, half);
  t.mock.timers.tick(1000);
  writeFileSync(path, half + guard);
  t.mock.timers.tick(200);
  assert.equal(changes.length, 0);
  assert.equal(source.current()?.limits.length, 1);
  t.mock.timers.tick(200);
  assert.deepEqual(
    changes.map((change) => 'snapshot' in change && change.snapshot.guardrails.length),
    [1],
  );
  source.close();
});

test('a rotated secret is taken without a change of the version', async () => {
  const folder = newFolder();
  const path = join(folder, 'policy.yaml');
  writeFileSync(join(folder, 'key'), 'sk-old');
  writeFileSync(
    path,
    'version: 1\nmodels: { m: { backends: [b] } }\nbackends: { b: { dialect: openai, credential: { file: key } } }',
  );
  const { source, next } = watched(path);
  const before = source.current();
  writeFileSync(join(folder, 'key'), 'sk-new\n');
  await next();
  const now = source.current();
  assert.deepEqual(now?.backends.get('b')?.credential, { kind: 'static', secret: 'sk-new' });
  assert.equal(now?.version, before?.version);
  assert.equal(now && source.at(now.version), now);
});

test('a folder that is exchanged as a whole, which no event tells, is found by the slow look', async () => {
  const folder = newFolder();
  const live = join(folder, 'live');
  mkdirSync(live);
  writeFileSync(join(live, 'policy.yaml'), limit(1));
  const { next } = watched(join(live, 'policy.yaml'), { pollMs: 20 });
  renameSync(live, join(folder, 'old'));
  mkdirSync(live);
  writeFileSync(join(live, 'policy.yaml'), limit(2));
  assert.equal(told(await next()), 2);
});

test('a reload that is asked for is done before it returns', () => {
  const path = join(newFolder(), 'policy.yaml');
  writeFileSync(path, limit(1));
  const { source, unseen } = watched(path);
  writeFileSync(path, limit(2));
  const change = source.reload();
  assert.ok(!(change instanceof Promise));
  assert.equal(told(change), 2);
  assert.equal(source.current()?.limits[0]?.mostFor(ANYONE), 2);
  assert.equal(unseen.length, 1);
  writeFileSync(path, '[');
  assert.equal('mistakes' in source.reload(), true);
  assert.equal(source.current()?.limits[0]?.mostFor(ANYONE), 2);
});

test('F24 the last eight versions are kept for requests under way, and no more', () => {
  const path = join(newFolder(), 'policy.yaml');
  writeFileSync(path, limit(1));
  const { source } = watched(path);
  const versions = [source.state().version ?? ''];
  for (let requests = 2; requests <= 9; requests++) {
    writeFileSync(path, limit(requests));
    source.reload();
    versions.push(source.state().version ?? '');
  }
  const [first = '', ...rest] = versions;
  assert.equal(source.at(first), undefined);
  assert.deepEqual(
    rest.map((version) => source.at(version)?.limits[0]?.mostFor(ANYONE)),
    [2, 3, 4, 5, 6, 7, 8, 9],
  );
});

test('a closed source follows nothing any more', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'setInterval'] });
  const path = join(newFolder(), 'policy.yaml');
  writeFileSync(path, limit(1));
  const { source } = watched(path, { pollMs: 100 });
  source.close();
  writeFileSync(path, limit(2));
  t.mock.timers.tick(10_000);
  assert.equal(source.current()?.limits[0]?.mostFor(ANYONE), 1);
});
