/** A policy text as values that remember where they stand. */
import type { Path, Place } from './mistake.ts';

export type Scalar = string | number | boolean | null;

export interface MapTree {
  readonly kind: 'map';
  readonly place: Place;
  readonly entries: Map<string, MapEntry>;
}

export interface MapEntry {
  /** Where the key stands. */
  readonly place: Place;
  readonly value: Tree;
}

export interface ListTree {
  readonly kind: 'list';
  readonly place: Place;
  readonly items: readonly Tree[];
}

export interface ScalarTree {
  readonly kind: 'scalar';
  readonly place: Place;
  readonly value: Scalar;
}

export type Tree = MapTree | ListTree | ScalarTree;

/** The value alone. Maps become objects without a prototype, so that no key means more than itself. */
export function plainValue(tree: Tree): unknown {
  if (tree.kind === 'scalar') return tree.value;
  if (tree.kind === 'list') return tree.items.map(plainValue);
  const out: Record<string, unknown> = Object.create(null);
  for (const [key, entry] of tree.entries) out[key] = plainValue(entry.value);
  return out;
}

/**
 * Where the value at a path stands, or its key. What is not there stands where its nearest ancestor's key does.
 * @param at for a list's item, `key` and `value` are the same
 */
export function placeOf(root: Tree, path: Path, at: 'key' | 'value'): Place {
  let tree = root;
  let key = root.place;
  for (const step of path) {
    const child = childOf(tree, step);
    if (child === undefined) return key;
    key = child.place;
    tree = child.value;
  }
  return at === 'key' ? key : tree.place;
}

function childOf(tree: Tree, step: string | number): MapEntry | undefined {
  if (tree.kind === 'map') return tree.entries.get(String(step));
  const item = tree.kind === 'list' && typeof step === 'number' ? tree.items[step] : undefined;
  return item === undefined ? undefined : { place: item.place, value: item };
}
