/**
 * Configuration as plain objects, and as YAML with the reasons beside it. An object carries its comments under a
 * symbol, so whoever reads it as data sees nothing but data.
 */
import { Document, isMap, isScalar, isSeq, type Node } from 'yaml';

/** A mapping of a configuration file. */
export type Tree = { readonly [key: string]: unknown };

const REASONS = Symbol('reasons');

/** Gives keys of an object a comment each, written above them. */
export function explain<T extends Tree>(tree: T, reasons: { readonly [K in keyof T]?: string }): T {
  Object.defineProperty(tree, REASONS, { value: reasons, enumerable: false });
  return tree;
}

/**
 * Writes documents as one YAML stream, keys in the order they were given.
 * @param head a comment before the first document
 */
export function toYaml(documents: readonly Tree[], head: string): string {
  const texts = documents.map((tree) => {
    const document = new Document(tree, { aliasDuplicateObjects: false });
    annotate(document.contents, tree);
    return document.toString({ lineWidth: 120, flowCollectionPadding: false, blockQuote: 'literal' });
  });
  const comment = head.trim().replaceAll(/^/gm, '# ').replaceAll(/ +$/gm, '');
  return `${comment}\n${texts.join('---\n')}`;
}

function annotate(node: Node | null, value: unknown): void {
  if (isSeq(node) && Array.isArray(value)) {
    node.items.forEach((item, i) => {
      annotate(item as Node, value[i]);
    });
  }
  if (!isMap(node)) return;
  const tree = value as Tree;
  const reasons = (tree as { [REASONS]?: Record<string, string> })[REASONS];
  for (const { key, value: child } of node.items) {
    if (!isScalar(key)) continue;
    const reason = reasons?.[String(key.value)];
    if (reason !== undefined) key.commentBefore = reason.replaceAll(/^/gm, ' ');
    annotate(child as Node | null, tree[String(key.value)]);
  }
}
