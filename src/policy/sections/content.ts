/** What an organization itself looks for, as detectors, and as judges of whole texts. */
import { schemaJudge } from '../../guards/own/answer-schema.ts';
import { codeJudge } from '../../guards/own/code.ts';
import { languageJudge } from '../../guards/own/languages.ts';
import { linkDetector } from '../../guards/own/links.ts';
import { patternDetector } from '../../guards/own/pattern.ts';
import { requiredJudge } from '../../guards/own/required.ts';
import { topicJudge } from '../../guards/own/topic.ts';
import { wordDetector } from '../../guards/own/words.ts';
import type { Own } from '../../guards/rules.ts';
import type { Config, Entry } from '../config.ts';
import type { Report } from '../report.ts';
import type { ContentConfig } from '../schema/content.ts';

/** The category of its finding types. */
const CONTENT = 'content.';

/** @returns detectors and judges by finding type, `content.` and the name of each */
export function compileContent(config: Config, report: Report): ReadonlyMap<string, Own> {
  const all = new Map<string, Own>();
  for (const [name, entry] of config.content) {
    const own = ownOf(CONTENT + name, entry, report);
    if (own !== undefined) all.set(CONTENT + name, own);
  }
  return all;
}

function ownOf(type: string, { path, value }: Entry<ContentConfig>, report: Report): Own | undefined {
  const { words, pattern, links, languages, code, topic, schema, required } = value;
  const orProblem = (made: Own | { readonly problem: string }, key: string, expected: string) => {
    if (!('problem' in made)) return made;
    report.error([...path, key], `expected ${expected}: ${made.problem}`);
    return undefined;
  };
  if (links !== undefined) return linkDetector(type, listOf(links));
  if (languages !== undefined) return languageJudge(type, listOf(languages));
  if (code !== undefined) return codeJudge(type, listOf(code));
  if (topic !== undefined) return topicJudge(type, topic);
  if (schema !== undefined) return orProblem(schemaJudge(type, schema), 'schema', 'a JSON Schema');
  if (required !== undefined) return requiredJudge(type, required);
  if (pattern !== undefined) return orProblem(patternDetector(type, pattern), 'pattern', 'a pattern');
  return wordDetector(type, words ?? []);
}

interface Lists<A, D> {
  readonly allow?: readonly A[] | undefined;
  readonly deny?: readonly D[] | undefined;
}

function listOf<A, D>({ allow, deny = [] }: Lists<A, D>): { allow: readonly A[] } | { deny: readonly D[] } {
  return allow === undefined ? { deny } : { allow };
}

/** What is about texts as a whole: `whole` for what only a text that is all there can be. */
export function spanOf({
  languages,
  code,
  topic,
  schema,
  required,
}: ContentConfig): 'part' | 'passage' | 'whole' {
  if (schema !== undefined || required !== undefined) return 'whole';
  return (languages ?? code ?? topic) === undefined ? 'part' : 'passage';
}

/** The types that a pattern such as `content.*` stands for; undefined for one that is about something else. */
export function expandContent(pattern: string, { declared }: Config): readonly string[] | undefined {
  if (pattern !== 'content' && !pattern.startsWith(CONTENT)) return undefined;
  const types = [...declared.content].map((name) => CONTENT + name);
  return pattern === 'content' || pattern === 'content.*' ? types : types.filter((type) => type === pattern);
}
