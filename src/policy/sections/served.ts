/** A model at a backend, as the policy has it. */
import type { ModelConfig } from '../schema/models.ts';

export type ServedConfig = ModelConfig['backends'][number];

/** What the backend calls a model. @param name the clients' name of it */
export const modelAt = (served: ServedConfig, name: string): string =>
  ('model' in served && served.model) || name;
