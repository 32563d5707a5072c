import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isRefusal } from '../../src/core/refusal.ts';
import {
  foldedKey,
  type JsonNode,
  memberOf,
  parse,
  stringsIn,
  stringValue,
} from '../../src/json/document.ts';

const BOUNDS = { depth: 128, values: 100_000 };

function read(text: string): JsonNode {
  const root = parse(text, BOUNDS);
  if (isRefusal(root)) assert.fail(`${root.refused}: ${root.detail}`);
  return root;
}

function refusalOf(text: string, bounds = BOUNDS) {
  const root = parse(text, bounds);
  return isRefusal(root) ? root.refused : undefined;
}

/** The value of a document by its places alone: each part is read again from the text where the node says it is. */
function valueAt(text: string, node: JsonNode): unknown {
  if (node.kind === 'object') {
    return Object.fromEntries(node.members.map((member) => [member.key, valueAt(text, member.value)]));
  }
  if (node.kind === 'array') return node.items.map((item) => valueAt(text, item));
  if (node.kind === 'string') return stringValue(text, node);
  return JSON.parse(text.slice(node.start, node.end));
}

describe('strict JSON', () => {
  it('gives every value its exact place', () => {
    const text = ' {"a" : [1, "x\\n"], "b": {"c": null}, "d": -1.5e3 } ';
    const root = read(text);
    assert.equal(text.slice(root.start, root.end), text.trim());
    const at = (...keys: string[]) => {
      const node = keys.reduce<JsonNode | undefined>(memberOf, root);
      return node && text.slice(node.start, node.end);
    };
    assert.equal(at('a'), '[1, "x\\n"]');
    assert.equal(at('b', 'c'), 'null');
    assert.equal(at('d'), '-1.5e3');
    assert.equal(at('e'), undefined);
  });

  it('gives every key its exact place, escapes resolved in its name', () => {
    const text = '{ "mod\\u0065l" : 1 }';
    const root = read(text);
    assert(root.kind === 'object');
    assert.deepEqual(
      root.members.map(({ key, keyStart, keyEnd }) => [key, text.slice(keyStart, keyEnd)]),
      [['model', '"mod\\u0065l"']],
    );
  });

  it('D3, D4: says of a key whether readers could fold it, and into what', () => {
    const key = fc.oneof(
      fc.stringMatching(/^[a-z0-9_]{0,40}$/),
      fc.string({ unit: 'grapheme', maxLength: 40 }),
      fc.constantFrom('Model', 'maxTokens', 'ſtream', '\u212aey', 'a-b'),
    );
    fc.assert(
      fc.property(key, (name) => {
        const root = read(JSON.stringify({ [name]: 1 }));
        assert(root.kind === 'object');
        const [member] = root.members;
        assert(member);
        assert.equal(member.key, name);
        assert.equal(member.plain, /^[a-z0-9_]*$/.test(name));
        assert.equal(foldedKey(member), name.toUpperCase().toLowerCase());
      }),
    );
    const escaped = read('{"mod\\u0065l":1}');
    assert(escaped.kind === 'object');
    assert.deepEqual(
      escaped.members.map((member) => [member.plain, foldedKey(member)]),
      [[false, 'model']],
    );
  });

  it('keeps an array of nothing but numbers as one value', () => {
    assert.deepEqual(read('[1, -2.5, 3e2]'), { kind: 'numbers', start: 0, end: 14, count: 3 });
    assert.equal(read('[]').kind, 'array');
    const mixed = read('[1, 2, "x", 3]');
    assert(mixed.kind === 'array');
    assert.deepEqual(
      mixed.items.map((item) => item.kind),
      ['number', 'number', 'string', 'number'],
    );
    assert.equal(refusalOf(`[${'1,'.repeat(50)}1]`, { depth: 9, values: 1 }), undefined);
  });

  it('D1: refuses a key that stands twice in one object, at every level', () => {
    assert.equal(refusalOf('{"model":"a","model":"b"}'), 'body_duplicate_key');
    assert.equal(refusalOf('[{"a":{"b":1,"c":2,"b":1}}]'), 'body_duplicate_key');
    assert.equal(refusalOf('{"a":{"b":1},"c":{"b":1}}'), undefined);
  });

  it('D1: finds a key that stands twice among many', () => {
    const keys = Array.from({ length: 1000 }, (_, i) => `"k${i}":0`);
    assert.equal(refusalOf(`{${keys.join(',')}}`), undefined);
    for (const twice of [0, 8, 9, 999]) {
      assert.equal(refusalOf(`{${keys.join(',')},"k${twice}":1}`), 'body_duplicate_key');
    }
  });

  it('D2: compares keys after their escapes are resolved', () => {
    assert.equal(refusalOf('{"model":"a","mod\\u0065l":"b"}'), 'body_duplicate_key');
    assert.equal(refusalOf('{"a\\/b":1,"a/b":2}'), 'body_duplicate_key');
  });

  it('D8: refuses numbers that JSON does not have', () => {
    for (const text of [
      'NaN',
      'Infinity',
      '-Infinity',
      '01',
      '+1',
      '.5',
      '1.',
      '1e',
      '1e+',
      '-',
      '0x10',
      '1_000',
    ]) {
      assert.equal(refusalOf(text), 'body_malformed', text);
      assert.equal(refusalOf(`[${text}]`), 'body_malformed', `[${text}]`);
    }
  });

  it('D9: refuses numbers that no double can hold', () => {
    for (const text of ['1e400', '-1E400', `1${'0'.repeat(400)}`, '1e0000309']) {
      assert.equal(refusalOf(text), 'body_malformed', text);
    }
    for (const text of ['1e308', '1e-400', `0.${'0'.repeat(400)}1`, '-0', '0e0', '0.0E-0']) {
      assert.equal(refusalOf(text), undefined, text);
    }
  });

  it('D12: refuses escapes that are half of a surrogate pair, in values and keys', () => {
    for (const half of [
      '\\ud83d',
      '\\ude00',
      '\\ud83d\\ud83d',
      '\\ud83dx',
      '\\ude00\\ud83d',
      '\\ude00\\ude00',
      '\\ud83d\\n',
      '\\uD83D',
    ]) {
      assert.equal(refusalOf(`"${half}"`), 'body_malformed', half);
      assert.equal(refusalOf(`{"${half}":1}`), 'body_malformed', half);
    }
    const pair = '"\\ud83d\\ude00 \\uD83D\\uDE00"';
    const node = read(pair);
    assert(node.kind === 'string');
    assert.equal(stringValue(pair, node), '😀 😀');
  });

  it('D14: refuses comments, trailing commas, a second document, padding and other white space', () => {
    const texts = [
      '',
      ' ',
      '{"a":1,}',
      '[1,]',
      '["a",]',
      '[,]',
      '{,}',
      '{"a":1} {"a":2}',
      '{"a":1}\n{"a":2}',
      '{"a":1}\0',
      '\0{"a":1}',
      '\u00a0{"a":1}',
      '{"a":1}\u00a0',
      '\f{}',
      '\v{}',
      '\ufeff{}',
      '\u2028{}',
      '// x\n{}',
      '{}/**/',
      "{'a':1}",
      '{a:1}',
      '{"a"}',
      '{"a":}',
      '{"a" 1}',
      '{"a":1 "b":2}',
      '[1 2]',
      '["a" "b"]',
      '[1',
      '["a"',
      '{"a":1',
      '{',
      '[',
      ']',
      '}',
      'tru',
      'truex',
      'True',
      'null1',
    ];
    for (const text of texts) assert.equal(refusalOf(text), 'body_malformed', JSON.stringify(text));
  });

  it('D14: refuses control characters in strings, and escapes that JSON does not have', () => {
    for (let unit = 0; unit < 0x20; unit += 1) {
      const control = String.fromCharCode(unit);
      assert.equal(refusalOf(`"${control}"`), 'body_malformed');
      assert.equal(refusalOf(`"${'long text '.repeat(9)}${control}"`), 'body_malformed');
    }
    for (const text of [
      '"\\x41"',
      '"\\u12"',
      '"\\u12g4"',
      '"\\"',
      '"a',
      '"\\',
      '"\\u+123"',
      `"${'a'.repeat(99)}`,
    ]) {
      assert.equal(refusalOf(text), 'body_malformed', text);
    }
  });

  it('D15: reads as deep as the bound and no deeper, however deep the body is', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    assert.equal(refusalOf(nested(128)), undefined);
    assert.equal(refusalOf(nested(129)), 'body_too_deep');
    assert.equal(refusalOf('{"a":'.repeat(129)), 'body_too_deep');
    assert.equal(refusalOf('['.repeat(1_000_000)), 'body_too_deep');
    assert.equal(refusalOf(nested(2000), { depth: 1e9, values: 1e9 }), 'body_too_deep');
  });

  it('D16: keeps __proto__ a key like any other', () => {
    const root = read('{"__proto__":{"a":1}}');
    assert(root.kind === 'object');
    assert.equal(root.members[0]?.key, '__proto__');
  });

  it('D18: stops at the bound of values', () => {
    const objects = `[${'{},'.repeat(99)}{}]`;
    assert.equal(refusalOf(objects, { depth: 9, values: 101 }), undefined);
    assert.equal(refusalOf(objects, { depth: 9, values: 100 }), 'body_too_complex');
  });

  it('D18: takes very many keys in one object, none compared with all the others', () => {
    const text = `{${Array.from({ length: 200_000 }, (_, i) => `"${i}":0`).join(',')}}`;
    assert.equal(refusalOf(text, { depth: 9, values: 2_000_000 }), undefined);
  });

  it('names the place of what it refuses, and never quotes it', () => {
    const refusal = parse('{"secret":nope}', BOUNDS);
    assert(isRefusal(refusal));
    assert.equal(refusal.detail, 'At character 10: a value was expected.');
  });

  it('finds every string, keys included', () => {
    const text = '{"a":["x",1,{"b":"y\\n"}]}';
    assert.deepEqual(
      stringsIn(text, read(text)).map(({ text: value, place }) => [
        value,
        text.slice(place.start, place.end),
      ]),
      [
        ['a', '"a"'],
        ['x', '"x"'],
        ['b', '"b"'],
        ['y\n', '"y\\n"'],
      ],
    );
  });
});

