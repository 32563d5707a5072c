import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Edit, splice } from '../../src/core/finding.ts';
import { editString, quote } from '../../src/json/document.ts';
import { nestedView } from '../../src/json/string.ts';

/** Applies edits of a token's value to a text in which the token stands among others. */
function edited(token: string, edits: readonly Edit[], json = false): string {
  const before = '{"a":"\\n", "b": ';
  const text = `${before}${token}}`;
  const place = { start: before.length, end: before.length + token.length };
  const out = splice(text, editString(text, place, edits, json));
  assert(out.startsWith(before) && out.endsWith('}'));
  return out.slice(before.length, -1);
}

/** Texts as JSON strings in every spelling: each code unit as itself, as a short escape or in hexadecimal. */
const token = fc
  .array(
    fc.tuple(
      fc.oneof(
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 2 }),
        fc.constantFrom('\n', '"', '\\', '/', '😀'),
      ),
      fc.boolean(),
    ),
    { maxLength: 12 },
  )
  .map((parts) => {
    const spell = ([text, hex]: readonly [string, boolean]) =>
      hex
        ? Array.from(
            { length: text.length },
            (_, i) => `\\u${text.charCodeAt(i).toString(16).padStart(4, '0')}`,
          ).join('')
        : JSON.stringify(text).slice(1, -1);
    return `"${parts.map(spell).join('')}"`;
  });

/** Edits that fall on whole characters of a text. */
function editsOf(text: string, cuts: readonly number[], insert: string): Edit[] {
  const borders = [0, ...Array.from(text).map((_, i, all) => all.slice(0, i + 1).join('').length)];
  const places = [...new Set(cuts.map((cut) => borders[cut % borders.length] ?? 0))].sort((a, b) => a - b);
  const edits: Edit[] = [];
  for (let i = 0; i + 1 < places.length; i += 2) {
    edits.push({ start: places[i] ?? 0, end: places[i + 1] ?? 0, text: insert });
  }
  return edits;
}

describe('edits of a JSON string', () => {
  it('change what they cover and leave the spelling of the rest', () => {
    const raw = '"caf\\u00e9 \\/ bob@example.org\\n"';
    const at = JSON.parse(raw).indexOf('bob');
    assert.equal(edited(raw, [{ start: at, end: at + 15, text: '[EMAIL]' }]), '"caf\\u00e9 \\/ [EMAIL]\\n"');
  });

  it('escape what they put in', () => {
    assert.equal(edited('"x"', [{ start: 0, end: 1, text: 'a"b\\\n' }]), '"a\\"b\\\\\\n"');
  });

  it('give the same value as edits of the value itself, however the string is spelled', () => {
    fc.assert(
      fc.property(
        token,
        fc.array(fc.nat(), { maxLength: 6 }),
        fc.string({ unit: 'grapheme' }),
        (raw, cuts, insert) => {
          const value = JSON.parse(raw) as string;
          const edits = editsOf(value, cuts, insert);
          const out = edited(raw, edits);
          assert.equal(JSON.parse(out), splice(value, edits));
          if (edits.length === 0) assert.equal(out, raw);
        },
      ),
      { seed: 31, numRuns: 2000 },
    );
  });

  it('escape what they put in twice where the value is JSON itself', () => {
    const raw = quote(JSON.stringify({ to: 'bob', text: 'say "hi"' }));
    const at = JSON.parse(raw).indexOf('bob');
    const out = edited(raw, [{ start: at, end: at + 3, text: 'a "quoted" \\ name' }], true);
    assert.deepEqual(JSON.parse(JSON.parse(out)), { to: 'a "quoted" \\ name', text: 'say "hi"' });
  });

  it('cut no escape of the JSON inside in two', () => {
    const inner = '{"a":"x\\ny\\u00e9z\\\\"}';
    const raw = quote(inner);
    const n = inner.indexOf('ny');
    const out = JSON.parse(JSON.parse(edited(raw, [{ start: n, end: n + 2, text: '[Y]' }], true)));
    assert.equal(out.a, 'x\n[Y]éz\\');
    const hex = inner.indexOf('00e9');
    const cut = JSON.parse(JSON.parse(edited(raw, [{ start: n + 1, end: hex + 1, text: '[Y]' }], true)));
    assert.equal(cut.a, 'x\n[Y]z\\');
  });

  it('leave JSON inside a string well-formed wherever they fall within its strings', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 12 }), fc.nat(), fc.nat(), (text, a, b) => {
        const inner = `{"a":${JSON.stringify(text)}}`;
        const length = inner.length - 8;
        const [start = 0, end = 0] = [a % (length + 1), b % (length + 1)].sort((x, y) => x - y);
        const edits = [{ start: start + 6, end: end + 6, text: '"' }];
        assert.doesNotThrow(() => JSON.parse(JSON.parse(edited(quote(inner), edits, true))));
      }),
      { seed: 32, numRuns: 2000 },
    );
  });
});

describe('the view of JSON in a string', () => {
  it('shows line breaks as white space, so that no letter of an escape looks like text', () => {
    assert.equal(nestedView('{"a":"to\\nbob\\tx"}'), '{"a":"to \nbob \tx"}');
  });

  it('shows characters beyond ASCII as themselves, and leaves what carries the structure', () => {
    assert.equal(
      nestedView('"caf\\u00e9 \\u0022 \\" \\\\n \\u003c"'),
      '"caf     é \\u0022 \\" \\\\n \\u003c"',
    );
  });

  it('keeps every place, and what is no complete escape', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('\\', 'n', 'u', '0', 'e', '9', 'x', '"') }), (value) => {
        assert.equal(nestedView(value).length, value.length);
      }),
      { seed: 33 },
    );
    assert.equal(nestedView('a\\'), 'a\\');
    assert.equal(nestedView('a\\u00e'), 'a\\u00e');
  });
});
