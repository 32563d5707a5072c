/** What is done about what the guards find. */
import { z } from 'zod';
import { ACTIONS } from '../../core/finding.ts';
import { ROLES } from '../../core/text.ts';
import { MASKS } from '../../guards/mask.ts';
import {
  choice,
  condition,
  fields,
  flag,
  id,
  list,
  modelName,
  modelPattern,
  oneOrMore,
  text,
} from './forms.ts';
import { toSchema } from './grants.ts';

const SHARE = 'expected a share above 0, at most 1';

export const guardrailSchema = fields('a guardrail: a map with on, detect and action', {
  id: id()
    .optional()
    .meta({
      description: 'Names the guardrail in refusals, warnings and `explain`; `guardrails[n]` if left out.',
      examples: ['no-cards'],
    }),
  on: choice(['input', 'output']).meta({ description: 'Prompts, or answers.', examples: ['input'] }),
  detect: oneOrMore(
    'a finding type',
    'finding types',
    text('a finding type such as pii.email, or pii.*', /^[a-z*][a-z0-9._*-]{0,63}$/),
  ).meta({
    description:
      'What is looked for: a type, a category such as `pii.*`, or `*` for all. `opaque.*` are parts that cannot be looked into.',
    examples: ['pii.email', ['pii.*', 'secret.*']],
  }),
  regions: oneOrMore(
    'a country',
    'countries',
    text('a country, as in ISO 3166-1: two capitals', /^[A-Z]{2}$/),
  )
    .optional()
    .meta({
      description:
        "Of types that are a country's own, such as `pii.de.tax_id`, only those of these countries; telephone numbers are believed as they are written there. All countries if left out.",
      examples: [['DE', 'FR']],
    }),
  action: choice(ACTIONS).meta({
    description:
      '`block` refuses the request or cuts the answer, `mask` replaces what was found, `route` sends a prompt to another model, `warn` lets a prompt pass and tells the client by a header, `log` only records it.',
    examples: ['mask'],
  }),
  model: modelName()
    .optional()
    .meta({
      description: 'For `route`: the model of this policy that requests go to in which something is found.',
      examples: ['local'],
    }),
  as: choice(MASKS)
    .optional()
    .meta({
      description:
        'How `mask` writes it: `label` says what was there; `pseudonym` numbers it and restores it in the answer; `partial` leaves the last four characters, or the domain; `hash` is the same for the same text of a tenant; `remove` leaves nothing.',
      examples: ['partial'],
    }),
  restore: flag()
    .prefault(false)
    .meta({
      description:
        'For `mask` on input: puts the originals back where the answer repeats a placeholder. The same as `as: pseudonym`.',
      examples: [true],
    }),
  message: text('one line of text, at most 200 characters', /^[^\p{Cc}]{1,200}$/u)
    .optional()
    .meta({
      description: 'For `block`: said to the client.',
      examples: ['Remove card numbers from the prompt.'],
    }),
  roles: oneOrMore('a role', 'roles', choice(ROLES))
    .optional()
    .meta({
      description:
        'Whose texts: what the application says (`system`), its user, the model before (`assistant`), tools; of answers `output`, `reasoning`, and `arguments` of calls. All if left out.',
      examples: [['user', 'tool']],
    }),
  threshold: z
    .number({ error: 'expected a score from 0 to 1' })
    .min(0, { error: 'expected a score from 0 to 1' })
    .max(1, { error: 'expected a score from 0 to 1' })
    .optional()
    .meta({
      description: 'Findings with a smaller score are none. Every one counts if left out.',
      examples: [0.8],
    }),
  allow: list('texts', text('a text of at most 200 characters', /^[^\p{Cc}]{1,200}$/u))
    .optional()
    .meta({
      description: 'Texts that are never findings of this guardrail, whatever their case.',
      examples: [['support@example.org']],
    }),
  to: toSchema
    .optional()
    .meta({ description: 'Callers that it is about, as in grants; everybody if left out.' }),
  models: oneOrMore('a model', 'models', modelPattern())
    .optional()
    .meta({ description: 'Models that it is about, as in grants; all if left out.', examples: [['gpt-*']] }),
  shadow: flag()
    .prefault(false)
    .meta({ description: 'Only records what it would do.', examples: [true] }),
  when: condition()
    .optional()
    .meta({
      description:
        'A condition in CEL over what was found in the whole prompt: `findings` counts each type that guardrails detect (`findings["pii.card"]`), and each category (`findings.pii`). The guardrail acts only where it holds, and where it has no value. Prompts only.',
      examples: ['findings["pii.card"] >= 3'],
    }),
  sample: z
    .number({ error: SHARE })
    .positive({ error: SHARE })
    .max(1, { error: SHARE })
    .optional()
    .meta({
      description: 'Share of the requests that it is about, chosen by their ids. All if left out.',
      examples: [0.1],
    }),
});

export type GuardrailConfig = z.output<typeof guardrailSchema>;
