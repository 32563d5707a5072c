/** What readers of features have in common. */
import { EFFORTS, type Feature, type FeatureUse } from '../../core/feature.ts';
import { type JsonNode, memberOf, stringValue } from '../../json/document.ts';

/** A field that nobody knows and whose name says that it is about more than text. */
const NAMES_A_TOOL =
  /tool|search|plugin|mcp|connector|brows|crawl|fetch|code|interpret|exec|shell|agent|retriev|extension|web|action|skill|computer/i;

/** What a member asks for that nobody knows. */
export function unknownFeature(key: string): Feature {
  return NAMES_A_TOOL.test(key) ? 'unknown_tools' : 'unknown_fields';
}

/** How much a request asks for that leaves it to the model. */
export const NO_END = Number.POSITIVE_INFINITY;

/** The place of an effort among all; what is not a known word may be any. */
export function effortOf(word: string): number {
  const place = EFFORTS.indexOf(word.toLowerCase() as (typeof EFFORTS)[number]);
  return place < 0 ? NO_END : place;
}

/** Tokens that each effort but the most may reason with, where a request says tokens instead of a word. */
const EFFORT_TOKENS = [0, 1024, 6400, 16_000, 32_000, 32_000];

/** The least effort that may reason with so many tokens. */
export function effortOfTokens(tokens: number): number {
  const place = EFFORT_TOKENS.findIndex((most) => tokens <= most);
  return place < 0 ? EFFORTS.length - 1 : place;
}

/** The most tokens that an effort may reason with. */
export function tokensOfEffort(effort: number): number {
  return EFFORT_TOKENS[effort] ?? NO_END;
}

/** The longest answer that a request allows; `undefined` stands for one that it leaves open. */
export function outputUse(bounds: readonly (number | undefined)[]): FeatureUse {
  const stated = bounds.filter((bound) => bound !== undefined);
  return { feature: 'max_output_tokens', amount: stated.length === 0 ? NO_END : Math.max(...stated) };
}

/** More answers than one. */
export function copiesUse(text: string, value: JsonNode): readonly FeatureUse[] {
  const amount = numberIn(text, value) ?? NO_END;
  return amount <= 1 ? [] : [{ feature: 'n', amount }];
}

/** `null` and `false` ask for nothing. */
export function asks({ kind }: JsonNode): boolean {
  return kind !== 'null' && kind !== 'false';
}

/** Where a list belongs, some readers take a single thing as well. */
export function oneOrMore(node: JsonNode): readonly JsonNode[] {
  return node.kind === 'array' ? node.items : [node];
}

export function itemsOf(node: JsonNode | undefined): readonly JsonNode[] {
  return node?.kind === 'array' ? node.items : [];
}

/** The text of a string, '' of anything else. */
export function wordOf(text: string, node: JsonNode | undefined): string {
  return node?.kind === 'string' ? stringValue(text, node) : '';
}

/** The text that a member holds. */
export function textIn(text: string, node: JsonNode | undefined, key: string): string | undefined {
  const member = node === undefined ? undefined : memberOf(node, key);
  return member?.kind === 'string' ? stringValue(text, member) : undefined;
}

/** The value of a number; governed ones are plain whole numbers, every other was refused. */
export function numberIn(text: string, node: JsonNode | undefined): number | undefined {
  return node?.kind === 'number' ? Number(text.slice(node.start, node.end)) : undefined;
}
