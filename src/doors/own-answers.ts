/** What is answered without asking a backend: which models there are, and how to get a credential. */
import { type Refusal, refuse } from '../core/refusal.ts';
import { dialectOf } from '../dialects/index.ts';
import { permittedModels } from './permit.ts';
import type { Judging } from './prepare.ts';

/**
 * The models are those of the policy that the caller may use: the names that it knows.
 * @returns undefined for operations that a backend answers
 */
export function answerOurselves({
  voucher,
  policy,
}: Judging): { readonly body: string } | Refusal | undefined {
  const { name, dialect, pathModel } = voucher.operation;
  if (name === 'oauth.metadata') {
    const { resource } = policy.identity;
    return resource === undefined ? refuse('operation_unknown') : { body: resource.metadata };
  }
  if (name !== 'models.list' && name !== 'models.get') return undefined;
  const names = permittedModels(voucher, policy).map((model) => model.name);
  if (pathModel === undefined) return { body: dialectOf(dialect).listModels(names) };
  return names.includes(pathModel)
    ? { body: dialectOf(dialect).describeModel(pathModel) }
    : refuse('model_not_allowed');
}
