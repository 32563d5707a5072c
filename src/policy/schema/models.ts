/** Models, where they are served, and the tenant tree. */
import { z } from 'zod';
import { DIALECTS } from '../../core/operation.ts';
import { credentialSchema } from './credentials.ts';
import {
  attribute,
  backendName,
  choice,
  duration,
  fields,
  flag,
  integer,
  labelName,
  list,
  modelName,
  text,
} from './forms.ts';
import { priceSchema } from './prices.ts';

const servedSchema = z
  .union(
    [
      backendName(),
      fields('the name of a backend, or a map with name, model, weight and priority', {
        name: backendName().meta({ description: 'One of `backends`.', examples: ['vllm-a'] }),
        model: modelName()
          .optional()
          .meta({
            description: "The name that the backend knows the model by; the client's name if left out.",
            examples: ['meta-llama/Llama-3-70b'],
          }),
        weight: integer('a weight', 1, 1000)
          .prefault(1)
          .meta({
            description: 'Share of the requests, relative to the other backends of the same priority.',
            examples: [3],
          }),
        priority: integer('a priority', 0, 15)
          .prefault(0)
          .meta({
            description: 'A backend is used while none with a smaller number can be.',
            examples: [1],
          }),
        price: priceSchema
          .optional()
          .meta({ description: 'What it costs there, instead of what it costs elsewhere.' }),
      }),
    ],
    { error: 'expected the name of a backend, or a map with name, model, weight and priority' },
  )
  .transform((served) => (typeof served === 'string' ? { name: served, weight: 1, priority: 0 } : served));

export const modelSchema = fields('a model: a map with backends', {
  backends: list('backends', servedSchema).meta({
    description:
      'Where the model is served. With several, each conversation goes to one of them: by priority, then by weight.',
    examples: [['openai'], [{ name: 'vllm-a', weight: 3 }, 'vllm-b']],
  }),
  sticky: flag()
    .prefault(true)
    .meta({
      description:
        'Keeps a conversation at one backend, for the sake of its prompt cache. Without it, each request is sent anew.',
      examples: [false],
    }),
  price: priceSchema.optional().meta({
    description: 'What it costs, instead of what the price list says.',
    examples: [{ input: 0.4, output: 1.6 }],
  }),
  tenants: list('tenants', attribute('a tenant'))
    .optional()
    .meta({
      description: "Whose model it is: to everybody else there is no such model. Everybody's if left out.",
      examples: [['acme']],
    }),
});

/** RFC 3986 without user information, query and fragment. */
const URL_FORM =
  /^https?:\/\/(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252})|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?(?:\/[A-Za-z0-9._~/-]{0,255})?$/;

export const backendSchema = fields('a backend: a map with dialect', {
  dialect: choice(DIALECTS).meta({ description: 'The wire format that it speaks.', examples: ['openai'] }),
  cluster: text('the name of an Envoy cluster', /^[A-Za-z0-9][A-Za-z0-9._:|/-]{0,254}$/)
    .optional()
    .meta({
      description: 'Its cluster in Envoy; the name of the backend if left out.',
      examples: ['outbound|443||vllm'],
    }),
  url: text('a URL such as https://api.example.org:8443/v1', URL_FORM)
    .refine((url) => URL.canParse(url), { error: 'expected a URL such as https://api.example.org:8443/v1' })
    .optional()
    .meta({
      description:
        'Its address: `sallyport render` writes the Envoy cluster by it, and AWS signatures are for its host.',
      examples: ['https://api.openai.com'],
    }),
  credential: credentialSchema
    .optional()
    .meta({ description: "Sent instead of the client's credential. Without it none is sent." }),
  tenantCredentials: z
    .record(attribute('a tenant'), credentialSchema, { error: 'expected a map of credentials by tenant' })
    .optional()
    .meta({
      description:
        'Credentials of single tenants. Without a `credential` for the others, the backend serves these alone.',
    }),
  tenants: list('tenants', attribute('a tenant'))
    .optional()
    .meta({
      description: 'Tenants that it serves, and whose objects it keeps. Everybody if left out.',
      examples: [['acme']],
    }),
  labels: z
    .record(labelName(), attribute('a label'), { error: 'expected a map of labels by name' })
    .optional()
    .meta({
      description: 'What grants may require of it, such as where it stands.',
      examples: [{ region: 'eu' }],
    }),
  silence: duration('1s', '15m')
    .optional()
    .meta({
      description:
        'How long it may say nothing before another backend is asked. As long as streams may be silent if left out.',
      examples: ['30s'],
    }),
});

const teamSchema = fields('a team: a map with projects', {
  projects: z
    .array(attribute('a project'), { error: 'expected a list of projects' })
    .optional()
    .meta({ description: 'Names of its projects.', examples: [['ranker', 'crawler']] }),
});

export const tenantSchema = fields('a tenant: a map with teams', {
  teams: z
    .record(attribute('a team'), teamSchema, { error: 'expected a map of teams by name' })
    .optional()
    .meta({ description: 'Its teams by name.' }),
});

export type ModelConfig = z.output<typeof modelSchema>;
export type BackendConfig = z.output<typeof backendSchema>;
export type TenantConfig = z.output<typeof tenantSchema>;
