/** What an organization itself looks for in texts. */
import { z } from 'zod';
import { CODE_LANGUAGES } from '../../guards/own/code.ts';
import { KNOWN_LANGUAGES } from '../../guards/own/languages.ts';
import { LONGEST_PHRASE } from '../../guards/own/words.ts';
import { choice, fields, list, text } from './forms.ts';

/** A part of a finding type, so lower case. */
export const contentNameSchema = text(
  'a name: lower-case letters, digits, "_" and "-", at most 32',
  /^[a-z][a-z0-9_-]{0,31}$/,
);

const hosts = () =>
  list(
    'hosts',
    text(
      'a host in lower case, or *. and what it is below',
      /^(?:\*\.)?[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/,
    ),
  ).optional();

/** One of two lists: of what is not found, or of what is. */
const isOneList = ({ allow, deny }: { readonly allow?: unknown; readonly deny?: unknown }) =>
  (allow === undefined) !== (deny === undefined);
const ONE_LIST = { error: 'expected allow or deny, one of them' };

const linksSchema = fields('a map with allow or deny', {
  allow: hosts().meta({
    description: 'Links to all other hosts are found.',
    examples: [['example.org', '*.example.org']],
  }),
  deny: hosts().meta({ description: 'Links to these hosts are found.', examples: [['*.ngrok.io']] }),
}).refine(isOneList, ONE_LIST);

const languages = () =>
  list(
    'languages',
    text(
      `a language as a two-letter code (ISO 639-1) of those that are told apart`,
      new RegExp(`^(?:${KNOWN_LANGUAGES.join('|')})$`),
    ),
  ).optional();

const languagesSchema = fields('a map with allow or deny', {
  allow: languages().meta({
    description: 'Texts in all other languages are found.',
    examples: [['en', 'de']],
  }),
  deny: languages().meta({ description: 'Texts in these languages are found.', examples: [['ru']] }),
}).refine(isOneList, ONE_LIST);

const codeSchema = fields('a map with allow or deny', {
  allow: list('languages', choice(CODE_LANGUAGES))
    .optional()
    .meta({
      description: 'Code that is told to be of another language is found.',
      examples: [['python', 'sql']],
    }),
  deny: list('languages', choice([...CODE_LANGUAGES, 'any']))
    .optional()
    .meta({ description: 'Code of these languages is found; `any` for all code.', examples: [['shell']] }),
}).refine(isOneList, ONE_LIST);

const sentences = () =>
  list('sentences', text('a sentence of at most 300 characters', /^(?=.*\p{L})[^\p{Cc}]{1,300}$/u));

const topicSchema = fields('a map with like, and unlike', {
  like: sentences().meta({
    description: 'Sentences about the topic. More of them, in other words, find more.',
    examples: [['Which of your competitors is cheaper?']],
  }),
  unlike: sentences()
    .optional()
    .meta({
      description: 'Sentences that are not about it, though they use its words.',
      examples: [['Which of your plans is cheaper?']],
    }),
});

export const contentSchema = fields(
  'a map with words, pattern, links, languages, code, topic, schema or required',
  {
    words: list(
      'words and phrases',
      text(`a word or phrase of at most ${LONGEST_PHRASE} characters`, /^(?=.*\S)[^\p{Cc}]{1,200}$/u),
    )
      .optional()
      .meta({
        description:
          'Words and phrases, whole and whatever their case. A space stands for up to four characters of white space.',
        examples: [['Globex', 'Project Blue Heron']],
      }),
    pattern: text('a pattern of at most 2000 characters', /^[^\p{Cc}]{1,2000}$/u)
      .optional()
      .meta({
        description:
          'A pattern in the language of RE2 in which every repetition has an end: `{1,20}` in place of `+` and `*`. `(?i)` at its beginning makes case not matter.',
        examples: ['\\bACME-\\d{6}\\b'],
      }),
    links: linksSchema.optional().meta({
      description:
        'Links to hosts, read as browsers read them: `example.org` for itself, `*.example.org` for what is below it, in Punycode where it is international.',
      examples: [{ allow: ['*.example.org'] }],
    }),
    languages: languagesSchema.optional().meta({
      description:
        'Languages of texts, told from a hundred letters on. A text is found that is surely in none that is allowed, or most likely in one that is denied.',
      examples: [{ allow: ['en'] }],
    }),
    code: codeSchema.optional().meta({
      description:
        'Code, by the fence around it, or by lines that only code has; `allow` finds what is told to be of another language, `deny: [any]` all code.',
      examples: [{ deny: ['shell'] }],
    }),
    topic: topicSchema.optional().meta({
      description:
        "A topic by example sentences: the score is the share of an example's telling words that stand together in the text. `threshold` of the guardrail says what is enough, 0.5 if left out.",
      examples: [{ like: ['How do I sue my employer?'] }],
    }),
    schema: z
      .record(z.string(), z.unknown(), { error: 'expected a JSON Schema, as a map' })
      .optional()
      .meta({
        description:
          "JSON Schema (2020-12) of answers. An answer is found that is not JSON, or not as the schema says. Patterns are RE2's, a `format` says nothing, `$ref` leads nowhere else.",
        examples: [{ type: 'object', required: ['city'] }],
      }),
    required: text('a text of at most 500 characters', /^(?=.*\S)[^\p{Cc}]{1,500}$/u)
      .optional()
      .meta({
        description:
          'A notice that every answer must have. An answer is found that does not; case and white space do not matter.',
        examples: ['This is no legal advice.'],
      }),
  },
).refine((one) => Object.values(one).filter((value) => value !== undefined).length === 1, {
  error: 'expected words, pattern, links, languages, code, topic, schema or required, one of them',
});

export type ContentConfig = z.output<typeof contentSchema>;
