/** How often, and what is done about what the guards find. */
import type { z } from 'zod';
import { ATTRIBUTES } from '../../core/principal.ts';
import { LONGEST_WINDOW_MS, parseRate, RATE } from '../quantities.ts';
import { choice, fields, flag, id, oneOrMore, text } from './forms.ts';

export const COUNTED = [...ATTRIBUTES, 'model', 'operation', 'global'] as const;

export const limitSchema = fields('a limit: a map with per and requests', {
  id: id()
    .optional()
    .meta({
      description: 'Names the limit in refusals and records; `limits[n]` if left out.',
      examples: ['per-key'],
    }),
  per: oneOrMore('an attribute', 'attributes', choice(COUNTED)).meta({
    description:
      'What is counted apart: one counter for each combination of values. `global`, alone, is one counter for all.',
    examples: [['key'], ['team', 'model']],
  }),
  requests: text('a rate such as 60/minute or 60/15s', RATE)
    .transform((rate) => parseRate(rate) ?? { requests: 1, windowMs: LONGEST_WINDOW_MS })
    .refine((rate) => rate.windowMs > 0 && rate.windowMs <= LONGEST_WINDOW_MS, {
      error: 'expected a window of at most 31 days',
    })
    .meta({
      description:
        'How many, over which window: `second`, `minute`, `hour`, `day`, or a number of `s`, `m`, `h`, `d`.',
      examples: ['60/minute', '10/15s'],
    }),
});

export const guardrailSchema = fields('a guardrail: a map with on, detect and action', {
  id: id()
    .optional()
    .meta({
      description: 'Names the guardrail in refusals and `explain`; `guardrails[n]` if left out.',
      examples: ['no-cards'],
    }),
  on: choice(['input', 'output']).meta({ description: 'Prompts, or answers.', examples: ['input'] }),
  detect: oneOrMore(
    'a finding type',
    'finding types',
    text('a finding type such as pii.email, or pii.*', /^[a-z*][a-z0-9._*-]{0,63}$/),
  ).meta({
    description: 'What is looked for: a type, a category such as `pii.*`, or `*` for all.',
    examples: ['pii.email', ['pii.*', 'secret.*']],
  }),
  action: choice(['block', 'mask', 'log']).meta({
    description:
      '`block` refuses the request or cuts the answer, `mask` replaces what was found, `log` only records it.',
    examples: ['mask'],
  }),
  restore: flag()
    .prefault(false)
    .meta({
      description: 'For `mask` on input: puts the originals back where the answer repeats a placeholder.',
      examples: [true],
    }),
  message: text('one line of text, at most 200 characters', /^[^\p{Cc}]{1,200}$/u)
    .optional()
    .meta({
      description: 'For `block`: said to the client.',
      examples: ['Remove card numbers from the prompt.'],
    }),
});

export type LimitConfig = z.output<typeof limitSchema>;
export type GuardrailConfig = z.output<typeof guardrailSchema>;
