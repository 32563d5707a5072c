/** API keys. */
import { z } from 'zod';
import { parseRate, parseTime, RATE, type Rate } from '../quantities.ts';
import { ASSIGNABLE } from './assign.ts';
import { fields, flag, id, list, text } from './forms.ts';
import { networksSchema } from './networks.ts';

/** What narrows a key beyond the policy's own grants and limits; also on the command line. */
export const NARROWED = {
  networks: networksSchema.optional().meta({
    description: 'Where it may be used from.',
    examples: [['10.0.0.0/8', '192.0.2.7']],
  }),
  grants: list('ids of grants', id())
    .optional()
    .meta({
      description: 'The only grants that may allow it anything, by id.',
      examples: [['search-models']],
    }),
  limits: list(
    'rates',
    text('a rate such as 60/minute or 60/15s', RATE).transform((rate) => parseRate(rate) as Rate),
  )
    .optional()
    .meta({ description: 'Limits of this key alone.', examples: [['60/minute']] }),
};

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
  ...ASSIGNABLE,
  ...NARROWED,
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
