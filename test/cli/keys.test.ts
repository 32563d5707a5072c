import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { createKey, declareKey, importKeys, listKeys, revokeKey, rotateKey } from '../../src/cli/keys.ts';
import { digestOf, pepperOf, wellFormed } from '../../src/identity/api-key.ts';
import { openKeys } from '../../src/state/embedded/index.ts';

const NOW = Date.UTC(2026, 10, 22, 10, 0, 0);
const DAY = 86_400_000;
const random = { bytes: (count: number) => randomBytes(count), fraction: () => 0.5 };

function open() {
  const time = { now: NOW };
  const { keys } = openKeys({ clock: { now: () => time.now, elapsed: () => time.now }, random });
  return { keys, time };
}

const json = (outcome: { output: string }) => JSON.parse(outcome.output);

describe('keys create', () => {
  it('shows the new key once, and whom it is for', async () => {
    const { keys } = open();
    const made = await createKey(
      keys,
      { tenant: 'acme', team: 'search', groups: ['analysts', 'eu'], expires: '90d' },
      NOW,
    );
    assert.equal(made.exitCode, 0);
    const [key] = /sp_[0-9A-Za-z]{49}/.exec(made.output) ?? [''];
    assert.ok(wellFormed(key));
    assert.ok(keys.find(digestOf(key), NOW).found);
    assert.match(
      made.output,
      /^Key key_\w{16} for tenant acme, team search, groups analysts eu\. It expires 2027-02-20T10:00:00Z\.\n/,
    );
    for (const later of [await listKeys(keys, {}, NOW), await listKeys(keys, { json: true }, NOW)]) {
      assert.ok(!later.output.includes(key.slice(7)));
    }
  });

  it('is one JSON object for programs', async () => {
    const { keys } = open();
    const made = json(await createKey(keys, { user: 'ann@example.org', json: true }, NOW));
    assert.ok(wellFormed(made.key));
    assert.equal(made.digest, digestOf(made.key));
    assert.deepEqual(
      { ...made, key: '', digest: '', id: '', hint: '' },
      {
        id: '',
        hint: '',
        state: 'good',
        user: 'ann@example.org',
        created: '2026-11-22T10:00:00Z',
        expires: null,
        revoked: null,
        rotatedFrom: null,
        lastUsed: null,
        key: '',
        digest: '',
      },
    );
  });

  it('reads durations, times and dates to come', async () => {
    const expiries: Record<string, string> = {
      '30m': '2026-11-22T10:30:00Z',
      '12h': '2026-11-22T22:00:00Z',
      '2w': '2026-12-06T10:00:00Z',
      '2027-01-31': '2027-01-31T00:00:00Z',
      '2027-01-31T12:00:00+02:00': '2027-01-31T10:00:00Z',
    };
    for (const [expires, at] of Object.entries(expiries)) {
      assert.equal(json(await createKey(open().keys, { expires, json: true }, NOW)).expires, at);
    }
  });

  it('says what is wrong with an option, makes no key, and exits with 2', async () => {
    const { keys } = open();
    const wrong = [
      [{ expires: '90' }, /--expires: expected a duration/],
      [{ expires: '0d' }, /--expires: expected a duration/],
      [{ expires: '2027-02-30' }, /--expires: expected a duration/],
      [{ expires: '2020-01-01' }, /--expires: expected a time to come/],
      [{ tenant: '' }, /--tenant: expected a tenant/],
      [{ user: 'a*' }, /--user: expected a user/],
      [{ application: 'x'.repeat(256) }, /--application: expected an application/],
      [{ scopes: ['a b'] }, /--scopes: expected a scope/],
      [{ labels: ['env'] }, /--labels: expected name=value/],
      [{ networks: ['10.0.0.0/33'] }, /--networks: expected a network/],
      [{ limits: ['lots'] }, /--limits: expected a rate/],
      [{ groups: ['ok', 'not\nok'] }, /--groups: expected a group/],
      [{ groups: Array.from({ length: 65 }, (_, i) => `g${i}`) }, /--groups: expected at most 64/],
    ] as const;
    for (const [options, message] of wrong) {
      const plain = await createKey(keys, options, NOW);
      assert.equal(plain.exitCode, 2);
      assert.match(plain.output, message);
      assert.match(json(await createKey(keys, { ...options, json: true }, NOW)).error, message);
    }
    assert.equal(keys.size, 0);
  });
});

