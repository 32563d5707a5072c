/** `sallyport scan`: what the detectors see in texts of one's own, and what the assessor says of them. */
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { byPlace, type Finding } from '../core/finding.ts';
import type { SecondLook } from '../core/ports.ts';
import {
  ASSESSMENTS,
  type Assessor,
  INJECTION,
  ModelError,
  makeAssessor,
  type Reading,
  slicesOf,
} from '../guards/assess/assessor.ts';
import { lookedAtAgain } from '../guards/assess/closely.ts';
import { loadModel } from '../guards/assess/load.ts';
import { DETECTORS } from '../guards/registry.ts';
import { compileScanner, type Scanner } from '../guards/scan.ts';
import { SettingError } from './settings.ts';

/** A finding as programs get it: places count code points of the raw text. */
interface Reported {
  readonly category: string;
  readonly type: string;
  readonly score: number;
  readonly start: number;
  readonly end: number;
  /** `raw`, or how the text was decoded to see it. */
  readonly view: string;
}

/** What looks at texts here. */
export interface Looking {
  readonly scanner: Scanner;
  readonly assessor: Assessor;
  readonly second: SecondLook;
}

/** What was assessed counts as found from here on; scores below are given all the same. */
const FOUND = 0.5;
const DIGITS = 4;

/**
 * All detectors; what a policy would do with the findings does not matter here.
 * @param second whom to ask about what the assessor is unsure of
 * @throws SettingError if the model file is missing or damaged
 */
export function defaultLooking(second: SecondLook): Looking {
  const scanner = compileScanner(DETECTORS.map((detector) => detector.type));
  try {
    return { scanner, assessor: makeAssessor(loadModel()), second };
  } catch (error) {
    if (error instanceof ModelError) throw new SettingError(error.message);
    throw error;
  }
}

/** A text, and whose it is. */
interface Asked {
  readonly text: string;
  readonly role?: unknown;
  readonly direction?: unknown;
}

interface Scanned {
  readonly scores: Record<string, number>;
  readonly findings: readonly Reported[];
}

const INDIRECT = new Set(['tool', 'function', 'tool_result', 'file', 'document', 'web', 'search', 'context']);
const SYSTEM = new Set(['system', 'developer']);
const OUTPUT = new Set(['assistant', 'model', 'output']);

function readingOf({ role, direction }: Asked): Reading {
  if (direction === 'output') return 'output';
  if (typeof role !== 'string') return 'direct';
  if (INDIRECT.has(role)) return 'indirect';
  if (SYSTEM.has(role)) return 'system';
  return OUTPUT.has(role) ? 'output' : 'direct';
}

/** Findings and scores of one text, with places that do not depend on how a language counts characters. */
export async function scanText(asked: Asked, looking: Looking): Promise<Scanned> {
  const { text } = asked;
  const { scanner } = looking;
  const assessed = await assessAll(text, readingOf(asked), looking);
  const seen = scanner.find(text).map((finding) => ({ view: 'raw', ...finding }));
  const scores = new Map<string, number>(
    ASSESSMENTS.filter((type) => type === INJECTION || type.startsWith('harm.')).map((type) => [type, 0]),
  );
  for (const { type, score } of [...seen, ...assessed])
    scores.set(type, Math.max(rounded(score), scores.get(type) ?? 0));
  const found = [...seen, ...assessed.filter(({ score }) => score >= FOUND)];
  const toPoint = pointCounter(text);
  const findings = found.sort(byPlace).map(({ type, score, start, end, view }) => ({
    category: type.split('.', 1)[0] ?? type,
    type,
    score: rounded(score),
    start: toPoint(start),
    end: toPoint(end),
    view,
  }));
  return { scores: Object.fromEntries(scores), findings };
}

/** Slice by slice; what stands in two slices counts once, and what is about a whole slice once for the text. */
async function assessAll(
  text: string,
  reading: Reading,
  { assessor, second }: Looking,
): Promise<readonly (Finding & { view: string })[]> {
  const best = new Map<string, Finding & { view: string }>();
  const slices = slicesOf(text);
  for (const { text: slice, start } of slices) {
    for (const one of await lookedAtAgain(slice, reading, assessor.assess(slice, reading), second)) {
      const whole = one.start === 0 && one.end === slice.length;
      const place = whole
        ? { start: 0, end: text.length }
        : { start: one.start + start, end: one.end + start };
      const key = whole ? one.type : `${one.type} ${place.start} ${place.end}`;
      if ((best.get(key)?.score ?? -1) < one.score) best.set(key, { view: 'raw', ...one, ...place });
    }
  }
  return [...best.values()];
}

function rounded(score: number): number {
  return Number(score.toFixed(DIGITS));
}

/** Lines for people: never the text itself, only where and what. */
export function describe(name: string, findings: readonly Reported[]): string[] {
  return findings.map((f) => `${name}:${f.start}-${f.end} ${f.type} ${f.score.toFixed(2)}`);
}

/**
 * Reads JSON lines with a `text` each, and perhaps a `role` and a `direction`, and yields one line of scores and findings
 * for each, in order, as they are read. A line that is no such object yields an `error` instead, and the reading goes on.
 */
export async function* scanLines(input: Readable, looking: Looking): AsyncGenerator<string> {
  let index = 0;
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() !== '') yield JSON.stringify({ index, ...(await scanLine(line, looking)) });
    index += 1;
  }
}

async function scanLine(line: string, looking: Looking): Promise<object> {
  let row: unknown;
  try {
    row = JSON.parse(line);
  } catch {
    return { error: 'not JSON' };
  }
  const hasText = typeof row === 'object' && row !== null && 'text' in row && typeof row.text === 'string';
  return hasText ? scanText(row as Asked, looking) : { error: 'no "text"' };
}

/** Turns UTF-16 places into code points; asked for in any order. */
function pointCounter(text: string): (place: number) => number {
  const pairs: number[] = [];
  for (let at = 0; at < text.length; at += 1) {
    if ((text.codePointAt(at) ?? 0) <= 0xffff) continue;
    pairs.push(at);
    at += 1;
  }
  return (place) => place - countBefore(pairs, place);
}

/** How many of the rising numbers are smaller. */
function countBefore(numbers: readonly number[], limit: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] ?? 0) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
