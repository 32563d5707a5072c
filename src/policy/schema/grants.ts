/** Who may do what. */
import { z } from 'zod';
import { OPERATIONS } from '../../core/operation.ts';
import { METHODS } from '../../core/principal.ts';
import { parseTime } from '../quantities.ts';
import { isZone, parseClock, WEEKDAYS } from '../time-window.ts';
import { featuresSchema } from './features.ts';
import {
  attributePattern,
  choice,
  condition,
  fields,
  id,
  labelName,
  modelPattern,
  oneOrMore,
  scope,
} from './forms.ts';
import { networksSchema } from './networks.ts';

const match = (noun: string, description: string, example: string) =>
  oneOrMore(`a ${noun}`, `${noun}s`, attributePattern(`a ${noun}`))
    .optional()
    .meta({ description, examples: [example] });

export const toSchema = fields('any, or a map of attributes', {
  tenant: match(
    'tenant',
    'Tenants. Here and below, `*` in a name stands for any characters, and a name after `!` is left out.',
    'acme',
  ),
  team: match('team', 'Teams.', 'search'),
  project: match('project', 'Projects.', 'ranker'),
  application: match('application', 'Applications.', 'web'),
  user: match('user', 'Users.', '*@example.org'),
  key: match('key', 'Ids of API keys.', 'ci'),
  issuer: match('issuer', 'Ids of token issuers, or trust domains.', 'corp'),
  workload: match('workload', 'SPIFFE ids, or names in certificates.', 'spiffe://example.org/ns/*/sa/web'),
  groups: match(
    'group',
    'Groups; the caller must be in one of them, and in none that is left out.',
    'analysts',
  ),
  method: oneOrMore('a way to prove it', 'ways to prove it', choice(METHODS))
    .optional()
    .meta({ description: 'How the caller proved who it is.', examples: ['mtls'] }),
  labels: z
    .record(labelName(), oneOrMore('a label', 'labels', attributePattern('a label')), {
      error: 'expected a map of labels by name',
    })
    .optional()
    .meta({ description: 'Labels by name.', examples: [{ env: 'prod' }] }),
}).refine((to) => Object.keys(to).length > 0, {
  error: 'expected at least one attribute, or "to: any" for every caller',
});

/** `files.*` and the like: every operation on one kind of thing. */
const FAMILIES = [
  ...new Set(OPERATIONS.filter((name) => name.includes('.')).map((name) => `${name.split('.')[0]}.*`)),
];

const operationName = () => choice(['*', ...FAMILIES, ...OPERATIONS]);

const clock = (error: string) =>
  z.string({ error }).transform((value, context) => {
    const minutes = parseClock(value);
    if (minutes === undefined) context.addIssue({ code: 'custom', message: error });
    return minutes ?? 0;
  });

const time = (description: string) => {
  const error = 'expected a time such as 2030-01-31T12:00:00Z, or a date';
  return z
    .string({ error })
    .refine((value) => parseTime(value) !== undefined, { error })
    .transform((value) => parseTime(value) ?? 0)
    .optional()
    .meta({ description, examples: ['2030-01-31'] });
};

const windowSchema = fields('a map with days, from, until and zone', {
  days: oneOrMore('a day', 'days', choice(WEEKDAYS))
    .prefault([...WEEKDAYS])
    .meta({ description: 'Days of the week.', examples: [['mon', 'tue', 'wed', 'thu', 'fri']] }),
  from: clock('expected a time of day such as 08:00')
    .prefault('00:00')
    .meta({ description: 'First minute of the day.', examples: ['08:00'] }),
  until: clock('expected a time of day such as 18:00')
    .prefault('24:00')
    .meta({
      description: 'First minute after it. Before `from` where it goes over midnight.',
      examples: ['18:00'],
    }),
  zone: z
    .string({ error: 'expected a time zone such as Europe/Berlin' })
    .refine(isZone, { error: 'expected a time zone such as Europe/Berlin' })
    .prefault('UTC')
    .meta({ description: 'Whose clock is meant.', examples: ['Europe/Berlin'] }),
}).refine(({ from, until }) => from !== until, {
  error: 'expected from and until to differ: it would be open never, or always',
});

export const grantSchema = fields('a grant: a map with to, operations and models', {
  id: id()
    .optional()
    .meta({
      description: 'Names the grant in records and `explain`; `grants[n]` if left out.',
      examples: ['search-chat'],
    }),
  effect: choice(['allow', 'deny'])
    .prefault('allow')
    .meta({ description: '`deny` refuses what it names, whatever other grants allow.' }),
  to: z
    .union([z.literal('any', { error: 'expected any, or a map of attributes' }), toSchema], {
      error: 'expected any, or a map of attributes',
    })
    .meta({
      description:
        'Callers that match every attribute given; any one of a list will do. `any` is everyone who was let in.',
    }),
  operations: oneOrMore('an operation', 'operations', operationName()).meta({
    description:
      'What they may do; `*` is every operation but `realtime`, which opens a channel that nobody looks into and must be named.',
    examples: [['chat', 'embeddings']],
  }),
  models: oneOrMore('a model', 'models', modelPattern())
    .optional()
    .meta({
      description:
        'Models they may use. `*` stands for any characters; a name after `!` is left out, wherever in the list it stands. May be left out by a denial, which then means all, and where the operations name no model.',
      examples: [['gpt-4.1-mini', 'llama-*', '!llama-3-405b']],
    }),
  backends: z
    .record(labelName(), oneOrMore('a label', 'labels', attributePattern('a label')), {
      error: 'expected a map of labels by name',
    })
    .optional()
    .meta({
      description: 'Labels that a backend must have for the requests that it allows to go there.',
      examples: [{ region: 'eu' }],
    }),
  features: featuresSchema,
  scopes: z
    .union(
      [
        oneOrMore('a scope', 'scopes', scope()),
        z
          .partialRecord(operationName(), oneOrMore('a scope', 'scopes', scope()))
          .refine((map) => Object.keys(map).length > 0, {
            error: 'expected scopes, or a map of scopes by operation',
          }),
      ],
      { error: 'expected scopes, or a map of scopes by operation' },
    )
    .optional()
    .meta({
      description: 'Scopes that the credential must all have: for every operation, or by operation.',
      examples: ['model:invoke', { chat: 'model:invoke', 'models.*': 'model:read' }],
    }),
  networks: networksSchema.optional().meta({
    description: "Where the caller's address must lie.",
    examples: [['10.0.0.0/8', '2001:db8::/32']],
  }),
  during: oneOrMore('a time window', 'time windows', windowSchema)
    .optional()
    .meta({
      description: 'When it holds: in any one of these windows.',
      examples: [{ days: ['mon', 'tue'], from: '08:00', until: '18:00', zone: 'Europe/Berlin' }],
    }),
  notBefore: time('From then on it holds. RFC 3339; a date alone means 00:00 UTC of that day.'),
  notAfter: time('From then on it holds no more.'),
  when: condition()
    .optional()
    .meta({
      description:
        'A condition in CEL on `principal`, `request` and `body`, for what the other keys cannot say. One that fails keeps a grant from allowing, and a denial from being escaped.',
      examples: ['body.n <= 2 && !("beta" in principal.groups)'],
    }),
});

export type GrantConfig = z.output<typeof grantSchema>;
/** Which callers are meant, where not all of them are. */
export type WindowConfig = z.output<typeof windowSchema>;
