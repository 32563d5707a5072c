/**
 * YAML texts to one value with places. Reports every mistake of form at once; decides nothing about meaning.
 * YAML 1.2: `no` is text, a date is text, `010` is ten. Anchors and aliases may be used within a bound; tags, merge
 * keys, keys that are not text, doubled keys and a second document are mistakes.
 */
import { LineCounter, parseAllDocuments, type YAMLError } from 'yaml';
import { mergeTrees } from './merge.ts';
import { type Mistake, mistakeAt, type Path, type Place } from './mistake.ts';
import { placeOf, plainValue, type Tree } from './tree.ts';
import { readTree } from './yaml-tree.ts';

/** A policy's text and what to call it. */
export interface PolicyText {
  /** The file's name, as mistakes give it. */
  readonly name: string;
  readonly text: string;
}

export interface ParsedPolicy {
  /** Objects have no prototype. */
  readonly value: unknown;
  placeOf(path: Path, at: 'key' | 'value'): Place;
}

export type Parsed = { readonly parsed: ParsedPolicy } | { readonly mistakes: readonly Mistake[] };

/** UTF-16 code units of all texts together: 10 Mi. */
export const MAX_POLICY_LENGTH = 10 * 1024 * 1024;
/** After one slip the YAML parser may report hundreds of errors that follow from it. */
const MOST_SYNTAX_MISTAKES = 20;

/** @param texts in the order in which they are merged */
export function parsePolicy(texts: readonly PolicyText[]): Parsed {
  const tooLarge = checkSize(texts);
  if (tooLarge !== undefined) return { mistakes: [tooLarge] };
  const mistakes: Mistake[] = [];
  const trees = texts.map((text) => readText(text, mistakes)).filter((tree) => tree !== undefined);
  const root = mergeTrees(trees, mistakes);
  if (mistakes.length > 0) return { mistakes };
  if (root === undefined) return { mistakes: [empty(texts)] };
  return { parsed: { value: plainValue(root), placeOf: (path, at) => placeOf(root, path, at) } };
}

function checkSize(texts: readonly PolicyText[]): Mistake | undefined {
  let length = 0;
  for (const { name, text } of texts) {
    length += text.length;
    if (length > MAX_POLICY_LENGTH) {
      return mistakeAt(startOf(name), [], 'expected at most 10 MiB of policy, all files together');
    }
  }
  return undefined;
}

const startOf = (file: string): Place => ({ file, line: 1, column: 1 });

const empty = (texts: readonly PolicyText[]): Mistake =>
  mistakeAt(
    startOf(texts[0]?.name ?? 'policy'),
    [],
    'expected a policy, found nothing: it begins with "version: 1"',
  );

/** @returns undefined for a text of comments only, and for one that cannot be read, with its mistakes added */
function readText({ name, text }: PolicyText, mistakes: Mistake[]): Tree | undefined {
  const lines = new LineCounter();
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file: name, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const documents = [
    ...parseAllDocuments(text, {
      lineCounter: lines,
      prettyErrors: false,
      uniqueKeys: false,
      stringKeys: true,
    }),
  ];
  const errors = documents.flatMap((document) => [...document.errors, ...document.warnings]);
  if (errors.length > 0) {
    mistakes.push(...syntaxMistakes(errors, placeAt));
    return undefined;
  }
  const [document, second] = documents;
  if (document === undefined) return undefined;
  if (second !== undefined) {
    const place = placeAt(second.range[0]);
    mistakes.push(
      mistakeAt(place, [], 'expected one document, found a second: put it into a file of its own'),
    );
    return undefined;
  }
  const { explicit, version } = document.directives.yaml;
  if (explicit === true && version !== '1.2') {
    mistakes.push(mistakeAt(startOf(name), [], `expected YAML 1.2, found YAML ${version}`));
    return undefined;
  }
  return readTree(document, placeAt, mistakes);
}

/** What the parser says again about the same place adds nothing. */
function syntaxMistakes(errors: readonly YAMLError[], placeAt: (offset: number) => Place): Mistake[] {
  const [first] = errors;
  const telling = first?.code === 'RESOURCE_EXHAUSTION' ? [first] : errors.slice(0, MOST_SYNTAX_MISTAKES);
  const distinct = new Map(telling.map((error) => [`${error.pos[0]} ${error.message}`, error]));
  return [...distinct.values()].map((error) => mistakeAt(placeAt(error.pos[0]), [], explain(error)));
}

function explain(error: YAMLError): string {
  if (error.code === 'TAB_AS_INDENT') return 'expected spaces: a tab cannot indent YAML';
  if (error.code === 'RESOURCE_EXHAUSTION') return 'nested too deeply';
  if (error.code === 'TAG_RESOLVE_FAILED' || error.code === 'BAD_COLLECTION_TYPE')
    return 'expected a value without a tag';
  if (error.code === 'NON_STRING_KEY') return 'expected a key that is text';
  return `not YAML: ${error.message}`;
}
