/** Issuers of tokens: signed ones, and those that only a question to the issuer tells about. */
import type { z } from 'zod';
import { fields, id, list, text } from './forms.ts';

export const oidcSchema = fields('an issuer: a map with issuer and audiences', {
  id: id().meta({ description: 'Names the issuer in records, grants and principals.', examples: ['corp'] }),
  issuer: text('a URL', /^https?:\/\/[^\s?#]{1,512}$/).meta({
    description: 'Its URL, exactly as its tokens have it in `iss`.',
    examples: ['https://id.example.org'],
  }),
  audiences: list('audiences', text('an audience', /^[\x21-\x7e]{1,256}$/)).meta({
    description: 'One of them must stand in `aud`.',
    examples: [['ai']],
  }),
});

export const introspectionSchema = fields('an introspection endpoint: a map with id and endpoint', {
  id: id().meta({ description: 'Names the issuer in records, grants and principals.', examples: ['opaque'] }),
});

export type OidcConfig = z.output<typeof oidcSchema>;
export type IntrospectionConfig = z.output<typeof introspectionSchema>;
