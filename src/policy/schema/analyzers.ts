/** Others who look at texts. */
import { z } from 'zod';
import { choice, duration, fields, text } from './forms.ts';
import { secretSchema } from './secrets.ts';

/** A part of a finding type, so lower case. */
export const analyzerNameSchema = text(
  'a name: lower-case letters, digits, "_" and "-", at most 32',
  /^[a-z][a-z0-9_-]{0,31}$/,
);

const whole = (least: number, most: number) => {
  const error = `expected a whole number from ${least} to ${most}`;
  return z.number({ error }).int({ error }).min(least, { error }).max(most, { error });
};

export const analyzerSchema = fields('an analyzer: a map with kind and url', {
  kind: choice(['presidio', 'moderation', 'guard', 'webhook']).meta({
    description:
      "How it is asked: `presidio` as Presidio's analyzer, `moderation` as OpenAI's moderations, `guard` as a chat model that says `safe`, `unsafe`, `yes` or `no`, `webhook` by a protocol of our own.",
    examples: ['presidio'],
  }),
  url: text('an http or https URL', /^https?:\/\/[^\s?#"\\]{1,512}$/)
    .refine((url) => URL.canParse(url) && new URL(url).username === '', {
      error: 'expected an http or https URL without a name and password',
    })
    .meta({
      description: 'Where it is asked, the path included. Redirects are not followed.',
      examples: ['http://presidio-analyzer:3000/analyze'],
    }),
  token: secretSchema.optional().meta({ description: 'Sent as a bearer token.' }),
  model: text('the name of a model', /^[\x21-\x7e]{1,256}$/)
    .optional()
    .meta({
      description: 'For `moderation` and `guard`: the model that judges.',
      examples: ['llama-guard-3-8b'],
    }),
  language: text('a language, as in ISO 639-1', /^[a-z]{2}$/)
    .optional()
    .meta({ description: 'For `presidio`: what texts are taken for; `en` if left out.', examples: ['en'] }),
  prompt: text('a text with {text} in it, at most 8000 characters', /^(?=[\s\S]*\{text\})[\s\S]{6,8000}$/)
    .optional()
    .meta({
      description:
        'For `guard`: what the model is told, `{text}` standing for the text. The text alone if left out.',
      examples: ['Is this text harmful? Answer Yes or No.\n\n{text}'],
    }),
  timeout: duration('10ms', '8s').prefault('2s').meta({
    description: 'For one text, the wait for its turn included.',
  }),
  concurrency: whole(1, 256).prefault(16).meta({
    description: 'Texts that it is asked about at one time; eight times as many may wait.',
  }),
  cache: duration('0s', '1h').prefault('5m').meta({
    description: 'How long an answer about a text is believed.',
  }),
  longest: whole(1, 65_536).prefault(32_768).meta({
    description: 'UTF-16 code units; a longer text is not sent, which is a failure.',
  }),
  onFailure: choice(['block', 'pass']).prefault('block').meta({
    description:
      'What becomes of a text about which nothing was learnt: `block` refuses the request with `analyzer_unavailable`, `pass` lets it go, and the record says `partial`.',
  }),
});

export type AnalyzerConfig = z.output<typeof analyzerSchema>;
