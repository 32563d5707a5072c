/** Issuers of tokens: signed ones, and those that only a question to the issuer tells about. */
import { z } from 'zod';
import { assignSchema } from './assign.ts';
import { choice, duration, fields, id, integer, labelName, list, text } from './forms.ts';
import { secretSchema } from './secrets.ts';
import { trustedUrl } from './urls.ts';

/** JWS algorithms with a public key (RFC 7518, RFC 8037). Never `none`, never a shared secret. */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
] as const;

const audiences = () => list('audiences', text('an audience', /^[\x21-\x7e]{1,256}$/));

/** `realm_access.roles`, or a list where a name has a dot in it. */
const claim = () => {
  const error = 'expected a claim such as org or realm_access.roles, or a list of names from the outside in';
  const name = z.string({ error }).min(1, { error }).max(256, { error });
  return z
    .union([name, z.array(name, { error }).min(1, { error }).max(8, { error })], { error })
    .transform((path): readonly string[] => (typeof path === 'string' ? path.split('.') : path));
};

/** A text is one claim; a list is several, each as above. */
const severalClaims = () => {
  const error = 'expected a claim, or a list of claims';
  return z
    .union([z.string({ error }).min(1, { error }).max(256, { error }), list('claims', claim())], { error })
    .transform((value): (readonly string[])[] => (typeof value === 'string' ? [value.split('.')] : value));
};

const claims = () =>
  fields('a map of claims by attribute', {
    subject: claim()
      .prefault('sub')
      .meta({ description: 'Who it is, for the issuer: unique and never given to another.' }),
    user: claim()
      .optional()
      .meta({ description: 'User.', examples: ['sub'] }),
    tenant: claim()
      .optional()
      .meta({ description: 'Tenant.', examples: ['org'] }),
    team: claim().optional().meta({ description: 'Team.' }),
    project: claim().optional().meta({ description: 'Project.' }),
    application: claim()
      .optional()
      .meta({ description: 'Application.', examples: ['azp'] }),
    groups: severalClaims()
      .optional()
      .meta({ description: 'Groups: a list, or a text.', examples: ['groups', ['realm_access.roles']] }),
    scopes: severalClaims()
      .prefault(['scope', 'scp'])
      .meta({ description: 'Scopes: lists, or texts of words between spaces.', examples: ['scope'] }),
    labels: z
      .record(labelName(), claim(), { error: 'expected a map of claims by label' })
      .optional()
      .meta({ description: 'Labels.', examples: [{ region: 'address.region' }] }),
  })
    .prefault({})
    .meta({ description: 'Which claims become which attributes; a dot goes one level down.' });

const common = {
  id: id().meta({ description: 'Names the issuer in records, grants and principals.', examples: ['corp'] }),
  claims: claims(),
  assign: assignSchema.optional().meta({
    description: 'Attributes of everybody whom this issuer vouches for, whatever the token says.',
    examples: [{ tenant: 'acme' }],
  }),
  binding: choice(['optional', 'required']).prefault('optional').meta({
    description:
      'With `required` only tokens that are bound to a client certificate (RFC 8705) or to a key (DPoP, RFC 9449) will do. A token that is bound is always held to that.',
  }),
  tolerance: duration('0s', '5m').prefault('30s').meta({ description: 'How far clocks may differ.' }),
};

export const oidcSchema = fields('an issuer: a map with id, issuer and audiences', {
  ...common,
  issuer: trustedUrl().meta({
    description: 'Its URL, exactly as its tokens have it in `iss`.',
    examples: ['https://id.example.org'],
  }),
  audiences: audiences().meta({ description: 'One of them must stand in `aud`.', examples: [['ai']] }),
  jwks: trustedUrl()
    .optional()
    .meta({
      description: 'Its key set; found by discovery if left out.',
      examples: ['https://id.example.org/keys'],
    }),
  algorithms: list('algorithms', choice(ALGORITHMS))
    .prefault(['RS256', 'PS256', 'ES256', 'EdDSA'])
    .meta({ description: 'Signature algorithms that are accepted.' }),
  types: list('types', choice(['at+jwt', 'jwt', 'none']))
    .prefault(['at+jwt', 'jwt', 'none'])
    .meta({
      description:
        'Values of `typ` that are accepted. `[at+jwt]` takes access tokens as RFC 9068 has them, and nothing else.',
    }),
  maxAge: duration('1m', '30d')
    .prefault('1d')
    .meta({ description: 'Oldest token that is accepted, since `iat`, however long it says it lives.' }),
  maxSize: integer('a number of bytes', 256, 16_384).prefault(8192).meta({ description: 'Largest token.' }),
  staleKeys: duration('0s', '7d')
    .prefault('4h')
    .meta({ description: 'How long keys are used after the issuer could last be reached.' }),
});

export const introspectionSchema = fields('an introspection endpoint: a map with id, endpoint and client', {
  ...common,
  endpoint: trustedUrl().meta({
    description: 'Where tokens are asked about (RFC 7662).',
    examples: ['https://id.example.org/introspect'],
  }),
  client: fields('a map with id and secret', {
    id: text('the id of a client', /^[\x20-\x7e]{1,256}$/).meta({
      description: 'By which this service is known there.',
      examples: ['sallyport'],
    }),
    secret: secretSchema,
    authentication: choice(['basic', 'post'])
      .prefault('basic')
      .meta({ description: 'How it is sent: RFC 6749, section 2.3.1.' }),
  }).meta({ description: 'What this service proves itself with.' }),
  issuer: trustedUrl()
    .optional()
    .meta({ description: 'Must stand in `iss` of the answer, where that has one.' }),
  audiences: audiences().optional().meta({ description: 'One of them must stand in `aud` of the answer.' }),
  timeout: duration('1s', '10s').prefault('2s').meta({ description: 'For one question.' }),
  cache: duration('0s', '10m').prefault('1m').meta({
    description:
      'How long an answer is believed, at most: so long a token that was withdrawn may still be used.',
  }),
});

export type OidcConfig = z.output<typeof oidcSchema>;
export type IntrospectionConfig = z.output<typeof introspectionSchema>;
