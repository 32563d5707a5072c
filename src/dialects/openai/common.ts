/** What most providers do as OpenAI does, whatever their requests look like. */
import type { Dialect } from '../dialect.ts';
import { describeModel, listModels } from './models.ts';
import { quotaHeaders } from './quota.ts';

export const AS_OPENAI: Pick<Dialect, 'listModels' | 'describeModel' | 'credentialHeader' | 'quotaHeaders'> =
  {
    listModels,
    describeModel,
    credentialHeader: (credential) => ['authorization', `Bearer ${credential}`],
    quotaHeaders,
  };
