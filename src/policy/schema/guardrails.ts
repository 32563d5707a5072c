/** What is done about what the guards find. */
import type { z } from 'zod';
import { choice, fields, flag, id, oneOrMore, text } from './forms.ts';

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

export type GuardrailConfig = z.output<typeof guardrailSchema>;
