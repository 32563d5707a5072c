/**
 * The policy language. From here come the reader's types and messages, the JSON Schema that editors complete from, and
 * the reference page; nothing about the form of a policy is said anywhere else.
 */
import { z } from 'zod';
import { analyzerNameSchema, analyzerSchema } from './schema/analyzers.ts';
import { contentNameSchema, contentSchema } from './schema/content.ts';
import { attribute, backendName, fields, modelName } from './schema/forms.ts';
import { grantSchema } from './schema/grants.ts';
import { guardrailSchema } from './schema/guardrails.ts';
import { identitySchema } from './schema/identity.ts';
import { limitSchema } from './schema/limits.ts';
import { backendSchema, modelSchema, tenantSchema } from './schema/models.ts';
import { pricesSchema } from './schema/prices.ts';
import { auditSchema, boundsSchema, stateSchema } from './schema/service.ts';

export const versionSchema = z
  .literal(1, { error: 'expected 1' })
  .meta({ description: 'Version of the policy language.', examples: [1] });

export const modelNameSchema = modelName();
export const backendNameSchema = backendName();
export const tenantNameSchema = attribute('a tenant');

export const policySchema = fields('a policy: a map of sections', {
  version: versionSchema,
  identity: identitySchema.optional().meta({ description: 'How callers prove who they are.' }),
  tenants: z
    .record(tenantNameSchema, tenantSchema)
    .optional()
    .meta({
      description:
        'Tenants with their teams and projects. If given, a key or a grant that names another one is a mistake.',
      examples: [{ acme: { teams: { search: { projects: ['ranker', 'crawler'] } } } }],
    }),
  models: z
    .record(modelNameSchema, modelSchema)
    .optional()
    .meta({ description: 'Models by the name that clients ask for.' }),
  backends: z.record(backendNameSchema, backendSchema).optional().meta({ description: 'Backends by name.' }),
  grants: z
    .array(grantSchema)
    .optional()
    .meta({ description: 'Permissions. What no grant allows is refused.' }),
  limits: z
    .array(limitSchema)
    .optional()
    .meta({ description: 'Limits. A request must fit into all that apply.' }),
  prices: pricesSchema.prefault({}).meta({ description: 'What is known of prices.' }),
  content: z.record(contentNameSchema, contentSchema).optional().meta({
    description:
      'What is looked for besides: words, patterns and links of your own. Guardrails name them as `content.<name>`.',
  }),
  analyzers: z.record(analyzerNameSchema, analyzerSchema).optional().meta({
    description:
      'Others who look at texts, asked over HTTP. Guardrails name what they find as `analyzer.<name>`, or `analyzer.<name>.<type>`.',
  }),
  guardrails: z
    .array(guardrailSchema)
    .optional()
    .meta({ description: 'What is done about what stands in prompts and answers.' }),
  state: stateSchema.prefault({}).meta({ description: 'What counts while the shared state is away.' }),
  audit: auditSchema.optional().meta({ description: 'Where records go.' }),
  bounds: boundsSchema.prefault({}).meta({ description: 'Sizes that hold for every request.' }),
});
