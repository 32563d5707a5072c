/** What must be proved where. */
import { z } from 'zod';
import { OPERATIONS } from '../../core/operation.ts';
import { METHODS } from '../../core/principal.ts';
import { assignSchema } from './assign.ts';
import { choice, fields, host, list, oneOrMore } from './forms.ts';

const WAYS = METHODS.filter((method) => method !== 'anonymous') as unknown as readonly [
  'api-key',
  ...('oidc' | 'introspection' | 'mtls' | 'mesh')[],
];

const ways = (description: string, example: readonly string[]) =>
  list('ways to prove it', choice(WAYS))
    .optional()
    .meta({ description, examples: [example] });

export const requirementSchema = fields('a rule: a map with any, all or anonymous', {
  operations: oneOrMore('an operation', 'operations', choice(['*', ...OPERATIONS]))
    .prefault(['*'])
    .meta({ description: 'Where it holds; everywhere if left out.', examples: [['models.list']] }),
  hosts: oneOrMore('a host', 'hosts', host())
    .optional()
    .meta({
      description: 'Where it holds, by the host that was asked, lower case; without a port, at every port.',
      examples: [['api.example.org', '*.internal.example.org']],
    }),
  any: ways('One of these will do.', ['api-key', 'oidc']),
  all: ways(
    'Each of these must name somebody; what they say goes together, and must not differ. At most one of them may be a key or a token.',
    ['oidc', 'mtls'],
  ),
  anonymous: z
    .union([z.literal(true, { error: 'expected true, or a map of attributes' }), assignSchema], {
      error: 'expected true, or a map of attributes',
    })
    .optional()
    .meta({
      description:
        'Lets in who proves nothing, as the principal `anonymous` with these attributes. A bad credential is refused all the same.',
      examples: [{ tenant: 'public' }],
    }),
})
  .refine((rule) => [rule.any, rule.all].filter((ways) => ways !== undefined).length <= 1, {
    error: 'expected any or all, not both',
  })
  .refine((rule) => rule.all === undefined || rule.anonymous === undefined, {
    error: 'expected all or anonymous, not both',
  })
  .refine((rule) => rule.any !== undefined || rule.all !== undefined || rule.anonymous !== undefined, {
    error: 'expected any, all or anonymous',
  });

export type RequirementConfig = z.output<typeof requirementSchema>;
