/** Client certificates, and the identities of a service mesh. */
import { z } from 'zod';
import { attribute, choice, fields, labelName, list, oneOrMore, text } from './forms.ts';
import { networksSchema } from './networks.ts';

/** A constant, or a placeholder of the template beside it, such as `{namespace}`. */
const given = (noun: string, example: string) =>
  attribute(noun)
    .optional()
    .meta({ description: `${noun}; \`{name}\` stands for a part of the id.`, examples: [example] });

const ASSIGNED = {
  tenant: given('Tenant', '{namespace}'),
  team: given('Team', 'search'),
  project: given('Project', 'ranker'),
  application: given('Application', '{service_account}'),
  user: given('User', 'batch'),
  groups: list('groups', attribute('a group'))
    .optional()
    .meta({ description: 'Groups that grants may name.', examples: [['workloads']] }),
  scopes: list('scopes', attribute('a scope'))
    .optional()
    .meta({ description: 'Scopes that grants may ask for.', examples: [['model:invoke']] }),
  labels: z
    .record(labelName(), attribute('a label'), { error: 'expected a map of labels by name' })
    .optional()
    .meta({ description: 'Labels.', examples: [{ env: 'prod' }] }),
};

const trustDomainSchema = fields('a map of attributes and workloads', {
  ...ASSIGNED,
  workloads: list(
    'workloads',
    fields('a workload: a map with id', {
      id: text(
        'a SPIFFE id such as spiffe://example.org/ns/{namespace}/sa/{service_account}',
        /^spiffe:\/\/[^\s]{1,1024}$/,
      ).meta({
        description: 'Its SPIFFE id; `{name}` stands for any one segment.',
        examples: ['spiffe://example.org/ns/{namespace}/sa/{service_account}'],
      }),
      ...ASSIGNED,
    }),
  )
    .optional()
    .meta({
      description:
        'Which ids of the trust domain are known; the first that fits counts. All of them if left out.',
    }),
});

const trustDomains = () =>
  z
    .record(z.string(), trustDomainSchema, { error: 'expected a map of trust domains by name' })
    .optional()
    .meta({
      description: 'Trust domains of SPIFFE ids, by name.',
      examples: [{ 'example.org': { tenant: 'internal' } }],
    });

const certificateSchema = fields('a certificate: a map with dns, uri, subject or digest', {
  dns: oneOrMore(
    'a DNS name',
    'DNS names',
    text('a DNS name, with * for any characters', /^[a-z0-9*.-]{1,253}$/),
  )
    .optional()
    .meta({ description: 'One of its DNS names.', examples: ['*.clients.example.org'] }),
  uri: oneOrMore('a URI', 'URIs', text('a URI, with * for any characters', /^[\x21-\x7e]{1,1024}$/))
    .optional()
    .meta({ description: 'One of its URIs.', examples: ['urn:acme:billing'] }),
  subject: z
    .partialRecord(
      z.enum(['CN', 'O', 'OU', 'C', 'L', 'ST'], { error: 'expected CN, O, OU, C, L or ST' }),
      attribute('a value'),
      {
        error: 'expected a map of CN, O, OU, C, L and ST',
      },
    )
    .optional()
    .meta({
      description: 'What its subject must say, each exactly and once.',
      examples: [{ O: 'acme', CN: 'billing' }],
    }),
  digest: oneOrMore('a digest', 'digests', text('sha256: and 64 hexadecimal digits', /^sha256:[0-9a-f]{64}$/))
    .optional()
    .meta({ description: 'The certificate itself.', examples: [`sha256:${'0'.repeat(63)}1`] }),
  ...ASSIGNED,
}).refine((value) => [value.dns, value.uri, value.subject, value.digest].some((one) => one !== undefined), {
  error: 'expected dns, uri, subject or digest',
});

const forwardedSchema = fields('a map with networks, peers and element', {
  networks: networksSchema
    .optional()
    .meta({ description: 'Where the trusted hop connects from.', examples: [['10.0.0.0/8']] }),
  peers: list('SPIFFE ids', text('the URI of a certificate', /^[\x21-\x7e]{1,1024}$/))
    .optional()
    .meta({
      description: 'URIs of the certificate that the trusted hop shows.',
      examples: [['spiffe://example.org/ns/istio-system/sa/gateway']],
    }),
  element: choice(['last', 'first']).prefault('last').meta({
    description: 'Which element speaks of the caller: the one that the hop added, or the first of all.',
  }),
}).refine((value) => value.networks !== undefined || value.peers !== undefined, {
  error: 'expected networks, peers, or both',
});

export const mtlsSchema = fields('a map with trustDomains and certificates', {
  trustDomains: trustDomains(),
  certificates: list('certificates', certificateSchema)
    .optional()
    .meta({ description: 'Certificates without a SPIFFE id; the first that fits counts.' }),
  forwarded: forwardedSchema.optional().meta({
    description: 'Believes `x-forwarded-client-cert` from these hops. From nobody if left out.',
  }),
}).refine((value) => value.trustDomains !== undefined || value.certificates !== undefined, {
  error: 'expected trustDomains or certificates',
});

export const meshSchema = fields('a map with istio and linkerd', {
  istio: fields('a map with trustDomains', { trustDomains: trustDomains() }).optional().meta({
    description: "Istio's word on the peer (`source.principal`), where Envoy is its sidecar or gateway.",
  }),
  linkerd: fields('a map with networks and identities', {
    header: text('the name of a header', /^[a-z][a-z0-9-]{0,63}$/)
      .prefault('l5d-client-id')
      .meta({ description: 'The header that its proxy sets.' }),
    networks: networksSchema.meta({
      description: 'Where its proxy connects from; from elsewhere the header means nothing.',
      examples: [['127.0.0.0/8']],
    }),
    identities: list(
      'identities',
      fields('an identity: a map with name', {
        name: text(
          'a name such as {service_account}.{namespace}.serviceaccount.identity.linkerd.cluster.local',
          /^[a-z0-9._{}-]{1,300}$/,
        ).meta({
          description: 'Its name; `{name}` stands for any one part between dots.',
          examples: ['{service_account}.{namespace}.serviceaccount.identity.linkerd.cluster.local'],
        }),
        ...ASSIGNED,
      }),
    ).meta({ description: 'Which identities are known; the first that fits counts.' }),
  })
    .optional()
    .meta({ description: "Linkerd's word on the peer." }),
}).refine((value) => value.istio !== undefined || value.linkerd !== undefined, {
  error: 'expected istio or linkerd',
});

export type MtlsConfig = z.output<typeof mtlsSchema>;
export type MeshConfig = z.output<typeof meshSchema>;
export type TrustDomainConfig = z.output<typeof trustDomainSchema>;
export type CertificateConfig = z.output<typeof certificateSchema>;
