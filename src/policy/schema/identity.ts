/** How callers prove who they are. */
import { z } from 'zod';
import { apiKeysSchema } from './api-keys.ts';
import { fields, host, integer, list, text } from './forms.ts';
import { meshSchema, mtlsSchema } from './mtls.ts';
import { introspectionSchema, oidcSchema } from './oidc.ts';
import { requirementSchema } from './requirements.ts';

export const trustedHopsSchema = integer('a number of proxies', 0, 8).prefault(0).meta({
  description:
    "Proxies between the caller and Envoy that add addresses to `x-forwarded-for`. With 0 the caller is whoever connected to Envoy; the caller's own word is never believed.",
});

export const hostsSchema = list('hosts', host()).meta({
  description:
    'Hosts that are served, without a port at every port; requests for any other are refused. Every host if left out.',
  examples: [['api.example.org', '*.ai.example.org']],
});

export const resourceSchema = text('a URL without query and fragment', /^https?:\/\/[^\s?#"\\]{1,512}$/)
  .refine((url) => URL.canParse(url), { error: 'expected a URL' })
  .meta({
    description:
      'The URL that clients know this API by. If given, its metadata (RFC 9728) are served below `/.well-known/oauth-protected-resource`, and refusals say where.',
    examples: ['https://ai.example.org'],
  });

export const identitySchema = fields('a map of ways to prove who is asking', {
  apiKeys: apiKeysSchema.optional().meta({
    description: 'Takes API keys. Without it no key is looked at; `{}` takes those made by the command line.',
  }),
  oidc: z
    .array(oidcSchema, { error: 'expected a list of issuers' })
    .optional()
    .meta({ description: 'Issuers of signed tokens (OpenID Connect, OAuth 2.0 with RFC 9068).' }),
  introspection: z
    .array(introspectionSchema, { error: 'expected a list of endpoints' })
    .optional()
    .meta({ description: 'Issuers of opaque tokens, asked about each (RFC 7662).' }),
  mtls: mtlsSchema.optional().meta({ description: 'Client certificates.' }),
  mesh: meshSchema.optional().meta({ description: 'Identities that a service mesh states.' }),
  require: z.array(requirementSchema, { error: 'expected a list of rules' }).optional().meta({
    description:
      'What must be proved where; the first rule that fits holds. Where none fits, any one of the ways set up here will do.',
  }),
  resource: resourceSchema.optional(),
  hosts: hostsSchema.optional(),
  trustedHops: trustedHopsSchema,
});
