/** What proves this service to a backend. */
import { z } from 'zod';
import { choice, fields, flag, list, text } from './forms.ts';
import { envName, filePath, secretSchema } from './secrets.ts';
import { trustedUrl } from './urls.ts';

const visible = (what: string) => text(what, /^[\x21-\x7e]{1,512}$/);

/** What the proxy or this service sets itself, or by which they understand a message. */
const NOT_FOR_KEYS =
  /^(?:x-sallyport-.*|x-envoy-.*|x-forwarded-.*|x-request-id|x-amz-.*|content-.*|accept.*|host|connection|te|trailer|transfer-encoding|upgrade|expect|cookie|keep-alive|sec-.*)$/;

const keyHeader = () =>
  text('the name of a header, in lower case', /^[a-z][a-z0-9-]{0,63}$/)
    .refine((name) => !NOT_FOR_KEYS.test(name), { error: 'expected a header that may hold a key' })
    .optional()
    .meta({
      description:
        "The header that it stands in, instead of the dialect's own; in `authorization` as a bearer token.",
      examples: ['ocp-apim-subscription-key'],
    });

const clientId = () =>
  visible('a client id').meta({
    description: 'By which this service is known there.',
    examples: ['sallyport'],
  });

const oauthSchema = fields('a map with tokenUrl, client id and secret', {
  tokenUrl: trustedUrl().meta({
    description: 'Where tokens are fetched (RFC 6749, section 4.4).',
    examples: ['https://id.example.org/token'],
  }),
  clientId: clientId(),
  clientSecret: secretSchema,
  authentication: choice(['basic', 'post'])
    .prefault('basic')
    .meta({ description: 'How the secret is sent: RFC 6749, section 2.3.1.' }),
  scopes: list('scopes', visible('a scope'))
    .optional()
    .meta({ description: 'What the token is to be good for.', examples: [['models']] }),
  audience: visible('an audience')
    .optional()
    .meta({ description: 'Whom the token is for, where the issuer wants to be told.' }),
});

const googleSchema = fields('a map with serviceAccount or metadata', {
  serviceAccount: secretSchema.optional().meta({
    description: "The service account's key, the JSON file as Google gives it.",
  }),
  metadata: flag()
    .optional()
    .meta({
      description:
        'Instead of a key: the account that the machine or the pod runs as, by the metadata server of Google Cloud.',
      examples: [true],
    }),
  scopes: list('scopes', visible('a scope'))
    .prefault(['https://www.googleapis.com/auth/cloud-platform'])
    .meta({ description: 'What the token is to be good for.' }),
});

const azureSchema = fields('a map with tenant, clientId, and clientSecret or federatedToken', {
  tenant: text('the id or domain of a directory', /^[A-Za-z0-9.-]{1,128}$/).meta({
    description: 'The Entra directory.',
    examples: ['acme.onmicrosoft.com'],
  }),
  clientId: clientId(),
  clientSecret: secretSchema.optional(),
  federatedToken: fields('{ file: path }', { file: filePath() })
    .optional()
    .meta({
      description:
        'Instead of a secret: a token of an issuer that the application trusts, such as the service account token of a pod.',
      examples: [{ file: '/var/run/secrets/azure/tokens/azure-identity-token' }],
    }),
  scope: visible('a scope')
    .prefault('https://cognitiveservices.azure.com/.default')
    .meta({ description: 'What the token is to be good for.' }),
  authority: trustedUrl()
    .prefault('https://login.microsoftonline.com')
    .meta({ description: 'Of another cloud than the public one.' }),
});

const awsSchema = fields('a map with accessKeyId and secretAccessKey', {
  accessKeyId: secretSchema,
  secretAccessKey: secretSchema,
  sessionToken: secretSchema.optional().meta({ description: 'Of temporary keys.' }),
  region: text('a region such as eu-central-1', /^[a-z]{2}(?:-[a-z]+)+-\d{1,2}$/)
    .optional()
    .meta({ description: "The region that signatures are for; that of the backend's URL if left out." }),
  service: text('a service such as bedrock', /^[a-z0-9-]{1,64}$/)
    .prefault('bedrock')
    .meta({ description: 'The service that signatures are for.' }),
});

const ERROR =
  'expected { env: NAME }, { file: path }, or a map with oauth, google, azure or aws: a secret is never written into the policy';

/** A text that is sent as it is, a token that is fetched and renewed, or keys by which requests are signed. */
export const credentialSchema = z.union(
  [
    fields('{ env: NAME }', { env: envName(), header: keyHeader() }),
    fields('{ file: path }', { file: filePath(), header: keyHeader() }),
    fields('{ oauth: … }', {
      oauth: oauthSchema.meta({ description: 'A token of an OAuth 2.0 server, as a client of its own.' }),
    }),
    fields('{ google: … }', {
      google: googleSchema.meta({
        description: 'A token of Google Cloud, for a service account (RFC 7523).',
      }),
    }),
    fields('{ azure: … }', {
      azure: azureSchema.meta({ description: 'A token of Microsoft Entra, for an application.' }),
    }),
    fields('{ aws: … }', {
      aws: awsSchema.meta({ description: 'Signs requests as AWS wants it (Signature Version 4).' }),
    }),
  ],
  { error: ERROR },
);

export type CredentialConfig = z.output<typeof credentialSchema>;
