import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { compile } from '../../src/policy/compile.ts';
import { type ParsedPolicy, parsePolicy } from '../../src/policy/parse.ts';
import { expand, NOW } from './setting.ts';

function read(...texts: string[]): ParsedPolicy {
  const result = parsePolicy(texts.map((text, i) => ({ name: `${'abc'[i]}.yaml`, text })));
  if ('mistakes' in result) assert.fail(JSON.stringify(result.mistakes));
  return result.parsed;
}

function mistakes(...texts: string[]): string[] {
  const result = parsePolicy(texts.map((text, i) => ({ name: `${'abc'[i]}.yaml`, text })));
  const found = 'mistakes' in result ? result.mistakes : [];
  return found.map(
    ({ file, line, column, path, message }) => `${file}:${line}:${column} ${path}: ${message}`,
  );
}

const plain = (value: unknown) => JSON.parse(JSON.stringify(value));

test('reads YAML 1.2: yes, no and dates are text', () => {
  assert.deepEqual(plain(read('a: no\nb: 2030-01-01\nc: 010\nd: true\ne: ~\nf: 1.5').value), {
    a: 'no',
    b: '2030-01-01',
    c: 10,
    d: true,
    e: null,
    f: 1.5,
  });
});

test('knows where every key and value stands, also with CRLF, a byte order mark and letters of two units', () => {
  const parsed = read('\ufeffa: 1\r\n"😀": { b:   [x, y] }\r\n');
  assert.deepEqual(parsed.placeOf(['😀', 'b', 1], 'value'), { file: 'a.yaml', line: 2, column: 18 });
  assert.deepEqual(parsed.placeOf(['😀', 'b'], 'key'), { file: 'a.yaml', line: 2, column: 9 });
  assert.deepEqual(parsed.placeOf(['😀', 'missing', 7], 'value'), { file: 'a.yaml', line: 2, column: 1 });
});

test('an alias stands for its anchor, wherever it is used', () => {
  assert.deepEqual(plain(read('a: &list [x]\nb: { c: *list }').value), { a: ['x'], b: { c: ['x'] } });
});

test('the last anchor of a name is the one that counts', () => {
  assert.deepEqual(plain(read('[&n 1, &n 2, *n]').value), [1, 2, 2]);
});

test('M11 aliases cannot unfold to more than a bound', () => {
  const rows = Array.from(
    { length: 40 },
    (_, i) => `k${i}: &k${i} [${i === 0 ? 'x, x' : `*k${i - 1}, *k${i - 1}`}]`,
  );
  assert.match(mistakes(rows.join('\n')).join('\n'), /too many values/);
});

test('M11 a chain of aliases cannot nest deeper than a bound', () => {
  const rows = Array.from({ length: 100 }, (_, i) => `k${i}: &k${i} [${i === 0 ? 'x' : `*k${i - 1}`}]`);
  assert.match(mistakes(rows.join('\n')).join('\n'), /nested too deeply/);
});

test('M11 nesting that would exhaust the stack is a mistake', () => {
  assert.deepEqual(mistakes(`a: ${'['.repeat(33)}${']'.repeat(33)}`), [
    'a.yaml:1:36 a[0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0]: nested too deeply: expected at most 32 levels',
  ]);
  assert.match(mistakes('['.repeat(20_000)).join(), /nested too deeply/);
  assert.match(mistakes('- '.repeat(20_000)).join(), /nested too deeply/);
});

test('M11 more than 10 MiB in all is a mistake before anything is read', () => {
  const half = `a: ${'x'.repeat(6 * 1024 * 1024)}`;
  assert.deepEqual(mistakes(half, half), [
    'b.yaml:1:1 : expected at most 10 MiB of policy, all files together',
  ]);
});

test('finds a doubled key among many', () => {
  const keys = Array.from({ length: 20_000 }, (_, i) => `k${i}: 1`).join('\n');
  assert.deepEqual(mistakes(`${keys}\nk0: 2`), [
    'a.yaml:20001:1 k0: the key "k0" stands twice: first in line 1',
  ]);
});