const WHITE = fc.string({ unit: fc.constantFrom(' ', '\n', '\t', '\r'), maxLength: 2 });

/** JSON texts in all their spellings: white space anywhere, escapes of any character, numbers as they like. */
const spelled: fc.Arbitrary<string> = fc.letrec<{
  value: string;
  object: string;
  array: string;
  string: string;
}>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom(
      'true',
      'false',
      'null',
      '0',
      '-0',
      '1.50',
      '1E5',
      '1e400',
      '-12.5e-3',
      '12345678901234567890',
    ),
    tie('string'),
    tie('array'),
    tie('object'),
  ),
  string: fc
    .array(
      fc.oneof(
        fc.string({ unit: 'grapheme', maxLength: 3 }).map((s) => JSON.stringify(s).slice(1, -1)),
        fc.constantFrom(
          '\\n',
          '\\/',
          '\\u0041',
          '\\u00e9',
          '\\ud83d\\ude00',
          '\\ud83d',
          'a',
          'model',
          ' '.repeat(30),
        ),
      ),
      { maxLength: 4 },
    )
    .map((parts) => `"${parts.join('')}"`),
  array: fc
    .array(fc.tuple(WHITE, tie('value'), WHITE), { maxLength: 4 })
    .map((items) => `[${items.map((i) => i.join('')).join()}]`),
  object: fc
    .array(fc.tuple(WHITE, tie('string'), WHITE, tie('value')), { maxLength: 4 })
    .map((items) => `{${items.map(([w, k, v, x]) => `${w}${k}${v}:${x}${w}`).join()}}`),
})).value;

