import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type Edit, splice } from '../../src/core/finding.ts';
import { openChannel, wholeText } from '../../src/guards/channel.ts';
import { Vault } from '../../src/guards/placeholders.ts';
import { DETECTORS, expand } from '../../src/guards/registry.ts';
import { compileRules, type Rules } from '../../src/guards/rules.ts';
import { findAll } from '../../src/guards/scan.ts';
import { base62 } from './filler.ts';
import { texts } from './laws.ts';
import { atOnce, cutAt, pieceByPiece, splits } from './pieces.ts';
import { ALL_SAMPLES } from './samples.ts';

const random = { bytes: (count: number) => new Uint8Array(count).fill(7), fraction: () => 0 };

function rulesOf(
  actions: Readonly<Record<string, 'mask' | 'log' | 'block'>>,
  on: 'input' | 'output' = 'output',
): Rules {
  const rules = Object.entries(actions).map(([detect, action]) => {
    return {
      id: detect,
      on,
      detect: expand(detect),
      action,
      as: on === 'input' ? ('pseudonym' as const) : ('label' as const),
      shadow: false,
    };
  });
  return compileRules(rules, on);
}

const maskAll = rulesOf({ pii: 'mask', secret: 'mask' });
const mixed = rulesOf({ pii: 'mask', secret: 'log', 'secret.private_key': 'mask', 'pii.iban': 'log' });
const blocking = rulesOf({ pii: 'mask', secret: 'block' });

const vault = new Vault(random, '');
const ORIGINALS = ['jane@example.org', 'say "hi"\\n', '4111111111111111', `sk-${base62(48)}`];
const PLACEHOLDERS = ORIGINALS.map((original) => vault.placeholderFor('EMAIL', original));
const FORGED = ['<EMAIL_9_hhhhhh>', '<EMAIL_1_aaaaaa>', '<email_1_hhhhhh>', '<EMAIL_1_hh'];
const ESCAPED = PLACEHOLDERS.map((one) => one.replace('<', '\\u003c').replace('>', '\\u003e'));

const whole = (rules: Rules, text: string, json = false) => atOnce(rules, vault, text, json);

const anyText = texts(...PLACEHOLDERS, ...FORGED, ...ESCAPED);
const anySplit = splits(anyText);

describe('K1 a text that arrives in pieces', () => {
  for (const [name, rules, json] of [
    ['masks', maskAll, false],
    ['masks and logs', mixed, false],
    ['blocks', blocking, false],
    ['is JSON', maskAll, true],
  ] as const) {
    test(`comes out as if it had come at once, however it is split, under a policy that ${name}`, () => {
      fc.assert(
        fc.property(anySplit, (pieces) => {
          assert.deepEqual(pieceByPiece(rules, vault, pieces, json), whole(rules, pieces.join(''), json));
        }),
        { numRuns: 1500 },
      );
    });
  }

  test('K15: lets nothing go that what follows would change', () => {
    fc.assert(
      fc.property(anySplit, (pieces) => {
        const text = pieces.join('');
        const final = splice(text, whole(maskAll, text).edits);
        const channel = openChannel(maskAll, vault);
        const edits: Edit[] = [];
        for (const piece of pieces) {
          const swept = channel.push(piece);
          edits.push(...swept.edits);
          assert.ok(final.startsWith(splice(text.slice(0, swept.settled), edits)));
        }
      }),
      { numRuns: 500 },
    );
  });

  for (const [type, sample] of ALL_SAMPLES) {
    const text = `a ${sample}, ${PLACEHOLDERS[0]} <${sample.slice(0, 9)} z`;
    const expected = whole(maskAll, text);

    test(`is masked at every cut through ${type} ${sample.slice(0, 12)}…`, () => {
      for (let cut = 0; cut <= text.length; cut += 1) {
        assert.deepEqual(pieceByPiece(maskAll, vault, cutAt(text, [cut])), expected, `cut at ${cut}`);
      }
    });
  }

  test('is masked at every two cuts through the shorter samples', () => {
    for (const [, sample] of ALL_SAMPLES.filter(([, one]) => one.length <= 36)) {
      const text = `a ${sample}, ${PLACEHOLDERS[0]}z`;
      const expected = whole(maskAll, text);
      for (let first = 1; first < text.length; first += 1) {
        for (let second = first; second < text.length; second += 1) {
          assert.deepEqual(
            pieceByPiece(maskAll, vault, cutAt(text, [first, second])),
            expected,
            `${first}, ${second}`,
          );
        }
      }
    }
  });
});