test('all mistakes of form in all files are reported at once', () => {
  assert.deepEqual(mistakes('a: 1\na: 2\nb: 1\nb: 2', 'c:\n\td: 1'), [
    'a.yaml:2:1 a: the key "a" stands twice: first in line 1',
    'a.yaml:4:1 b: the key "b" stands twice: first in line 3',
    'b.yaml:2:1 : expected spaces: a tab cannot indent YAML',
  ]);
});

test('several files are one policy: sections grow, lists in the order of the files', () => {
  const a = 'version: 1\nmodels: { m: {} }\ngrants: [1]\nidentity: { apiKeys: { keys: [k1] } }';
  const b = 'version: 1\nmodels: { n: {} }\ngrants: [2, 3]\nidentity: { apiKeys: { keys: [k2] } }';
  const parsed = read(a, '# nothing', b);
  assert.deepEqual(plain(parsed.value), {
    version: 1,
    models: { m: {}, n: {} },
    grants: [1, 2, 3],
    identity: { apiKeys: { keys: ['k1', 'k2'] } },
  });
  assert.deepEqual(parsed.placeOf(['grants', 2], 'value'), { file: 'c.yaml', line: 3, column: 13 });
  assert.deepEqual(parsed.placeOf(['models', 'n'], 'key'), { file: 'c.yaml', line: 2, column: 11 });
});

test('what stands in two files is a mistake that names both places', () => {
  const said = 'already given at a.yaml';
  const once = 'expected it in one file only';
  assert.deepEqual(mistakes('models: { m: { x: [1] } }', 'models: { m: { x: [1] } }'), [
    `b.yaml:1:11 models.m: ${said}:1:11: ${once}`,
  ]);
  assert.deepEqual(mistakes('bounds: { a: 1 }', 'bounds: { b: 1 }'), [
    `b.yaml:1:1 bounds: ${said}:1:1: ${once}`,
  ]);
  assert.deepEqual(mistakes('grants: 1', 'grants: 1'), [`b.yaml:1:1 grants: ${said}:1:1: ${once}`]);
  assert.deepEqual(mistakes('version: 1', 'version: 2'), [`b.yaml:1:1 version: ${said}:1:1: ${once}`]);
  assert.deepEqual(
    mistakes('identity: { apiKeys: { headers: [a] } }', 'identity: { apiKeys: { headers: [b] } }'),
    [`b.yaml:1:24 identity.apiKeys.headers: ${said}:1:24: ${once}`],
  );
});

test('files that are no maps cannot be one policy', () => {
  assert.deepEqual(mistakes('a: 1', '[1]'), [
    'b.yaml:1:1 : expected a map of sections, such as models and grants',
  ]);
});

const EXAMPLE = readFileSync(new URL('../../examples/policy.yaml', import.meta.url), 'utf8');

/** What `check` does with a text, all of it. */
function whole(text: string): void {
  const result = parsePolicy([{ name: 'a.yaml', text }]);
  const report = 'parsed' in result ? compile(result.parsed, () => ({ secret: 'x' }), expand, NOW) : result;
  for (const mistake of 'mistakes' in report ? report.mistakes : []) {
    assert.ok(mistake.line >= 1 && mistake.column >= 1 && mistake.message !== '', JSON.stringify(mistake));
  }
}

test('M11 no text makes it throw, and every mistake has a place', () => {
  const junk = fc.string({ unit: fc.constantFrom(...'[]{}:,-&*!|>\'"%@#?~ \n\tab1é😀\0'), maxLength: 40 });
  fc.assert(fc.property(junk, whole), { numRuns: 3000 });
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 60 }), whole), { numRuns: 500 });
});

test('M11 no damage to a good policy makes it throw, and every mistake has a place', () => {
  const place = fc.nat(EXAMPLE.length);
  const put = fc.constantFrom(
    '',
    ' ',
    '\n',
    '[',
    '}',
    ': ',
    '- ',
    '*',
    '&a ',
    '!',
    '1',
    '"',
    'null',
    '\t',
    '-1',
    '{}',
  );
  fc.assert(
    fc.property(place, fc.nat(20), put, (at, length, instead) => {
      whole(EXAMPLE.slice(0, at) + instead + EXAMPLE.slice(at + length));
    }),
    { numRuns: 500 },
  );
});