const ALPHABET = [...'{}[]",:\\/-+.eE0123456789tfnu \n\u00a0\0'];

/** A text with a few characters changed. */
const broken = fc
  .tuple(spelled, fc.array(fc.tuple(fc.nat(), fc.constantFrom(...ALPHABET), fc.nat(1)), { maxLength: 3 }))
  .map(([text, changes]) =>
    changes.reduce((t, [place, char, width]) => {
      const at = place % (t.length + 1);
      return t.slice(0, at) + char + t.slice(at + width);
    }, text),
  );

function standard(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

describe('strict JSON beside JSON.parse', () => {
  it('accepts nothing that JSON.parse rejects, and reads the same values at the places it gives', () => {
    let accepted = 0;
    let rejected = 0;
    const law = (text: string) => {
      const root = parse(text, BOUNDS);
      if (isRefusal(root)) {
        rejected += 1;
        return;
      }
      accepted += 1;
      const expected = standard(text);
      assert(expected !== undefined, 'accepted what JSON.parse rejects');
      assert.deepEqual(valueAt(text, root), expected.value);
    };
    fc.assert(fc.property(spelled, law), { seed: 11, numRuns: 3000 });
    fc.assert(fc.property(broken, law), { seed: 12, numRuns: 5000 });
    assert(accepted > 1000 && rejected > 1000, `accepted ${accepted}, rejected ${rejected}`);
  });

  it('rejects what JSON.parse accepts for its own reasons only', () => {
    const reasons = new Set<string>();
    const law = (text: string) => {
      const root = parse(text, BOUNDS);
      if (!isRefusal(root) || standard(text) === undefined) return;
      const reason =
        root.refused === 'body_malformed' ? root.detail?.replace(/^At character \d+: /, '') : root.refused;
      reasons.add(reason ?? '');
    };
    fc.assert(fc.property(spelled, law), { seed: 21, numRuns: 3000 });
    fc.assert(fc.property(broken, law), { seed: 22, numRuns: 3000 });
    assert.deepEqual([...reasons].sort(), [
      'a number is too large.',
      'an escape is half of a surrogate pair.',
      'body_duplicate_key',
    ]);
  });

  it('reads long strings as JSON.parse does, whatever stands in them and around them', () => {
    const piece = fc.constantFrom(
      'a',
      'é',
      '\u{1f600}',
      '\\n',
      '\\"',
      '\\\\',
      '\\u00e9',
      '\\ud83d\\ude00',
      '\\ud800',
      '\\x',
      '"',
      '\n',
      '\t',
      '\u0001',
      '\u007f',
      '0123456789abcdef'.repeat(3),
    );
    const token = fc.array(piece, { maxLength: 40 }).map((pieces) => `"${pieces.join('')}"`);
    let accepted = 0;
    const law = (texts: string[], gap: string) => {
      const text = `{${texts.map((value, i) => `${gap}"k${i}"${gap}:${value}`).join(',')}}`;
      const root = parse(text, BOUNDS);
      const expected = standard(text)?.value;
      if (isRefusal(root)) {
        const lone = typeof expected === 'object' && /\\ud[89a-f]/i.test(text);
        assert(expected === undefined || lone, text);
        return;
      }
      accepted += 1;
      assert(expected !== undefined, text);
      const values = root.kind === 'object' ? root.members.map(({ value }) => value) : [];
      assert.deepEqual(
        values.map((value) => (value.kind === 'string' ? stringValue(text, value) : undefined)),
        Object.values(expected as object),
      );
    };
    const gap = fc.constantFrom('', ' ', '\n', '\r\n\t');
    fc.assert(fc.property(fc.array(token, { minLength: 1, maxLength: 4 }), gap, law), {
      seed: 31,
      numRuns: 8000,
    });
    assert(accepted > 200, `${accepted} accepted`);
  });
});
