/** How much, how often, and what it may cost. */
import { z } from 'zod';
import { OPERATIONS } from '../../core/operation.ts';
import { ATTRIBUTES } from '../../core/principal.ts';
import {
  BUDGET,
  type Budget,
  LONGEST_WINDOW_MS,
  PERCENT,
  parseBudget,
  parsePercent,
  parseRate,
  parseTokenRate,
  RATE,
  TOKEN_RATE,
} from '../quantities.ts';
import { isZone } from '../time-window.ts';
import { choice, fields, flag, id, integer, list, modelPattern, oneOrMore, text } from './forms.ts';
import { toSchema } from './grants.ts';

export const COUNTED = [
  ...ATTRIBUTES,
  'group',
  'model',
  'backend',
  'operation',
  'network',
  'global',
] as const;

/** What a limit counts; each has exactly one. */
export const MEASURES = ['requests', 'tokens', 'concurrent', 'cost'] as const;
export type Measure = (typeof MEASURES)[number];

const isShort = ({ windowMs }: { readonly windowMs: number }) =>
  windowMs > 0 && windowMs <= LONGEST_WINDOW_MS;
const TOO_LONG = { error: 'expected a window of at most 31 days' };

const requestRate = text('a rate such as 60/minute or 60/15s', RATE)
  .transform((written) => parseRate(written) ?? { requests: 1, windowMs: 0 })
  .refine(isShort, TOO_LONG)
  .meta({
    description:
      'How many requests, over which window: `second`, `minute`, `hour`, `day`, or a number of `s`, `m`, `h`, `d`.',
    examples: ['60/minute', '10/15s'],
  });

const tokenRate = (description: string) =>
  text('a rate such as 200k/minute', TOKEN_RATE)
    .refine((written) => !TOKEN_RATE.test(written) || parseTokenRate(written) !== undefined, {
      error: 'expected a rate of 1 to 10^12 tokens',
    })
    .transform((written) => parseTokenRate(written) ?? { tokens: 1, windowMs: 1000 })
    .refine(isShort, TOO_LONG)
    .meta({ description, examples: ['200k/minute', '1M/hour'] });

const tokens = z
  .union(
    [
      tokenRate('Prompts and answers together.').transform((rate) => ({ of: 'both' as const, rate })),
      fields('a rate, or { input: rate } or { output: rate }', {
        input: tokenRate('Prompts alone.'),
      }).transform(({ input }) => ({ of: 'input' as const, rate: input })),
      fields('a rate, or { input: rate } or { output: rate }', {
        output: tokenRate('Answers alone.'),
      }).transform(({ output }) => ({ of: 'output' as const, rate: output })),
    ],
    { error: 'expected a rate such as 200k/minute, or { input: rate } or { output: rate }' },
  )
  .meta({
    description:
      'How many tokens of prompts and answers, or of one of both. `k` and `M` are thousands and millions.',
    examples: ['200k/minute', { input: '1M/hour' }],
  });

const concurrent = integer('a number of requests', 1, 1_000_000).meta({
  description: 'How many requests may be under way at a time.',
  examples: [8],
});

const cost = text('a budget such as 500 USD/month, for an hour, day, week or month', BUDGET)
  .transform((written) => parseBudget(written) as Budget | undefined)
  .refine((budget) => budget !== undefined, { error: 'expected a budget of at most 1000000 a period' })
  .transform((budget) => budget as Budget)
  .meta({
    description: 'How much money, in which calendar period: `hour`, `day`, `week` (from Monday) or `month`.',
    examples: ['500 USD/month'],
  });

const amounts = {
  requests: requestRate.optional(),
  tokens: tokens.optional(),
  concurrent: concurrent.optional(),
  cost: cost.optional(),
};

const overrideSchema = fields('a map with to, and what the limit counts', {
  to: toSchema.meta({ description: 'Callers that it is for. The first that fits counts.' }),
  ...amounts,
});

const percent = text('a percentage such as 80%', PERCENT)
  .transform((written) => parsePercent(written) ?? 0)
  .refine((thousandths) => thousandths > 0 && thousandths <= 1000, {
    error: 'expected more than 0% and at most 100%',
  });

export const limitSchema = fields(
  'a limit: a map with per, and one of requests, tokens, concurrent and cost',
  {
    id: id()
      .optional()
      .meta({
        description: 'Names the limit in refusals and records; `limits[n]` if left out.',
        examples: ['per-key'],
      }),
    per: oneOrMore('an attribute', 'attributes', choice(COUNTED))
      .prefault(['global'])
      .meta({
        description:
          'What is counted apart: one counter for each combination of values. `global`, alone, is one counter for all. Teams, projects, applications, users and groups count within their tenant; `group` counts in each of the caller’s groups, `network` by the /24 or, of IPv6, the /64.',
        examples: [['key'], ['team', 'model']],
      }),
    ...amounts,
    burst: integer('a number of requests', 1, 1_000_000)
      .optional()
      .meta({
        description:
          'For `requests`: how many may come at once. Instead of a window there is a bucket of so many, which fills evenly at the rate.',
        examples: [10],
      }),
    to: toSchema
      .optional()
      .meta({ description: 'Callers that it is about, as in grants; everybody if left out.' }),
    models: oneOrMore('a model', 'models', modelPattern())
      .optional()
      .meta({
        description: 'Models that it is about, as in grants; all if left out.',
        examples: [['gpt-*']],
      }),
    operations: oneOrMore('an operation', 'operations', choice(OPERATIONS))
      .optional()
      .meta({
        description: 'Operations that it is about; all if left out.',
        examples: [['chat', 'responses']],
      }),
    weigh: choice(['price'])
      .optional()
      .meta({
        description:
          'For `tokens`: cached, audio and reasoning tokens count as much as their price is of a plain one’s.',
        examples: ['price'],
      }),
    zone: z
      .string({ error: 'expected a time zone such as Europe/Berlin' })
      .refine(isZone, { error: 'expected a time zone such as Europe/Berlin' })
      .optional()
      .meta({
        description: 'For `cost`: whose calendar is meant; UTC if left out.',
        examples: ['Europe/Berlin'],
      }),
    clamp: flag()
      .optional()
      .meta({
        description:
          'For `cost` and `tokens` of answers: lowers the output bound of a request to what is left.',
        examples: [true],
      }),
    whenUsedUp: choice(['finish', 'stop'])
      .optional()
      .meta({
        description:
          'For `cost` and `tokens` of answers: a stream that passes the limit is ended (`stop`), or goes on and is charged (`finish`, if left out).',
        examples: ['stop'],
      }),
    alert: list('percentages', percent)
      .optional()
      .meta({
        description:
          'For `cost` and `tokens`: raises a signal when so much is used, in the log and the metrics.',
        examples: [['50%', '80%', '100%']],
      }),
    overrides: list('overrides', overrideSchema)
      .optional()
      .meta({
        description: 'Other amounts for some callers, over the same window or period.',
        examples: [[{ to: { tenant: 'globex' }, cost: '1000 USD/month' }]],
      }),
    mode: choice(['enforce', 'shadow'])
      .prefault('enforce')
      .meta({ description: '`shadow` counts and reports, and refuses nothing.', examples: ['shadow'] }),
  },
);

export type LimitConfig = z.output<typeof limitSchema>;
export type OverrideConfig = z.output<typeof overrideSchema>;
