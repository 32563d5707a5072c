/** How the answers of each kind of analyzer read. What does not read as it should is no answer: nobody guesses. */

import { byPlace, type Finding } from '../core/finding.ts';
import type { AnalyzerSource } from '../core/ports.ts';
import type { Role } from '../core/text.ts';

/** More of them in one text are a fault of the analyzer's. */
const MOST_FINDINGS = 1000;
const KIND = /[^a-z0-9]+/g;
const LONGEST_KIND = 48;

/** A question to an analyzer, and how its answer reads. */
export interface Protocol {
  /** JSON to be posted. */
  question(source: AnalyzerSource, text: string, role: Role): unknown;
  /** @returns undefined where the answer cannot be read */
  read(answer: unknown, source: AnalyzerSource, text: string): readonly Finding[] | undefined;
}

/** Presidio's analyzer: `POST /analyze`. Places are counted in code points. */
const presidio: Protocol = {
  question: ({ language = 'en' }, text) => ({ text, language }),
  read(answer, source, text) {
    if (!Array.isArray(answer)) return undefined;
    return readAll(answer, source, text, (one) => ({ ...one, type: one.entity_type }));
  },
};

/** OpenAI's `POST /v1/moderations`, and who speaks it. */
const moderation: Protocol = {
  question: ({ model }, text) => ({ input: text, ...(model !== undefined && { model }) }),
  read(answer, { name }, text) {
    const results = isMap(answer) ? answer.results : undefined;
    const [result] = Array.isArray(results) && results.length === 1 ? results : [];
    if (!isMap(result) || !isMap(result.category_scores)) return undefined;
    const findings: Finding[] = [];
    for (const [category, score] of Object.entries(result.category_scores)) {
      // The omni models leave out what they do not judge.
      if (score === null) continue;
      const type = typeOf(name, category);
      if (!isScore(score) || type === undefined) return undefined;
      findings.push({ type, score, start: 0, end: text.length });
    }
    return findings.length > MOST_FINDINGS ? undefined : findings;
  },
};

const SAFE = /^\s*safe\s*$/i;
const UNSAFE = /^\s*unsafe\s*(?:\n\s*(?<kinds>[A-Za-z0-9]{1,8}(?:\s*,\s*[A-Za-z0-9]{1,8}){0,31})\s*)?$/i;
const VERDICT = /^\s*(?:<score>)?\s*(?<verdict>yes|no)\b[\s\S]{0,2000}$/i;

/**
 * A model that judges: `POST /v1/chat/completions`. Llama Guard says `safe`, or `unsafe` and the kinds in the next line;
 * ShieldGemma and Granite Guardian say whether the text is harmful, `Yes` or `No` first.
 */
const guard: Protocol = {
  question: ({ model, prompt = '{text}' }, text) => ({
    model,
    messages: [{ role: 'user', content: prompt.replace('{text}', () => text) }],
    temperature: 0,
    max_tokens: 64,
  }),
  read(answer, { name }, text) {
    const said = saidIn(answer);
    if (said === undefined) return undefined;
    if (SAFE.test(said)) return [];
    const verdict = VERDICT.exec(said)?.groups?.verdict?.toLowerCase();
    if (verdict === 'no') return [];
    const unsafe = UNSAFE.exec(said);
    if (unsafe === null && verdict === undefined) return undefined;
    const kinds = unsafe?.groups?.kinds?.split(',') ?? ['unsafe'];
    const whole = { score: 1, start: 0, end: text.length };
    return kinds.map((kind) => ({ ...whole, type: typeOf(name, kind) ?? typeOf(name, 'unsafe') ?? '' }));
  },
};

function saidIn(answer: unknown): string | undefined {
  const choices = isMap(answer) ? answer.choices : undefined;
  const [choice] = Array.isArray(choices) ? choices : [];
  const message = isMap(choice) ? choice.message : undefined;
  const content = isMap(message) ? message.content : undefined;
  return typeof content === 'string' ? content : undefined;
}

/** Anybody: `{ "text", "role" }` to `{ "findings": [{ "type", "score", "start", "end" }] }`, places in code points. */
const webhook: Protocol = {
  question: (_, text, role) => ({ text, role }),
  read(answer, source, text) {
    const findings = isMap(answer) ? answer.findings : undefined;
    return Array.isArray(findings) ? readAll(findings, source, text, (one) => one) : undefined;
  },
};

export const PROTOCOLS: Readonly<Record<AnalyzerSource['kind'], Protocol>> = {
  presidio,
  moderation,
  guard,
  webhook,
};

type Fields = Readonly<Record<string, unknown>>;

/** Findings with a place of their own, or of the whole text; all of them, or none where one is wrong. */
function readAll(
  all: readonly unknown[],
  { name }: AnalyzerSource,
  text: string,
  fieldsOf: (one: Fields) => Fields,
): readonly Finding[] | undefined {
  if (all.length > MOST_FINDINGS) return undefined;
  const places = placesIn(text);
  const findings: Finding[] = [];
  for (const one of all) {
    if (!isMap(one)) return undefined;
    const { type: kind, score = 1, start = 0, end = places.length - 1 } = fieldsOf(one);
    const type = typeof kind === 'string' ? typeOf(name, kind) : undefined;
    const from = typeof start === 'number' ? places[start] : undefined;
    const to = typeof end === 'number' ? places[end] : undefined;
    if (type === undefined || from === undefined || to === undefined || to <= from || !isScore(score))
      return undefined;
    findings.push({ type, score, start: from, end: to });
  }
  return findings.sort(byPlace);
}

/** Where each code point begins, in UTF-16 code units, and the end. */
function placesIn(text: string): readonly number[] {
  const places: number[] = [];
  let at = 0;
  for (const point of text) {
    places.push(at);
    at += point.length;
  }
  places.push(at);
  return places;
}

/** `hate/threatening` is `analyzer.<name>.hate_threatening`. */
function typeOf(name: string, kind: string): string | undefined {
  if (kind.length > LONGEST_KIND) return undefined;
  const plain = kind.toLowerCase().replace(KIND, '_').replace(/^_|_$/g, '');
  return plain === '' ? undefined : `analyzer.${name}.${plain}`;
}

function isScore(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= 1;
}

function isMap(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
