/** Attributes that a policy gives to principals, rather than reading them from a credential. */
import { z } from 'zod';
import { attribute, fields, labelName, list, scope } from './forms.ts';

/** What of a principal may be given; also the attributes of a key. */
export const ASSIGNABLE = {
  tenant: attribute('a tenant')
    .optional()
    .meta({ description: 'Tenant.', examples: ['acme'] }),
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
  scopes: list('scopes', scope())
    .optional()
    .meta({ description: 'What it may be used for, where grants ask for that.', examples: [['model:read']] }),
  labels: z
    .record(labelName(), attribute('a label'), { error: 'expected a map of labels by name' })
    .optional()
    .meta({ description: 'More attributes, by names of your own.', examples: [{ env: 'prod' }] }),
};

export const assignSchema = fields('a map of attributes', ASSIGNABLE);

export type AssignConfig = z.output<typeof assignSchema>;
