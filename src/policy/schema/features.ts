/** What of a request beyond text a grant lets through, takes out, or holds to a most. */
import { z } from 'zod';
import { EFFORTS, FEATURES, type Feature } from '../../core/feature.ts';
import { serverPattern } from '../mcp-servers.ts';
import { choice, fields, integer, oneOrMore, text } from './forms.ts';

const VERDICTS = ['allow', 'deny', 'strip'] as const;

const verdict = (error: string) => z.enum(VERDICTS, { error });

const most = (noun: string, limit: number) => {
  const error = `expected allow, deny, strip, or { max: ${noun} }`;
  return z.union(
    [
      verdict(error),
      fields(`{ max: ${noun} }`, { max: integer(noun, 1, limit).meta({ description: 'Held to this.' }) }),
    ],
    { error },
  );
};

const effort = () => {
  const error = 'expected allow, deny, strip, or { max: low }';
  return z.union(
    [
      verdict(error),
      fields('{ max: an effort }', { max: choice(EFFORTS).meta({ description: 'Held to this.' }) }),
    ],
    { error },
  );
};

const mcp = () => {
  const error = 'expected allow, deny, strip, or a map with servers and tools';
  return z.union(
    [
      verdict(error),
      fields('a map with servers, tools and approval', {
        servers: oneOrMore(
          'a server',
          'servers',
          text(
            'a URL such as https://*.example.org/mcp/*, or the id of a connector',
            /^[\x21-\x7e]{1,512}$/,
          ).refine((server) => serverPattern(server) !== undefined, {
            error: 'expected a URL such as https://*.example.org/mcp/*, or the id of a connector',
          }),
        ).meta({
          description:
            'URLs of servers, or ids of connectors; `*` stands for any characters of the path or the id, and before a host for any labels.',
          examples: [['https://mcp.example.org/*']],
        }),
        tools: oneOrMore(
          'a tool',
          'tools',
          text('the name of a tool, with * for any characters', /^[\w.*-]{1,128}$/),
        )
          .optional()
          .meta({
            description: 'Tools that the request may allow itself; it must then name them. All if left out.',
            examples: [['search', 'read_*']],
          }),
        approval: choice(['required'])
          .optional()
          .meta({ description: 'Requests that let tools run without asking are refused.' }),
      }),
    ],
    { error },
  );
};

const verdictError = 'expected allow, deny or strip';
const SHAPE = Object.fromEntries(
  FEATURES.map((feature) => [
    feature,
    verdict(verdictError)
      .optional()
      .meta({ description: describe(feature) }),
  ]),
);

const mapSchema = fields('a map of features', {
  ...SHAPE,
  reasoning: effort()
    .optional()
    .meta({ description: describe('reasoning'), examples: [{ max: 'medium' }] }),
  n: most('a number of answers', 128)
    .optional()
    .meta({ description: describe('n'), examples: [{ max: 4 }] }),
  max_output_tokens: most('a number of tokens', 2 ** 31 - 1)
    .optional()
    .meta({ description: describe('max_output_tokens'), examples: [{ max: 4096 }] }),
  mcp: mcp()
    .optional()
    .meta({ description: describe('mcp') }),
});

export const featuresSchema = z
  .union([z.literal('*', { error: 'expected *' }), z.array(choice(FEATURES)), mapSchema], {
    error: 'expected a list of features, a map of them, or "*"',
  })
  .optional()
  .meta({
    description:
      'What requests may ask for beyond text. A list allows exactly these; a map says it of each; `*` allows all. What a map does not name, and all where this is left out, is as [features.md](features.md) says. On a denial: the features that it denies.',
    examples: [['functions', 'structured_output'], { web_access: 'strip', n: { max: 4 } }],
  });

export type FeaturesConfig = z.output<typeof featuresSchema>;

function describe(feature: Feature): string {
  return `\`allow\`, \`deny\` or \`strip\` ${feature}.`;
}
