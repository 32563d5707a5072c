/** Where secrets are kept. */
import { z } from 'zod';
import { fields, text } from './forms.ts';

export const envName = () =>
  text('the name of an environment variable', /^[A-Za-z_][A-Za-z0-9_]{0,127}$/).meta({
    description: 'The environment variable that holds the secret.',
    examples: ['OPENAI_API_KEY'],
  });

export const filePath = () =>
  text('the path of a file', /^[^\p{Cc}]{1,4096}$/u).meta({
    description:
      'The file that holds the secret, relative to the policy; one newline at its end is not part of it.',
    examples: ['/run/secrets/openai'],
  });

export const secretSchema = z
  .union([fields('{ env: NAME }', { env: envName() }), fields('{ file: path }', { file: filePath() })], {
    error: 'expected { env: NAME } or { file: path }: a secret is never written into the policy',
  })
  .meta({ description: 'Where a secret is kept. It is never written into the policy.' });

export type SecretRef = z.output<typeof secretSchema>;
