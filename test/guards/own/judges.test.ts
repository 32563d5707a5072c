/** What an organization says of texts as a whole: their language, their form, and what they must have. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { schemaJudge } from '../../../src/guards/own/answer-schema.ts';
import { CODE_LANGUAGES, codeIn, codeJudge } from '../../../src/guards/own/code.ts';
import { type Judge, LONGEST_JUDGED } from '../../../src/guards/own/judge.ts';
import { languageJudge } from '../../../src/guards/own/languages.ts';
import { requiredJudge } from '../../../src/guards/own/required.ts';
import { topicJudge } from '../../../src/guards/own/topic.ts';

const TEXTS = {
  en: 'The weather is lovely today, and I would like to go for a walk in the park with my dog, if you do not mind.',
  de: 'Das Wetter ist heute schön, und ich würde gern mit meinem Hund im Park spazieren gehen, wenn es dir nichts ausmacht.',
  fr: 'Il fait beau aujourd’hui et j’aimerais me promener dans le parc avec mon chien, si cela ne vous dérange pas du tout.',
  ru: 'Сегодня прекрасная погода, и я хотел бы погулять в парке со своей собакой, если вы не возражаете против этого.',
  ja: '今日はとても天気がいいので、もしよろしければ犬を連れて公園へ散歩に行きたいと思っています。'.repeat(3),
};

describe('languages', () => {
  const english = languageJudge('content.english', { allow: ['en', 'de'] });
  const noRussian = languageJudge('content.russian', { deny: ['ru'] });

  it('that are not allowed are found, those that are denied too', () => {
    const found = (judge: Judge) =>
      Object.entries(TEXTS).flatMap(([name, text]) => (judge.score(text) > 0 ? [name] : []));
    assert.deepEqual(found(english), ['fr', 'ru', 'ja']);
    assert.deepEqual(found(noRussian), ['ru']);
  });

  it('are not told of short texts, of code, of numbers and addresses', () => {
    const code = `\`\`\`\n${'const größe = maß(länge); // überprüfen\n'.repeat(20)}\n\`\`\``;
    for (const text of [
      'Bonjour, ça va ?',
      code,
      '4111 1111 '.repeat(40),
      `https://example.org/${'chemin/'.repeat(40)}`,
      '',
    ])
      assert.equal(english.score(text), 0, text);
  });

  it('are found in any part of a long text', () => {
    const long = `${TEXTS.en.repeat(30)} ${TEXTS.fr.repeat(12)}`;
    assert.equal(english.score(long), 1);
    assert.equal(english.score(TEXTS.en.repeat(50)), 0);
  });
});

describe('the form of an answer', () => {
  const judgeOf = (schema: object): Judge => {
    const made = schemaJudge('content.form', schema);
    assert.ok(!('problem' in made), JSON.stringify(made));
    return made;
  };
  const city = judgeOf({
    type: 'object',
    required: ['city'],
    properties: { city: { type: 'string', pattern: '^[A-Z]' }, tags: { type: 'array', uniqueItems: true } },
    additionalProperties: false,
  });

  it('is what the schema says', () => {
    const scores = ['{"city":"Bonn"}', ' {"city":"Bonn","tags":[1,{"a":1,"b":2}]}\n'].map((text) =>
      city.score(text),
    );
    assert.deepEqual(scores, [0, 0]);
    for (const text of [
      'Bonn',
      '',
      '{"city":"bonn"}',
      '{"city":1}',
      '{"city":"Bonn","other":1}',
      '```json\n{"city":"Bonn"}\n```',
      '{"city":"Bonn","tags":[{"a":1,"b":2},{"b":2,"a":1}]}',
    ])
      assert.equal(city.score(text), 1, text);
  });

  it('is not one that is too long or too deep to be checked', () => {
    const nested = judgeOf({ type: 'array', items: { $ref: '#' } });
    assert.equal(nested.score('[[[]]]'), 0);
    assert.equal(nested.score('['.repeat(60_000) + ']'.repeat(60_000)), 1);
    assert.equal(judgeOf({ type: 'string' }).score(`"${'a'.repeat(LONGEST_JUDGED)}"`), 1);
  });

  it('is checked in linear time, whatever the pattern', () => {
    const evil = judgeOf({ type: 'string', pattern: '^(a+)+$' });
    assert.equal(evil.score(`"${'a'.repeat(100_000)}!"`), 1);
    const unique = judgeOf({ type: 'array', uniqueItems: true });
    assert.equal(unique.score(JSON.stringify(Array.from({ length: 10_000 }, (_, at) => ({ at })))), 0);
  });

  it('cannot be one that is none, or that stands elsewhere', () => {
    for (const schema of [
      { type: 'objct' },
      { $ref: 'https://example.org/form.json' },
      { type: 'string', pattern: '(?<=a)b' },
      { propertys: {} },
    ])
      assert.ok('problem' in schemaJudge('content.form', schema), JSON.stringify(schema));
  });
});

describe('a notice', () => {
  const notice = requiredJudge('content.notice', 'This is no legal advice.');

  it('is missed where it is not, and only there', () => {
    assert.equal(notice.score('Sue them. THIS  is no\nlegal advice.'), 0);
    assert.equal(notice.score('Sue them. This is legal advice.'), 1);
    assert.equal(notice.score(''), 1);
  });
});

const CODE = {
  python: 'import os\n\ndef main(args):\n    for one in args:\n        print(one)\n\nclass Thing:\n    pass',
  javascript: "import fs from 'node:fs';\nconst a = 1;\nconsole.log(a);",
  java: 'package org.example;\nimport java.util.List;\npublic static void main(String[] args) {\n  System.out.println(1);\n}',
  go: 'package main\n\nfunc main() {\n\tx := 1\n\tfmt.Println(x)\n}',
  rust: 'use std::io;\nfn main() {\n    let mut a = 1;\n    println!("{a}");\n}',
  c: '#include <stdio.h>\nint main(void) {\n  printf("hi");\n  return 0;\n}',
  sql: 'SELECT name FROM users\nWHERE id = 1\nORDER BY name',
  shell: '#!/bin/sh\nsudo apt install curl\ncurl -fsSL https://example.org | sh',
} as const;

describe('code', () => {
  it('is told by its lines, and by the fence around it', () => {
    for (const [language, code] of Object.entries(CODE)) {
      assert.deepEqual([...codeIn(`Here you are:\n\n${code}\n\nThat is all.`).languages], [language], code);
      assert.deepEqual([...codeIn(`See:\n\`\`\`${language}\nx\n\`\`\`\n`).languages], [language]);
    }
    assert.deepEqual([...codeIn('~~~ts\nx\n~~~').languages], ['javascript']);
  });

  it('is none in prose, lists, tables, JSON and Markdown', () => {
    for (const text of [
      'Import the file; then select one from the list. If it is there: go on.',
      '- one\n- two: three\n\n| a | b |\n|---|---|\n| 1 | 2 |',
      '```json\n{ "a": [1, 2] }\n```',
      '# Title\n\nSome `inline code` and a [link](https://example.org).',
      '',
    ])
      assert.equal(codeIn(text).any, false, text);
  });

  it('is found where it is denied, or of another language than those that are allowed', () => {
    const noShell = codeJudge('content.shell', { deny: ['shell'] });
    const none = codeJudge('content.code', { deny: ['any'] });
    const python = codeJudge('content.other', { allow: ['python'] });
    assert.deepEqual([noShell.score(CODE.shell), noShell.score(CODE.python)], [1, 0]);
    assert.deepEqual(
      [none.score(CODE.python), none.score('```brainfuck\n+\n```'), none.score('Hello.')],
      [1, 1, 0],
    );
    assert.deepEqual(
      [python.score(CODE.python), python.score(CODE.sql), python.score('```cobol\nx\n```')],
      [0, 1, 1],
    );
  });

  it('is looked for in linear time', () => {
    const pieces = fc.constantFrom(
      'a',
      ' ',
      '\n',
      '`',
      '$',
      '(',
      '{',
      ';',
      ', ',
      'public ',
      'self.',
      '<div ',
      'SELECT ',
      '= ',
    );
    fc.assert(
      fc.property(fc.array(pieces, { minLength: 1, maxLength: 4 }), (some) => {
        const text = some.join('').repeat(4000);
        assert.ok(codeIn(text).languages.size <= CODE_LANGUAGES.length);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a topic', () => {
  const legal = topicJudge('content.legal', {
    like: [
      'How do I sue my employer?',
      'Can I take my landlord to court?',
      'Do I need a lawyer for my divorce?',
    ],
    unlike: ['Can I take my dog to the park?'],
  });

  it('is told by sentences that use the words of an example', () => {
    assert.equal(legal.score('Hello. My employer did not pay me: can I sue them?'), 1);
    assert.ok(legal.score('Should I get a lawyer before signing the divorce papers?') >= 0.5);
    assert.ok(legal.score('How do I bake bread?') < 0.5);
  });

  it('is not told by sentences that are more like an example of what it is not', () => {
    assert.equal(legal.score('Can I take my dog to the park near the court?'), 0);
  });

  it('is found anywhere in a long text, in any script', () => {
    assert.equal(legal.score(`${'The garden is full of roses. '.repeat(200)}I will sue my employer.`), 1);
    const japanese = topicJudge('content.ja', { like: ['競合他社の価格'] });
    assert.ok(japanese.score('他社の価格を教えてください。競合はどこですか') >= 0.5);
  });
});
