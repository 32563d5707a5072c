/**
 * Several files, one policy: sections grow, and what is said once is said in one place. Entries of models, backends
 * and tenants come together by name, grants, limits, guardrails and keys in the order of the files' names. Whatever
 * else stands in two files is a mistake that names both, even where both say the same; only `version` may repeat.
 */
import { type Mistake, mistakeAt, type Path, spell } from './mistake.ts';
import type { ListTree, MapEntry, MapTree, ScalarTree, Tree } from './tree.ts';

const GROWING_MAPS = new Set(['', 'identity', 'identity.apiKeys', 'models', 'backends', 'tenants']);
const GROWING_LISTS = new Set(['grants', 'limits', 'guardrails', 'identity.apiKeys.keys']);

/** Merges in the order given; mistakes are added to the list. */
export function mergeTrees(trees: readonly Tree[], mistakes: Mistake[]): Tree | undefined {
  const [first, ...rest] = trees;
  return rest.reduce<Tree | undefined>(
    (merged, next) => (merged === undefined ? next : mergeRoots(merged, next, mistakes)),
    first,
  );
}

function mergeRoots(a: Tree, b: Tree, mistakes: Mistake[]): Tree {
  if (a.kind === 'map' && b.kind === 'map') return mergeMaps(a, b, [], mistakes);
  const odd = a.kind === 'map' ? b : a;
  mistakes.push(mistakeAt(odd.place, [], 'expected a map of sections, such as models and grants'));
  return a;
}

function mergeMaps(a: MapTree, b: MapTree, path: Path, mistakes: Mistake[]): MapTree {
  const entries = new Map(a.entries);
  for (const [key, entry] of b.entries) {
    const before = entries.get(key);
    entries.set(key, before === undefined ? entry : mergeEntries(before, entry, [...path, key], mistakes));
  }
  return { kind: 'map', place: a.place, entries };
}

function mergeEntries(a: MapEntry, b: MapEntry, path: Path, mistakes: Mistake[]): MapEntry {
  const name = spell(path);
  if (a.value.kind === 'map' && b.value.kind === 'map' && GROWING_MAPS.has(name)) {
    return { place: a.place, value: mergeMaps(a.value, b.value, path, mistakes) };
  }
  if (a.value.kind === 'list' && b.value.kind === 'list' && GROWING_LISTS.has(name)) {
    return { place: a.place, value: appendLists(a.value, b.value) };
  }
  if (name === 'version' && sameScalar(a.value, b.value)) return a;
  const { file, line, column } = a.place;
  mistakes.push(
    mistakeAt(b.place, path, `already given at ${file}:${line}:${column}: expected it in one file only`),
  );
  return a;
}

const appendLists = (a: ListTree, b: ListTree): ListTree => ({
  kind: 'list',
  place: a.place,
  items: [...a.items, ...b.items],
});

const sameScalar = (a: Tree, b: Tree): boolean => scalar(a) !== undefined && scalar(a) === scalar(b);

const scalar = (tree: Tree): ScalarTree['value'] | undefined =>
  tree.kind === 'scalar' ? tree.value : undefined;
