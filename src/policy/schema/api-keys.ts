/** API keys. */
import { z } from 'zod';
import { parseTime } from '../quantities.ts';
import { attribute, fields, flag, id, list, text } from './forms.ts';

export const apiKeySchema = fields('a key: a map with id and digest', {
  id: id().meta({ description: 'Names the key in records, limits and grants.', examples: ['ci'] }),
  digest: text(
    'sha256: or hmac-sha256: and 64 hexadecimal digits, never the key itself',
    /^(?:sha256|hmac-sha256):[0-9A-Fa-f]{64}$/,
  )
    .transform((digest) => digest.toLowerCase())
    .meta({
      description: 'SHA-256 of the key, plain or keyed (HMAC) with the pepper of the service.',
      examples: [`sha256:${'0'.repeat(63)}1`],
    }),
  tenant: attribute('a tenant')
    .optional()
    .meta({ description: 'Tenant that the key speaks for.', examples: ['acme'] }),
  team: attribute('a team')
    .optional()
    .meta({ description: 'Team within the tenant.', examples: ['search'] }),
  project: attribute('a project')
    .optional()
    .meta({ description: 'Project within the team.', examples: ['ranker'] }),
  application: attribute('an application')
    .optional()
    .meta({ description: 'Application.', examples: ['web'] }),
  user: attribute('a user')
    .optional()
    .meta({ description: 'User.', examples: ['ann@example.org'] }),
  groups: list('groups', attribute('a group'))
    .optional()
    .meta({ description: 'Groups that grants may name.', examples: [['analysts']] }),
  expires: z
    .string({ error: 'expected a time such as 2030-01-31T12:00:00Z, or a date' })
    .refine((time) => parseTime(time) !== undefined, {
      error: 'expected a time such as 2030-01-31T12:00:00Z, or a date',
    })
    .transform((time) => parseTime(time) ?? 0)
    .optional()
    .meta({
      description: 'From then on the key is refused. RFC 3339; a date alone means 00:00 UTC of that day.',
      examples: ['2030-01-31'],
    }),
  revoked: flag()
    .optional()
    .meta({ description: 'Refuses the key, wherever else it may be known.', examples: [true] }),
});

/** Headers that mean something else to a proxy or a backend, so that they cannot carry a key. */
const TAKEN = /^(?:x-sallyport-.*|host|cookie|connection|content-.*|transfer-encoding|te|upgrade)$/;

const headerSchema = text('the name of a header, such as x-api-key', /^[A-Za-z][A-Za-z0-9-]{0,63}$/)
  .transform((name) => name.toLowerCase())
  .refine((name) => !TAKEN.test(name), { error: 'expected a header that can carry a key' });

export const headersSchema = list('headers', headerSchema)
  .prefault(['authorization', 'x-api-key'])
  .meta({ description: 'Headers that a key may come in; `authorization` takes it after `Bearer`.' });

export const querySchema = flag().prefault(false).meta({
  description:
    'Takes a key as `?key=` in the query, too. It is removed there and never recorded, but whatever stands before the proxy may have logged it.',
});

export const apiKeysSchema = fields('a map with headers, query and keys', {
  headers: headersSchema,
  query: querySchema,
  keys: z.array(apiKeySchema, { error: 'expected a list of keys' }).optional().meta({
    description: 'Keys that this policy declares. Keys made by `sallyport keys create` need no entry.',
  }),
});

export type ApiKeyConfig = z.output<typeof apiKeySchema>;
