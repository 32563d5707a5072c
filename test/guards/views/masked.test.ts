/** What is found in a text read another way is masked where it stands in the text as it was written. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { splice } from '../../../src/core/finding.ts';
import { wholeText } from '../../../src/guards/channel.ts';
import { Vault } from '../../../src/guards/placeholders.ts';
import { expand } from '../../../src/guards/registry.ts';
import { compileRules } from '../../../src/guards/rules.ts';
import { viewsOf } from '../../../src/guards/views/index.ts';
import { LONGEST_PIECE } from '../../../src/guards/views/words.ts';
import { base62 } from '../filler.ts';

const random = { bytes: (count: number) => new Uint8Array(count).fill(7), fraction: () => 0 };
const rules = compileRules(
  [
    {
      id: 'all',
      on: 'output',
      detect: [...expand('pii'), ...expand('secret')],
      action: 'mask',
      as: 'label',
      shadow: false,
    },
  ],
  'output',
);

function masked(text: string, json = false): { text: string; counts: Record<string, number> } {
  const { edits, counts } = wholeText(rules, new Vault(random, ''), text, json);
  return {
    text: splice(text, edits),
    counts: Object.fromEntries(counts.map(({ type, count }) => [type, count])),
  };
}

const bytes = (text: string) => Buffer.from(text);
const each = (text: string, write: (code: number) => string) =>
  Array.from(text, (char) => write(char.codePointAt(0) ?? 0)).join('');
const styled = (text: string, digit: number) =>
  each(text, (code) =>
    code >= 48 && code < 58 ? String.fromCodePoint(digit + code - 48) : String.fromCharCode(code),
  );

const DRESSES: Readonly<Record<string, (text: string) => string>> = {
  'J9 signs of no width': (text) => [...text].join('\u200b'),
  'J9 soft hyphens': (text) => [...text].join('\u00ad'),
  'J9 word joiners': (text) => [...text].join('\u2060'),
  'J10 tags': (text) => each(text, (code) => String.fromCodePoint(0xe0000 + code)),
  'J11 variation selectors': (text) => each(text, (code) => String.fromCodePoint(0xe0100 + code - 16)),
  'J12 bidi marks': (text) => [...text].join('\u200e'),
  'J13 full width': (text) => each(text, (code) => String.fromCharCode(code > 32 ? code + 0xfee0 : code)),
  'J13 mathematical digits': (text) => styled(text, 0x1d7ce),
  'J14 combining marks': (text) => [...text].join('\u0336'),
  'J16 base64': (text) => bytes(text).toString('base64'),
  'J16 base64url': (text) => bytes(text).toString('base64url'),
  'J16 base64 in a sentence': (text) => bytes(`Send it to ${text}, please.`).toString('base64'),
  'J16 base64 twice': (text) => bytes(bytes(text).toString('base64')).toString('base64'),
  'J16 hexadecimal': (text) => bytes(text).toString('hex'),
  'J16 percent': (text) => bytes(text).toString('hex').replaceAll(/../g, '%$&'),
  'J16 percent, where it must be': (text) => encodeURIComponent(text),
  'J16 entities': (text) => each(text, (code) => `&#${code};`),
  'J16 hexadecimal entities': (text) => each(text, (code) => `&#x${code.toString(16)};`),
  'J16 escapes': (text) => each(text, (code) => `\\u${code.toString(16).padStart(4, '0')}`),
  'J16 byte escapes': (text) => each(text, (code) => `\\x${code.toString(16).padStart(2, '0')}`),
  'J16 quoted-printable': (text) =>
    each(text, (code) => `=${code.toString(16).toUpperCase().padStart(2, '0')}`),
};

const PAYLOADS: Readonly<Record<string, string>> = {
  'pii.email': 'jane.doe@example.org',
  'pii.card': '4111 1111 1111 1111',
  'pii.iban': 'DE89 3704 0044 0532 0130 00',
  'secret.github': `ghp_${base62(36)}`,
};

describe('what is dressed up', () => {
  for (const [dress, write] of Object.entries(DRESSES))
    for (const [type, payload] of Object.entries(PAYLOADS))
      test(`${dress}: ${type} is found and masked`, () => {
        const written = `It is ${write(payload)} as we said.`;
        const { text, counts } = masked(written);
        assert.ok(Object.keys(counts).includes(type), `${JSON.stringify(counts)}: ${written}`);
        const readings = [text, ...viewsOf(text).map((view) => view.text)];
        for (const part of payload.split(/[ @.]/).filter((one) => one.length >= 4))
          assert.ok(!readings.some((reading) => reading.includes(part)), `${part} is left in ${text}`);
        assert.ok(text.startsWith('It is ') && text.endsWith(' as we said.'), text);
      });

  test('is counted once, however many views show it', () => {
    assert.deepEqual(masked(`jane%40example.org ${bytes('4111 1111 1111 1111').toString('base64')}`).counts, {
      'pii.email': 1,
      'pii.card': 1,
    });
  });

  test('is found at every place of a word that is longer than what is read at once', () => {
    const filler = 'the quick brown fox jumps over the lazy dog and on ';
    for (let before = 0; before < 3 * LONGEST_PIECE; before += 487) {
      const text = `${filler.repeat(300).slice(0, before)} jane.doe@example.org ${filler.repeat(100)}`;
      const { counts } = masked(bytes(text).toString('base64'));
      assert.equal(counts['pii.email'], 1, `behind ${before}`);
    }
  });

  test('leaves arguments of a call valid JSON', () => {
    const written = JSON.stringify({ a: `\n${bytes('jane.doe@example.org').toString('base64')}\n`, n: 1 });
    const escaped = `{"to":"${DRESSES['J16 escapes']?.('jane.doe@example.org')}"}`;
    assert.deepEqual(JSON.parse(masked(escaped, true).text), { to: '[EMAIL]' });
    assert.match(JSON.parse(masked(written, true).text).a, /^\n\[EMAIL\]=?\n$/);
  });
});

describe('what is not dressed up', () => {
  for (const text of [
    'A key like sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU= is a digest.',
    'See https://example.org/watch?v=dQw4w9WgXcQ&t=42s and getElementsByClassName2().',
    'commit 9fceb02d0ae598e95dc970b74767f19372d61af8, 2024-05-06T12:30:00Z, 3.141592653589793',
    'Emoji 👩‍👩‍👧‍👦 ❤️ and ① ② ③ in 1²+2² = 5.',
  ])
    test(`is left alone: ${text.slice(0, 24)}…`, () => assert.equal(masked(text).text, text));
});
