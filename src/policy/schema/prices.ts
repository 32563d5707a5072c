/** What models cost. */
import { z } from 'zod';
import { PERCENT, parsePercent } from '../quantities.ts';
import { choice, fields, integer, list, text } from './forms.ts';

const MOST = 1_000_000;

/** In the policy's currency. */
const perMillion = (what: string, description: string, example: number) => {
  const error = `expected the price of ${what} per million tokens: a number from 0 to ${MOST}`;
  return z
    .number({ error })
    .min(0, { error })
    .max(MOST, { error })
    .meta({ description, examples: [example] });
};

const KINDS = {
  cachedInput: perMillion(
    'cached input',
    'Of input that the provider had cached; as `input` if left out.',
    0.1,
  ).optional(),
  cacheWrite: perMillion(
    'cache writes',
    'Of input that the provider cached; as `input` if left out.',
    0.5,
  ).optional(),
  cacheWriteLong: perMillion(
    'long cache writes',
    'Of input that the provider cached for an hour; as `cacheWrite` or `input` if left out.',
    0.8,
  ).optional(),
  imageInput: perMillion('image input', 'Of images in prompts; as `input` if left out.', 10).optional(),
  audioInput: perMillion('audio input', 'Of spoken input; as `input` if left out.', 2.5).optional(),
  reasoning: perMillion('reasoning', 'Of reasoning; as `output` if left out.', 1.6).optional(),
  audioOutput: perMillion('audio output', 'Of spoken output; as `output` if left out.', 10).optional(),
};

const plain = {
  input: perMillion('input', 'Per million tokens of input.', 0.4),
  output: perMillion('output', 'Per million tokens of output.', 1.6),
};

const tierSchema = fields('a tier: a map with above, input and output', {
  above: integer('a number of tokens', 1, 100_000_000).meta({
    description: 'For requests with more input tokens than this, all of them.',
    examples: [200_000],
  }),
  ...plain,
  ...KINDS,
});

/** Of several tiers that a prompt is above, the last counts. */
function isAscending(tiers: readonly { readonly above: number }[]): boolean {
  return tiers.every(({ above }, i) => i === 0 || above > (tiers[i - 1]?.above ?? 0));
}

export const priceSchema = fields('a price: a map with input and output', {
  ...plain,
  ...KINDS,
  tiers: list('tiers', tierSchema)
    .refine(isAscending, { error: 'expected tiers by how many tokens they are above, ascending' })
    .optional()
    .meta({ description: 'Other prices for longer prompts, ascending.' }),
  image: z
    .number({ error: `expected a price: a number from 0 to ${MOST}` })
    .min(0)
    .max(MOST)
    .optional()
    .meta({ description: 'For each image made.', examples: [0.04] }),
  batch: text('a percentage such as 50%', PERCENT)
    .transform((written) => parsePercent(written) ?? 1000)
    .refine((thousandths) => thousandths <= 1000, { error: 'expected at most 100%' })
    .optional()
    .meta({
      description: 'What requests made in a batch cost of it; all of it if left out.',
      examples: ['50%'],
    }),
});

export const pricesSchema = fields('a map with currency, list and unknown', {
  currency: text('a currency such as USD (ISO 4217)', /^[A-Z]{3}$/)
    .prefault('USD')
    .meta({ description: 'Of all prices and budgets.', examples: ['EUR'] }),
  list: choice(['genai-prices', 'none']).prefault('genai-prices').meta({
    description:
      'Where prices come from that the policy does not name: the list that Sallyport brings along, in USD, or nowhere.',
  }),
  rate: z
    .number({ error: 'expected how much of the currency a US dollar is' })
    .positive()
    .max(1_000_000)
    .optional()
    .meta({
      description: 'How much of the currency a US dollar is; without it the list is only used for USD.',
      examples: [0.92],
    }),
  unknown: z
    .union([choice(['deny', 'tokens']), priceSchema], { error: 'expected deny, tokens, or a price' })
    .prefault('deny')
    .meta({
      description:
        'A model whose price nobody knows, where a budget applies: `deny` refuses the request, `tokens` lets it through and counts its tokens alone, a price is taken for it.',
      examples: ['deny', { input: 5, output: 20 }],
    }),
});

export type PriceConfig = z.output<typeof priceSchema>;
export type TierConfig = z.output<typeof tierSchema>;
export type PricesConfig = z.output<typeof pricesSchema>;