describe('what is masked', () => {
  test('is every character that a detector saw, placeholders apart', () => {
    fc.assert(
      fc.property(texts(), (text) => {
        const { edits } = whole(maskAll, text);
        for (const { start, end } of findAll(maskAll.scanner.lookers, text)) {
          for (let at = start; at < end; at += 1)
            assert.ok(edits.some((edit) => edit.start <= at && at < edit.end));
        }
      }),
      { numRuns: 300 },
    );
  });

  test('says what it was and no more', () => {
    const { edits, counts } = whole(maskAll, 'jane@example.org paid with 4111 1111 1111 1111');
    assert.deepEqual(edits, [
      { start: 0, end: 16, text: '[EMAIL]' },
      { start: 27, end: 46, text: '[CARD]' },
    ]);
    assert.deepEqual(counts, { 'pii.email mask': 1, 'pii.card mask': 1 });
  });

  test('goes around a placeholder inside it', () => {
    const rules = rulesOf({ 'secret.private_key': 'mask' });
    const [type, key = ''] = ALL_SAMPLES.find(([one]) => one === 'secret.private_key') ?? [];
    const cut = key.indexOf('-----END');
    const text = `${key.slice(0, cut)}${PLACEHOLDERS[0]}${key.slice(cut)}`;
    const out = splice(text, whole(rules, text).edits);
    assert.equal(type, 'secret.private_key');
    assert.ok(out.startsWith('[PRIVATE_KEY]') && out.includes('jane@example.org'));
  });
});

describe('what is restored', () => {
  test('is what the placeholder stands for, and is not looked at again', () => {
    const text = `Write to ${PLACEHOLDERS[0]} or pay with ${PLACEHOLDERS[2]}.`;
    const out = splice(text, whole(maskAll, text).edits);
    assert.equal(out, 'Write to jane@example.org or pay with 4111111111111111.');
    assert.deepEqual(whole(maskAll, text).counts, {});
    assert.equal(whole(blocking, `key ${PLACEHOLDERS[3]}`).blocked, undefined);
  });

  test('J24 is nothing for a placeholder that somebody made up', () => {
    const text = FORGED.join(' ');
    assert.deepEqual(whole(maskAll, text).edits, []);
  });

  test('is nothing in a prompt', () => {
    const { edits } = whole(rulesOf({ pii: 'mask' }, 'input'), `${PLACEHOLDERS[0]}`);
    assert.deepEqual(edits, []);
  });
});

describe('a prompt', () => {
  const rules = rulesOf({ pii: 'mask', secret: 'mask' }, 'input');

  test('gets placeholders that the answer is restored by', () => {
    const own = new Vault({ ...random, bytes: (count) => new Uint8Array(count).fill(3) }, '');
    const text = 'From jane@example.org to joe@example.com, copy to jane@example.org';
    const sent = splice(text, wholeText(rules, own, text).edits);
    assert.equal(sent, 'From <EMAIL_1_dddddd> to <EMAIL_2_dddddd>, copy to <EMAIL_1_dddddd>');
    assert.equal(splice(sent, wholeText(maskAll, own, sent).edits), text);
  });

  test('is the same after masking and restoring, whatever it holds', () => {
    fc.assert(
      fc.property(texts(), (text) => {
        const own = new Vault(random, text);
        const sent = splice(text, wholeText(rules, own, text).edits);
        assert.equal(splice(sent, wholeText(rulesOf({}), own, sent).edits), text);
      }),
      { numRuns: 500 },
    );
  });

  test('that is JSON is kept as its reader sees it', () => {
    const own = new Vault(random, '');
    const [, key = ''] = ALL_SAMPLES.find(([type]) => type === 'secret.private_key') ?? [];
    const text = JSON.stringify({ key });
    const sent = splice(text, wholeText(rules, own, text, true).edits);
    assert.deepEqual(JSON.parse(sent), { key: '<PRIVATE_KEY_1_hhhhhh>' });
    assert.equal(own.originalOf('PRIVATE_KEY_1_hhhhhh'), key);
  });
});

