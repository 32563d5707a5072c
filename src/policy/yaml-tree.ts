/**
 * A parsed YAML document to a tree of ours. Aliases are resolved here, by the anchors met so far, with one look-up
 * each and a bound on what they may unfold to in all, so that no document grows much beyond its text.
 */
import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';
import { type Mistake, mistakeAt, type Path, type Place } from './mistake.ts';
import type { MapEntry, Scalar, Tree } from './tree.ts';

/** Values in all; those that an alias repeats count again. */
const MAX_VALUES = 2_000_000;
/** A policy needs eight. */
const MAX_DEPTH = 32;

interface Anchored {
  readonly tree: Tree;
  /** Values in it. */
  readonly size: number;
  /** Levels in it. */
  readonly height: number;
}

/** @returns undefined where the document is empty or a mistake was added */
export function readTree(
  document: Document,
  placeAt: (offset: number) => Place,
  mistakes: Mistake[],
): Tree | undefined {
  if (document.contents === null) return undefined;
  const before = mistakes.length;
  const tree = new TreeReader(placeAt, mistakes).read(document.contents, [], 0)?.tree;
  if (tree === undefined || mistakes.length > before) return undefined;
  return tree.kind === 'scalar' && tree.value === null ? undefined : tree;
}

class TreeReader {
  readonly #placeAt: (offset: number) => Place;
  readonly #mistakes: Mistake[];
  readonly #anchors = new Map<string, Anchored>();
  #values = 0;

  constructor(placeAt: (offset: number) => Place, mistakes: Mistake[]) {
    this.#placeAt = placeAt;
    this.#mistakes = mistakes;
  }

  /** Once the bound is passed, nothing more is read; one mistake says so. */
  read(node: Node, path: Path, depth: number): Anchored | undefined {
    const place = this.#place(node);
    if (depth > MAX_DEPTH)
      return this.#fail(place, path, `nested too deeply: expected at most ${MAX_DEPTH} levels`);
    if (!this.#count(1, place, path)) return undefined;
    if (isAlias(node)) return this.#unfold(node.source, place, path, depth);
    const read = this.#readContent(node, place, path, depth);
    const anchor = (node as { anchor?: string }).anchor;
    if (read !== undefined && anchor !== undefined) this.#anchors.set(anchor, read);
    return read;
  }

  #readContent(node: Node, place: Place, path: Path, depth: number): Anchored | undefined {
    if (isMap(node)) return this.#readMap(node, place, path, depth);
    if (isSeq(node)) return this.#readList(node.items as Node[], place, path, depth);
    const value = isScalar(node) ? node.value : undefined;
    if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) {
      return { tree: { kind: 'scalar', place, value: value as Scalar }, size: 1, height: 0 };
    }
    return this.#fail(place, path, 'expected text, a number, true or false, a list or a map');
  }

  #readList(items: readonly Node[], place: Place, path: Path, depth: number): Anchored {
    const read = items
      .map((item, i) => this.read(item, [...path, i], depth + 1))
      .filter((item) => item !== undefined);
    return { tree: { kind: 'list', place, items: read.map((item) => item.tree) }, ...extent(read) };
  }

  #readMap(map: YAMLMap, place: Place, path: Path, depth: number): Anchored {
    const entries = new Map<string, MapEntry>();
    const read: Anchored[] = [];
    for (const pair of map.items as Pair<Node, Node | null>[]) {
      const key = isScalar(pair.key) ? String(pair.key.value) : '';
      const keyPlace = this.#place(pair.key);
      if (!this.#isNewKey(key, keyPlace, path, entries)) continue;
      const value =
        pair.value === null ? nothingAt(keyPlace) : this.read(pair.value, [...path, key], depth + 1);
      if (value === undefined) continue;
      entries.set(key, { place: keyPlace, value: value.tree });
      read.push(value);
    }
    return { tree: { kind: 'map', place, entries }, ...extent(read) };
  }

  /** `__proto__` is refused because too much code between here and a decision would lose it silently. */
  #isNewKey(key: string, place: Place, path: Path, entries: ReadonlyMap<string, MapEntry>): boolean {
    const before = entries.get(key);
    const name = JSON.stringify(key);
    if (before !== undefined) {
      this.#fail(place, [...path, key], `the key ${name} stands twice: first in line ${before.place.line}`);
    } else if (key === '__proto__' || key === '<<') {
      this.#fail(place, [...path, key], `unknown key ${name}`);
    } else {
      return true;
    }
    return false;
  }

  #unfold(anchor: string, place: Place, path: Path, depth: number): Anchored | undefined {
    const found = this.#anchors.get(anchor);
    if (found === undefined) {
      return this.#fail(place, path, `the alias *${anchor} has no anchor &${anchor} that ends before it`);
    }
    if (depth + found.height > MAX_DEPTH) {
      return this.#fail(place, path, `nested too deeply: expected at most ${MAX_DEPTH} levels`);
    }
    return this.#count(found.size, place, path) ? found : undefined;
  }

  #count(values: number, place: Place, path: Path): boolean {
    const within = this.#values <= MAX_VALUES;
    this.#values += values;
    if (within && this.#values > MAX_VALUES)
      this.#fail(place, path, 'too many values, repeated by aliases or not');
    return this.#values <= MAX_VALUES;
  }

  #place(node: Node): Place {
    return this.#placeAt(node.range?.[0] ?? 0);
  }

  #fail(place: Place, path: Path, message: string): undefined {
    this.#mistakes.push(mistakeAt(place, path, message));
    return undefined;
  }
}

const nothingAt = (place: Place): Anchored => ({
  tree: { kind: 'scalar', place, value: null },
  size: 1,
  height: 0,
});

function extent(parts: readonly Anchored[]): Pick<Anchored, 'size' | 'height'> {
  let size = 1;
  let height = 0;
  for (const part of parts) {
    size += part.size;
    height = Math.max(height, part.height + 1);
  }
  return { size, height };
}
