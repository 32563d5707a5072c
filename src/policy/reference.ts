/** The policy language written down, from its schema: for editors as JSON Schema, for people as a page. */
import { z } from 'zod';
import { policySchema } from './schema.ts';

/** What of JSON Schema (draft 2020-12) the policy's schema uses. */
interface Shape {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Shape | false;
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
}

const NAMED = { tenants: 'tenant', teams: 'team', models: 'model', backends: 'backend' };

/** The JSON Schema of a policy file, as text. In a folder each file may leave out what another one says. */
export function policyJsonSchema(): string {
  return `${JSON.stringify({ title: 'Sallyport policy', ...shapeOf() }, null, 2)}\n`;
}

/** Examples are of what is written, so they are put back where the schema turns that into something else. */
function shapeOf(): Shape {
  return z.toJSONSchema(policySchema, {
    io: 'input',
    override: ({ zodSchema, jsonSchema }) => {
      const examples = z.globalRegistry.get(zodSchema)?.examples;
      if (Array.isArray(examples)) jsonSchema.examples = examples;
    },
  }) as Shape;
}

/** The reference page, in Markdown. */
export function policyReference(): string {
  const root = shapeOf();
  const sections = Object.entries(root.properties ?? {}).map(([name, shape]) => section(name, shape, root));
  return `${[INTRODUCTION, ...sections].join('\n\n')}\n`;
}

const INTRODUCTION = `# Policy reference

<!-- Written by src/cli/generate-docs.ts from src/policy/schema.ts. Do not edit. -->

A policy is one YAML file, or a folder of \`*.yaml\` files that are read as one, by name: models, backends and tenants
come together by name, grants, limits, guardrails and keys in order; anything else may stand in one file only. An
unknown key is an error. \`sallyport check\` prints every error and warning with its place. Editors complete from
[policy.schema.json](../deploy/policy.schema.json):

\`\`\`yaml
# yaml-language-server: $schema=../deploy/policy.schema.json
version: 1
\`\`\`

In the tables, \`<model>\` and the like stand for a name of your own, and \`[]\` for each item of a list. Keys in bold
must be given.`;

function section(name: string, shape: Shape, root: Shape): string {
  const rows = rowsOf(shape, name);
  const head = `## ${name}\n\n${shape.description ?? ''}`;
  if (rows.length === 0) return `${head} ${factsOf(shape, root.required?.includes(name) === true)}`;
  const example = shape.examples === undefined ? '' : `\n\nExample: ${code(shape.examples[0])}`;
  return `${head}${example}\n\n| key | value | default | meaning | example |\n| --- | --- | --- | --- | --- |\n${rows.join('\n')}`;
}

const factsOf = (shape: Shape, required: boolean): string =>
  `${required ? 'Must be given. ' : ''}Value: ${kindOf(shape)}.`;

/** A row for each key below, deepest last. */
function rowsOf(shape: Shape, path: string): string[] {
  const inner = shape.items ?? (shape.additionalProperties || undefined);
  if (inner !== undefined)
    return rowsOf(inner, `${path}${shape.items === undefined ? `.${placeholder(path)}` : '[]'}`);
  if (shape.anyOf !== undefined) return shape.anyOf.flatMap((branch) => rowsOf(branch, path));
  return Object.entries(shape.properties ?? {}).flatMap(([key, child]) => [
    row(`${path}.${key}`, child, shape.required?.includes(key) === true),
    ...rowsOf(child, `${path}.${key}`),
  ]);
}

const placeholder = (path: string): string =>
  `<${NAMED[path.split('.').at(-1) as keyof typeof NAMED] ?? 'name'}>`;

function row(path: string, shape: Shape, required: boolean): string {
  const key = required ? `**\`${path}\`**` : `\`${path}\``;
  const fallback = shape.default === undefined ? '' : code(shape.default);
  const examples = (shape.examples ?? []).map(code).join(' ');
  return `| ${[key, kindOf(shape), fallback, shape.description ?? '', examples].map(cell).join(' | ')} |`;
}

/** What may stand there, in a few words. */
function kindOf(shape: Shape): string {
  if (shape.const !== undefined) return code(shape.const);
  if (shape.enum !== undefined) return shape.enum.map(code).join(' ');
  if (shape.anyOf !== undefined) return oneOf(shape.anyOf.map(kindOf));
  if (shape.type === 'array') return `list of ${shape.items === undefined ? 'values' : kindOf(shape.items)}`;
  return KINDS[shape.type ?? ''] ?? 'value';
}

/** One of a kind, or a list of that kind, says the kind once. */
function oneOf(kinds: readonly string[]): string {
  const [first, second] = kinds;
  return second === `list of ${first}` ? `${first}, or a list of them` : [...new Set(kinds)].join(' or ');
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  object: 'map',
  boolean: '`true` `false`',
  number: 'number',
  integer: 'whole number',
};

/** A value as YAML would have it in one line. */
function code(value: unknown): string {
  return `\`${flow(value)}\``;
}

function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, inner]) => `${key}: ${flow(inner)}`);
    return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
  }
  return typeof value === 'string' && /^[*!&]/.test(value) ? JSON.stringify(value) : String(value);
}

const cell = (text: string): string => text.replaceAll('|', '\\|');