describe('K2 the arguments of a tool call', () => {
  const masked = (text: string) => JSON.parse(splice(text, whole(maskAll, text, true).edits));

  test('stay JSON where a string is masked, and where a number is', () => {
    assert.deepEqual(
      masked(
        '{"to":"\\njane@example.org","n":[4111111111111111, 7, -4111111111111111],"s":"\\"4111111111111111\\""}',
      ),
      {
        to: '\n[EMAIL]',
        n: [0, 7, -0],
        s: '"[CARD]"',
      },
    );
  });

  test('stay JSON whatever is masked in them', () => {
    fc.assert(
      fc.property(
        fc.dictionary(texts(), fc.oneof(texts(), fc.constantFrom(4111111111111111, -4111111111111111))),
        (value) => {
          masked(JSON.stringify(value));
        },
      ),
      { numRuns: 500 },
    );
  });

  test('get placeholders back that an encoder has escaped', () => {
    const text = `{"to":"${ESCAPED[0]}"}`;
    assert.equal(splice(text, whole(maskAll, text, true).edits), '{"to":"jane@example.org"}');
    assert.deepEqual(whole(maskAll, text, false).edits, []);
  });
});

describe('a rule that blocks', () => {
  const key = `ghp_${base62(36)}`;

  test('K18 stops before what it forbids, and leaves the masks before it in place', () => {
    const swept = wholeText(blocking, vault, `jane@example.org has ${key} and joe@example.com`);
    assert.equal(swept.settled, 21);
    assert.deepEqual(swept.edits, [{ start: 0, end: 16, text: '[EMAIL]' }]);
    assert.deepEqual(swept.blocked, { refused: 'answer_blocked', detail: 'Rule secret.' });
    assert.deepEqual(
      swept.counts.map(({ type, action }) => [type, action]),
      [
        ['pii.email', 'mask'],
        ['secret.github', 'block'],
      ],
    );
  });

  test('K18 says so as soon as it is certain, and then nothing more', () => {
    const channel = openChannel(blocking, vault);
    assert.equal(channel.push(`it is ${key}`).blocked, undefined);
    assert.equal(channel.push('').settled, 6);
    assert.deepEqual(channel.push(' ').blocked, { refused: 'answer_blocked', detail: 'Rule secret.' });
    const after = channel.push('and more text. ');
    assert.equal(after.settled, 6);
    assert.deepEqual(after.counts, []);
    assert.notEqual(channel.finish().blocked, undefined);
  });
});

describe('what is held back', () => {
  test('is no more than the last word of prose', () => {
    const channel = openChannel(maskAll, vault);
    let length = 0;
    for (const word of 'The quick brown fox, of 2024, jumps over (some) lazy dogs.'.split(/(?<= )/)) {
      length += word.length;
      assert.ok(length - channel.push(word).settled <= word.length);
    }
    assert.equal(channel.finish().settled, length);
  });

  test('K12 stays held when the text breaks off: only the end of the channel settles it', () => {
    const channel = openChannel(maskAll, vault);
    assert.equal(channel.push('see jane@example.or').settled, 4);
    assert.equal(channel.push('').settled, 4);
    assert.deepEqual(channel.finish(), {
      settled: 19,
      edits: [{ start: 4, end: 19, text: '[EMAIL]' }],
      counts: [{ type: 'pii.email', direction: 'output', action: 'mask', count: 1 }],
    });
  });

  test('is nothing where there is no rule and nothing to restore', () => {
    const channel = openChannel(rulesOf({}), new Vault(random, ''));
    assert.equal(channel.push('jane@example.o <EMAIL_').settled, 22);
  });

  test('takes two channels for two texts: K4 they know nothing of each other', () => {
    const [one, two] = [openChannel(maskAll, vault), openChannel(maskAll, vault)];
    one.push('jane@exam');
    two.push('4111 1111 ');
    assert.deepEqual(one.push('ple.org!').edits, [{ start: 0, end: 16, text: '[EMAIL]' }]);
    assert.deepEqual(two.push('1111 1111!').edits, [{ start: 0, end: 20 - 1, text: '[CARD]' }]);
  });
});

test('there are rules for every detector in these tests', () => {
  assert.deepEqual([...maskAll.rulings.keys()].sort(), DETECTORS.map(({ type }) => type).sort());
});