describe('keys create for a policy', () => {
  it('shows a key and the entry that declares it, and stores neither', async () => {
    const options = { tenant: 'acme', groups: ['analysts'], expires: '2027-01-31' };
    const made = declareKey('ci', options, NOW, random);
    const [key] = /sp_[0-9A-Za-z]{49}/.exec(made.output) ?? [''];
    const entry = made.output.split('\n').find((line) => line.trimStart().startsWith('- '));
    assert.deepEqual(parse(entry ?? ''), [
      {
        id: 'ci',
        digest: digestOf(key),
        tenant: 'acme',
        groups: ['analysts'],
        expires: '2027-01-31T00:00:00Z',
      },
    ]);
  });

  it('declares the digest with the pepper where there is one', async () => {
    const pepper = pepperOf(randomBytes(32));
    const made = json(declareKey('ci', { json: true }, NOW, random, pepper));
    assert.deepEqual(made.entry, { id: 'ci', digest: digestOf(made.key, pepper) });
  });

  it('wants an id that a policy takes', async () => {
    assert.equal(declareKey('c i', {}, NOW, random).exitCode, 2);
    assert.equal(declareKey('ci', { tenant: '' }, NOW, random).exitCode, 2);
    assert.equal(declareKey('ci', { expires: 'x' }, NOW, random).exitCode, 2);
  });
});

describe('keys list', () => {
  it('shows the state of each key, oldest first', async () => {
    const { keys, time } = open();
    const ids: string[] = [];
    for (const [i, expires] of ['30m', undefined, undefined].entries()) {
      time.now += 1000;
      ids.push(json(await createKey(keys, { tenant: `t${i}`, expires, json: true }, time.now)).id);
    }
    await revokeKey(keys, ids[1] ?? '', {}, time.now);
    time.now += DAY;
    const list = json(await listKeys(keys, { json: true }, time.now));
    assert.deepEqual(
      list.map((key: { id: string; state: string; tenant: string }) => [key.id, key.state, key.tenant]),
      [
        [ids[0], 'expired', 't0'],
        [ids[1], 'revoked', 't1'],
        [ids[2], 'good', 't2'],
      ],
    );
    const lines = (await listKeys(keys, {}, time.now)).output.split('\n');
    assert.equal(lines.length, 4);
    assert.match(lines[0] ?? '', /^ID +KEY +STATE +OWNER +CREATED +EXPIRES +LAST USED$/);
    assert.match(
      lines[1] ?? '',
      /^key_\w{16} +sp_\w{4}… +expired +tenant t0 +2026-11-22T10:00:01Z +2026-11-22T10:30:01Z +-$/,
    );
  });

  it('says so where there are none', async () => {
    assert.deepEqual(await listKeys(open().keys, {}, NOW), { exitCode: 0, output: 'No keys.' });
    assert.deepEqual(json(await listKeys(open().keys, { json: true }, NOW)), []);
  });
});

