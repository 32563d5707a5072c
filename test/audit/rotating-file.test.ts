import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { open as openFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { openAuditFile } from '../../src/audit/file.ts';
import { RotatingFile, type RotatingFileOptions } from '../../src/audit/rotating-file.ts';
import type { AppendError } from '../../src/audit/sink.ts';
import { ledgerContract } from '../contract/ledger.ts';
import { parsed, recordOf } from './records.ts';

const START = Date.UTC(2026, 10, 22, 10, 11, 12, 345);
const DAY = 86_400_000;

let dir: string;
let time: number;
let faults: string[];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sallyport-audit-'));
  time = START;
  faults = [];
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const optionsOf = (more: Partial<RotatingFileOptions> = {}): RotatingFileOptions => ({
  path: join(dir, 'audit.jsonl'),
  rotateBytes: 1_000_000,
  keepDays: 30,
  clock: { now: () => time },
  onFault: (where) => faults.push(where),
  ...more,
});
const bytes = (text: string) => Buffer.from(text);
const contents = (name = 'audit.jsonl') => readFileSync(join(dir, name), 'utf8');

/** Fails as told, after so many bytes of one write; otherwise writes at most 7 bytes at a time, as a file may. */
function flakyFile(plan: {
  failAfter: number | undefined;
  truncates: boolean;
}): NonNullable<RotatingFileOptions['openFile']> {
  return async (path) => {
    const file = await openFile(path, 'a+');
    const write = async (data: Uint8Array, offset = 0) => {
      if (plan.failAfter === 0) throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
      const length = Math.min(7, data.length - offset, plan.failAfter ?? 7);
      if (plan.failAfter !== undefined) plan.failAfter -= length;
      return file.write(data, offset, length);
    };
    const truncate = (size?: number) =>
      plan.truncates ? file.truncate(size) : Promise.reject(new Error('EIO'));
    return {
      stat: () => file.stat(),
      read: (...args: Parameters<typeof file.read>) => file.read(...args),
      sync: () => file.sync(),
      close: () => file.close(),
      write,
      truncate,
    } as unknown as Awaited<ReturnType<NonNullable<RotatingFileOptions['openFile']>>>;
  };
}

describe('the audit file', () => {
  ledgerContract(async () => {
    const ledger = await openAuditFile(optionsOf({ rotateBytes: 1e9 }));
    return {
      ledger,
      finish: async () => {
        await ledger.close();
        return contents();
      },
    };
  });

  it('keeps every record over many files, none of them torn or too large', async () => {
    const ledger = await openAuditFile(optionsOf({ rotateBytes: 100_000 }));
    for (let i = 0; i < 3000; i++) {
      ledger.write(recordOf(`${i}`));
      if (i % 50 === 0) await ledger.flush();
    }
    await ledger.close();
    const names = readdirSync(dir).sort();
    assert.ok(names.length > 15, `${names.length} files`);
    const aside = names.filter((name) => name !== 'audit.jsonl').sort((a, b) => order(a) - order(b));
    const requests = [...aside, 'audit.jsonl'].flatMap((name) =>
      parsed(contents(name)).map((record) => record.request),
    );
    assert.deepEqual(
      requests,
      Array.from({ length: 3000 }, (_, i) => `${i}`),
    );
    for (const name of names) assert.ok(statSync(join(dir, name)).size <= 100_000, name);
  });

  it('names a file that was set aside by the time, and never overwrites one', async () => {
    const file = await RotatingFile.open(optionsOf({ rotateBytes: 4 }));
    for (const text of ['one\n', 'two\n', 'three\n']) await file.append(bytes(text));
    time += 1000;
    await file.append(bytes('four\n'));
    await file.close();
    assert.equal(contents('audit-2026-11-22T10-11-12-345Z.jsonl'), 'one\n');
    assert.equal(contents('audit-2026-11-22T10-11-12-345Z-2.jsonl'), 'two\n');
    assert.equal(contents('audit-2026-11-22T10-11-13-345Z.jsonl'), 'three\n');
    assert.equal(contents(), 'four\n');
  });

  it('is audit.jsonl in a folder where the path names no file', async () => {
    const file = await RotatingFile.open(optionsOf({ path: join(dir, 'var/audit') }));
    await file.append(bytes('one\n'));
    await file.close();
    assert.equal(contents('var/audit/audit.jsonl'), 'one\n');
  });

  it('goes on where it was after a restart', async () => {
    for (const text of ['one\n', 'two\n']) {
      const file = await RotatingFile.open(optionsOf());
      await file.append(bytes(text));
      await file.close();
    }
    assert.equal(contents(), 'one\ntwo\n');
  });

  it('N9: closes a line that a crash left unfinished, keeps it, and marks the gap', async () => {
    writeFileSync(join(dir, 'audit.jsonl'), '{"request":"1"}\n{"reque');
    const file = await RotatingFile.open(optionsOf());
    await file.append(bytes('{"request":"3"}\n'));
    await file.close();
    const [first, torn, gap, third] = contents().split('\n');
    assert.deepEqual([first, torn, third], ['{"request":"1"}', '{"reque', '{"request":"3"}']);
    assert.deepEqual(JSON.parse(gap ?? ''), {
      time: '2026-11-22T10:11:12.345Z',
      gap: { reason: 'torn', lost: null, since: null },
    });
  });

  it('N5: says how many whole lines it wrote before the disk was full, and takes the beginning of the next back', async () => {
    const plan = { failAfter: undefined as number | undefined, truncates: true };
    const file = await RotatingFile.open(optionsOf({ openFile: flakyFile(plan) }));
    await file.append(bytes('zero\n'));
    plan.failAfter = 10;
    await assert.rejects(
      file.append(bytes('one\ntwo\nthree\n')),
      (error: AppendError) => error.written === 8,
    );
    assert.equal(contents(), 'zero\none\ntwo\n');
    plan.failAfter = 0;
    await assert.rejects(file.append(bytes('three\n')), (error: AppendError) => error.written === 0);
    plan.failAfter = undefined;
    await file.append(bytes('three\n'));
    await file.close();
    assert.equal(contents(), 'zero\none\ntwo\nthree\n');
    assert.deepEqual(faults, []);
  });

  it('marks the beginning of a line that it could not take back', async () => {
    const plan = { failAfter: 10 as number | undefined, truncates: false };
    const file = await RotatingFile.open(optionsOf({ openFile: flakyFile(plan) }));
    await assert.rejects(
      file.append(bytes('one\ntwo\nthree\n')),
      (error: AppendError) => error.written === 8,
    );
    plan.failAfter = undefined;
    await file.append(bytes('three\n'));
    await file.close();
    const lines = contents().split('\n');
    assert.deepEqual([lines[0], lines[1], lines[2], lines[4]], ['one', 'two', 'th', 'three']);
    assert.match(lines[3] ?? '', /"torn"/);
    assert.deepEqual(faults, ['audit.truncate']);
  });

  it('N5: tells of a device that is full', async () => {
    const file = await RotatingFile.open(optionsOf({ openFile: () => openFile('/dev/full', 'a+') }));
    await assert.rejects(file.append(bytes('one\n')), /ENOSPC/);
    await assert.rejects(file.append(bytes('one\n')), /ENOSPC/);
  });

  it('is made anew if somebody deletes it, or its folder, under us', async () => {
    const path = join(dir, 'log/audit.jsonl');
    const file = await RotatingFile.open(optionsOf({ path }));
    await file.append(bytes('one\n'));
    rmSync(join(dir, 'log'), { recursive: true });
    await file.append(bytes('two\n'));
    await file.close();
    assert.equal(contents('log/audit.jsonl'), 'two\n');
  });

  it('goes on growing where it cannot be set aside, says so, and tries again an hour later', async () => {
    const path = join(dir, `${'a'.repeat(240)}.jsonl`);
    const file = await RotatingFile.open(optionsOf({ rotateBytes: 4, path }));
    for (const text of ['one\n', 'two\n', 'three\n']) await file.append(bytes(text));
    assert.deepEqual(faults, ['audit.rotate'], 'the name would be too long');
    time += 3_600_000;
    await file.append(bytes('four\n'));
    await file.close();
    assert.deepEqual(faults, ['audit.rotate', 'audit.rotate']);
    assert.equal(readFileSync(path, 'utf8'), 'one\ntwo\nthree\nfour\n');
  });

  it('deletes what was set aside longer ago than it is to be kept, and nothing else', async () => {
    const names = [
      'audit-2026-10-22T10-11-12-345Z.jsonl',
      'audit-2026-10-22T10-11-12-345Z-2.jsonl',
      'audit-2026-10-23T10-11-12-345Z.jsonl',
      'audit-2020-01-01.jsonl',
      'audit-old.jsonl',
      'other-2020-01-01T00-00-00-000Z.jsonl',
      'audit-2020-01-01T00-00-00-000Z.jsonl.gz',
    ];
    for (const name of names) writeFileSync(join(dir, name), 'x\n');
    const file = await RotatingFile.open(optionsOf());
    assert.deepEqual(readdirSync(dir).sort(), [...names.slice(2), 'audit.jsonl'].sort());
    time += DAY + 1;
    await file.append(bytes('one\n'));
    assert.deepEqual(readdirSync(dir).sort(), [...names.slice(3), 'audit.jsonl'].sort());
    await file.close();
  });

  it('cannot be opened where it cannot be written, and says why at once', async () => {
    writeFileSync(join(dir, 'file'), '');
    await assert.rejects(
      RotatingFile.open(optionsOf({ path: join(dir, 'file/audit.jsonl') })),
      /ENOTDIR|EEXIST/,
    );
  });
});

/** Files set aside at the same millisecond are numbered from 2 on. */
function order(name: string): number {
  return Number(/Z-(\d+)\.jsonl$/.exec(name)?.[1] ?? 1);
}
