/**
 * The members of a request that Sallyport decides by. They must have exactly the type that they should: what two
 * readers could take differently, such as `1.0`, `"100"` or `Model`, is refused.
 */
import { type Refusal, refuse } from '../../core/refusal.ts';
import {
  folded,
  foldedKey,
  type JsonNode,
  type JsonObject,
  type Member,
  memberOf,
  stringValue,
} from '../../json/document.ts';

/** Refuses a request for one of its members. @param what our own words only */
export function invalid(what: string): Refusal {
  return refuse('body_invalid', { detail: what });
}

export interface Rule {
  readonly holds: (text: string, node: JsonNode) => boolean;
  readonly expected: string;
}
export type Rules = ReadonlyMap<string, Rule>;

/** `null` stands for absent, as it does for all providers. */
const orNull = (rule: Rule): Rule => ({
  holds: (text, node) => node.kind === 'null' || rule.holds(text, node),
  expected: rule.expected,
});

export const BOOLEAN = orNull({
  holds: (_, node) => node.kind === 'true' || node.kind === 'false',
  expected: 'must be true or false',
});
export const OBJECT = orNull({ holds: (_, node) => node.kind === 'object', expected: 'must be an object' });

export function whole(least: number, most: number): Rule {
  return orNull({
    holds: (text, node) => {
      const value = wholeNumber(text, node);
      return value !== undefined && value >= least && value <= most;
    },
    expected: `must be a whole number from ${least} to ${most}`,
  });
}

export const TOKENS = whole(0, 2 ** 31 - 1);

/** A model's name is looked up as it is, so it must not have look-alikes: no spaces, no controls, no other scripts. */
export const MODEL: Rule = {
  holds: (text, node) => node.kind === 'string' && /^[\x21-\x7e]{1,256}$/.test(stringValue(text, node)),
  expected: 'must be a name of 1 to 256 printable ASCII characters',
};

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

/** Reads one after the other, up to the first that is refused. */
export function readEach<T>(
  items: readonly T[],
  read: (item: T) => Refusal | undefined,
): Refusal | undefined {
  for (const item of items) {
    const wrong = read(item);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

/** Reads a member that must be a list of objects. */
export function readObjects(
  name: string,
  node: JsonNode,
  read: (item: JsonObject) => Refusal | undefined,
): Refusal | undefined {
  if (node.kind !== 'array') return invalid(`"${name}" must be a list.`);
  return readEach(node.items, (item) =>
    item.kind === 'object' ? read(item) : invalid(`Each of "${name}" must be an object.`),
  );
}

/** Refuses members of a request by which a backend would ask somebody else. */
export function judgeElsewhere({ members }: JsonObject): Refusal | undefined {
  for (const member of members) {
    const name = foldedKey(member);
    if (ELSEWHERE.has(name)) return invalid(`"${name}" is not for clients to say.`);
  }
  return undefined;
}

/** Refuses the first member that is not of the type that its rule wants. */
export function judgeTypes(text: string, members: readonly Member[], rules: Rules): Refusal | undefined {
  for (const { key, value } of members) {
    const rule = rules.get(key);
    if (rule !== undefined && !rule.holds(text, value)) return invalid(`"${key}" ${rule.expected}.`);
  }
  return undefined;
}

/** What all requests have in common: no look-alikes of these names, nothing for elsewhere, and the right types. */
export function judgeMembers(
  text: string,
  root: JsonObject,
  rules: Rules,
  names: Names,
): Refusal | undefined {
  return judgeElsewhere(root) ?? judgeSpelling(root.members, names) ?? judgeTypes(text, root.members, rules);
}

/** Refuses members that name one bound and differ: each reader could choose its own. */
export function judgeSame(text: string, root: JsonNode, first: string, second: string): Refusal | undefined {
  const one = wholeNumber(text, memberOf(root, first));
  const other = wholeNumber(text, memberOf(root, second));
  if (one === undefined || other === undefined || one === other) return undefined;
  return invalid(`"${first}" and "${second}" differ.`);
}

/** Names that must have no look-alikes, by what readers take them for that do not tell cases apart. */
export type Names = ReadonlyMap<string, string>;

export function namesOf(names: Iterable<string>): Names {
  return new Map(Array.from(names, (name) => [folded(name), name]));
}

/**
 * Refuses keys that some readers take for one of the names and others do not; and `__proto__`, which some languages'
 * objects take for something else altogether.
 */
export function judgeSpelling(members: readonly Member[], names: Names): Refusal | undefined {
  for (const member of members) {
    const { key } = member;
    const name = names.get(foldedKey(member));
    if (name !== undefined && name !== key) return invalid(`A key is spelled almost like "${name}".`);
    if (key === '__proto__') return invalid('A key is not allowed in this object.');
  }
  return undefined;
}

/** The value of a number that is written as a plain whole number, without fraction or exponent. */
export function wholeNumber(text: string, node: JsonNode | undefined): number | undefined {
  if (node?.kind !== 'number') return undefined;
  const digits = text.slice(node.start, node.end);
  return /^\d{1,15}$/.test(digits) ? Number(digits) : undefined;
}
