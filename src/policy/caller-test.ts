/** Which callers `to` means: of a grant, and of a limit. */
import { ATTRIBUTES, type Principal } from '../core/principal.ts';
import { isGlob } from './glob.ts';
import { namesTest } from './model-patterns.ts';
import type { GrantConfig } from './schema/grants.ts';

/** What `to` may name by value. */
export type Facet = (typeof ATTRIBUTES)[number] | 'groups';

/** What is left out cannot be looked up. */
export const isPattern = (value: string): boolean => isGlob(value) || value.startsWith('!');

export const valuesAt = (to: GrantConfig['to'], facet: Facet | undefined): readonly string[] =>
  (to === 'any' || facet === undefined ? undefined : to[facet]) ?? [];

/** One thing that `to` asks of a principal, by the name that it has in the policy. */
interface FacetTest {
  readonly name: string;
  readonly holds: (principal: Principal) => boolean;
}

/**
 * Every facet given must match: one of the principal's values is named, and none of them left out. An attribute that
 * the principal lacks matches nothing; but where only names are left out, lacking it is no reason.
 * @returns which facet does not, in words
 */
export function failingTest(to: GrantConfig['to']): (principal: Principal) => string | undefined {
  const tests = testsOf(to);
  return (principal) => {
    for (const { name, holds } of tests) if (!holds(principal)) return name;
    return undefined;
  };
}

function testsOf(to: GrantConfig['to']): readonly FacetTest[] {
  if (to === 'any') return [];
  const tests: FacetTest[] = [];
  for (const facet of ATTRIBUTES) {
    const values = valuesAt(to, facet);
    if (values.length > 0) tests.push({ name: facet, holds: attributeTest(facet, values) });
  }
  if (to.groups !== undefined) {
    const named = namesTest(to.groups);
    tests.push({ name: 'groups', holds: ({ groups }) => named(groups) });
  }
  for (const [label, patterns] of Object.entries(to.labels ?? {})) {
    const named = namesTest(patterns);
    tests.push({ name: `labels.${label}`, holds: (principal) => named(labelOf(principal, label)) });
  }
  if (to.method !== undefined) {
    const named = namesTest(to.method);
    tests.push({ name: 'method', holds: ({ methods }) => named(methods) });
  }
  return tests;
}

/** Most grants name one tenant or team, plainly: that is one comparison. */
function attributeTest(facet: (typeof ATTRIBUTES)[number], values: readonly string[]): FacetTest['holds'] {
  const [only, more] = values;
  if (only !== undefined && more === undefined && !isPattern(only))
    return (principal) => principal[facet] === only;
  const named = namesTest(values);
  return (principal) => {
    const value = principal[facet];
    return named(value === undefined ? [] : [value]);
  };
}

function labelOf({ labels }: Principal, name: string): readonly string[] {
  if (labels === undefined || !Object.hasOwn(labels, name)) return [];
  const label = labels[name];
  return label === undefined ? [] : [label];
}
