/**
 * The members of a request that Sallyport decides by. They must have exactly the type that they should: what two
 * readers could take differently, such as `1.0`, `"100"` or `Model`, is refused.
 */
import type { Operation } from '../../core/operation.ts';
import { type Refusal, refuse } from '../../core/refusal.ts';
import { type JsonNode, type JsonObject, type Member, memberOf, stringValue } from '../../json/document.ts';
import { KNOWN } from './request-fields.ts';

/** Refuses a request for one of its members. @param what our own words only */
export function invalid(what: string): Refusal {
  return refuse('body_invalid', { detail: what });
}

interface Rule {
  readonly holds: (text: string, node: JsonNode) => boolean;
  readonly expected: string;
}

/** `null` stands for absent, as it does for OpenAI. */
const orNull = (rule: Rule): Rule => ({
  holds: (text, node) => node.kind === 'null' || rule.holds(text, node),
  expected: rule.expected,
});

const BOOLEAN = orNull({
  holds: (_, node) => node.kind === 'true' || node.kind === 'false',
  expected: 'must be true or false',
});
const OBJECT = orNull({ holds: (_, node) => node.kind === 'object', expected: 'must be an object' });

function whole(least: number, most: number): Rule {
  return orNull({
    holds: (text, node) => {
      const value = wholeNumber(text, node);
      return value !== undefined && value >= least && value <= most;
    },
    expected: `must be a whole number from ${least} to ${most}`,
  });
}

const TOKENS = whole(0, 2 ** 31 - 1);
const COPIES = whole(1, 128);

/** A model's name is looked up as it is, so it must not have look-alikes: no spaces, no controls, no other scripts. */
const MODEL: Rule = {
  holds: (text, node) => node.kind === 'string' && /^[\x21-\x7e]{1,256}$/.test(stringValue(text, node)),
  expected: 'must be a name of 1 to 256 printable ASCII characters',
};

const RULES: ReadonlyMap<string, Rule> = new Map([
  ['model', MODEL],
  ['stream', BOOLEAN],
  ['stream_options', OBJECT],
  ['n', COPIES],
  ['best_of', COPIES],
  ['max_tokens', TOKENS],
  ['max_completion_tokens', TOKENS],
  ['max_output_tokens', TOKENS],
  ['store', BOOLEAN],
  ['background', BOOLEAN],
]);

const STREAM_RULES: ReadonlyMap<string, Rule> = new Map([['include_usage', BOOLEAN]]);

/** Members that would have the backend ask somebody else, or with another credential, than the policy says. */
const ELSEWHERE = new Set([
  'api_base',
  'base_url',
  'api_key',
  'api_version',
  'extra_headers',
  'extra_body',
  'extra_query',
  'custom_host',
  'custom_llm_provider',
  'headers',
]);

function judgeElsewhere({ members }: JsonObject): Refusal | undefined {
  const found = members.map(({ key }) => folded(key)).find((key) => ELSEWHERE.has(key));
  return found === undefined ? undefined : invalid(`"${found}" is not for clients to say.`);
}

/** @returns the first thing that is wrong with the governed members */
export function judgeGoverned(operation: Operation, text: string, root: JsonObject): Refusal | undefined {
  return (
    judgeElsewhere(root) ??
    judgeSpelling(root.members, KNOWN) ??
    judgeTools(memberOf(root, 'tools')) ??
    judgeTypes(text, root.members, RULES) ??
    (memberOf(root, 'model') === undefined && operation.name !== 'batches.create'
      ? invalid('"model" is missing.')
      : undefined) ??
    judgeTokenBounds(text, root) ??
    judgeStreamOptions(text, memberOf(root, 'stream_options'))
  );
}

function judgeTypes(
  text: string,
  members: readonly Member[],
  rules: ReadonlyMap<string, Rule>,
): Refusal | undefined {
  for (const { key, value } of members) {
    const rule = rules.get(key);
    if (rule !== undefined && !rule.holds(text, value)) return invalid(`"${key}" ${rule.expected}.`);
  }
  return undefined;
}

/** Both name the same bound: two values would let each reader choose its own. */
function judgeTokenBounds(text: string, root: JsonObject): Refusal | undefined {
  const older = wholeNumber(text, memberOf(root, 'max_tokens'));
  const newer = wholeNumber(text, memberOf(root, 'max_completion_tokens'));
  if (older === undefined || newer === undefined || older === newer) return undefined;
  return invalid('"max_tokens" and "max_completion_tokens" differ.');
}

const TOOL_NAMES = new Set([
  'type',
  'function',
  'name',
  'server_url',
  'connector_id',
  'allowed_tools',
  'require_approval',
]);

function judgeTools(tools: JsonNode | undefined): Refusal | undefined {
  for (const tool of tools?.kind === 'array' ? tools.items : []) {
    const wrong = tool.kind === 'object' ? judgeSpelling(tool.members, TOOL_NAMES) : undefined;
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function judgeStreamOptions(text: string, options: JsonNode | undefined): Refusal | undefined {
  if (options?.kind !== 'object') return undefined;
  return (
    judgeSpelling(options.members, new Set(STREAM_RULES.keys())) ??
    judgeTypes(text, options.members, STREAM_RULES)
  );
}

/** A key as readers that do not tell cases apart take it: Go's JSON folds them, to the point that `ſ` is an `s`. */
export function folded(key: string): string {
  return /^[a-z0-9_]*$/.test(key) ? key : key.toUpperCase().toLowerCase();
}

/**
 * Refuses keys that some readers take for one of the names and others do not, and `__proto__`, which some languages'
 * objects take for something else altogether.
 */
export function judgeSpelling(members: readonly Member[], names: ReadonlySet<string>): Refusal | undefined {
  for (const { key } of members) {
    if (key === '__proto__') return invalid('A key is not allowed in this object.');
    const name = folded(key);
    if (name !== key && names.has(name)) return invalid(`A key is spelled almost like "${name}".`);
  }
  return undefined;
}

/** The value of a number that is written as a plain whole number, without fraction or exponent. */
function wholeNumber(text: string, node: JsonNode | undefined): number | undefined {
  if (node?.kind !== 'number') return undefined;
  const digits = text.slice(node.start, node.end);
  return /^\d{1,15}$/.test(digits) ? Number(digits) : undefined;
}