describe('keys rotate', () => {
  it('L21: shows the replacement and until when the old key is good, a day if nothing is said', async () => {
    const { keys } = open();
    const old = json(await createKey(keys, { tenant: 'acme', json: true }, NOW));
    const rotated = await rotateKey(keys, old.id, {}, NOW);
    assert.equal(rotated.exitCode, 0);
    assert.match(rotated.output, /stays good until 2026-11-23T10:00:00Z/);
    assert.ok(keys.find(old.digest, NOW + DAY - 1).found);
    assert.ok(!keys.find(old.digest, NOW + DAY).found);
    const [, next] = json(await listKeys(keys, { json: true }, NOW));
    assert.equal(next.rotatedFrom, old.id);
    assert.equal(next.tenant, 'acme');
  });

  it('ends the old key at once with an overlap of 0', async () => {
    const { keys } = open();
    const old = json(await createKey(keys, { json: true }, NOW));
    assert.match((await rotateKey(keys, old.id, { overlap: '0' }, NOW)).output, /is no longer good/);
    assert.ok(!keys.find(old.digest, NOW).found);
  });

  it('says what is wrong: 2 for the options, 1 for the key', async () => {
    const { keys } = open();
    const old = json(await createKey(keys, { json: true }, NOW));
    assert.equal((await rotateKey(keys, old.id, { overlap: 'soon' }, NOW)).exitCode, 2);
    assert.equal((await rotateKey(keys, old.id, { expires: 'soon' }, NOW)).exitCode, 2);
    const next = json(await rotateKey(keys, old.id, { json: true }, NOW));
    const again = await rotateKey(keys, old.id, {}, NOW);
    assert.deepEqual([again.exitCode, again.output.includes(next.id)], [1, true]);
    assert.deepEqual(await rotateKey(keys, 'key_\u001b[2J', {}, NOW), {
      exitCode: 1,
      output: 'There is no key key_\\u001b[2J.',
    });
    await rotateKey(keys, next.id, { overlap: '1h' }, NOW);
    assert.match((await rotateKey(keys, next.id, {}, NOW + DAY)).output, /already replaced/);
  });
});

describe('keys revoke', () => {
  it('ends a key, once', async () => {
    const { keys } = open();
    const { id, digest } = json(await createKey(keys, { json: true }, NOW));
    assert.equal(json(await revokeKey(keys, id, { json: true }, NOW)).state, 'revoked');
    assert.deepEqual(keys.find(digest, NOW), { found: false, why: 'revoked' });
    assert.deepEqual(await revokeKey(keys, id, {}, NOW), {
      exitCode: 1,
      output: `Key ${id} was revoked 2026-11-22T10:00:00Z.`,
    });
  });
});

describe('keys import', () => {
  const DIGEST = `sha256:${'ab'.repeat(32)}`;

  it('stores a key for each line, and shows those that it made', async () => {
    const { keys } = open();
    const lines = [
      JSON.stringify({ digest: DIGEST, tenant: 'acme', labels: { env: 'prod' }, limits: ['60/minute'] }),
      '',
      JSON.stringify({ tenant: 'globex', networks: '10.0.0.0/8', expires: '2027-01-31' }),
    ];
    const { exitCode, output } = await importKeys(keys, lines.join('\n'), {}, NOW);
    assert.equal(exitCode, 0, output);
    const [known, made] = output.split('\n').map((line) => JSON.parse(line));
    assert.equal(known.key, undefined);
    assert.deepEqual([known.limits, known.labels], [['60/60s'], { env: 'prod' }]);
    assert.ok(wellFormed(made.key));
    assert.ok(keys.find(DIGEST, NOW).found);
    assert.ok(keys.find(digestOf(made.key), NOW).found);
  });

  it('names the line that is wrong, and then stores nothing', async () => {
    const { keys } = open();
    const good = JSON.stringify({ tenant: 'acme' });
    for (const [bad, message] of [
      ['{', /^line 2: expected an object/],
      ['[]', /^line 2: expected an object/],
      ['{"digest":"abc"}', /^line 2: digest: expected/],
      ['{"tenant":7}', /^line 2: --tenant: expected a tenant/],
      ['{"expires":"yesterday"}', /^line 2: --expires/],
    ] as const) {
      const { exitCode, output } = await importKeys(keys, `${good}\n${bad}\n${good}`, {}, NOW);
      assert.equal(exitCode, 2);
      assert.match(output, message);
    }
    const twice = `${JSON.stringify({ digest: DIGEST })}\n`;
    assert.equal((await importKeys(keys, twice, {}, NOW)).exitCode, 0);
    assert.match((await importKeys(keys, `${good}\n${twice}`, {}, NOW)).output, /line 2 is stored already/);
    assert.equal(keys.size, 1);
  });
});
