/** `sallyport scan`: what the detectors see in texts of one's own. */
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Finding } from '../core/finding.ts';
import { DETECTORS } from '../guards/registry.ts';
import { compileScanner, type Scanner } from '../guards/scan.ts';

/** A finding as programs get it: places count code points of the raw text. */
interface Reported {
  readonly category: string;
  readonly type: string;
  readonly score: number;
  readonly start: number;
  readonly end: number;
  readonly view: 'raw';
}

/** All detectors; what a policy would do with the findings does not matter here. */
export function defaultScanner(): Scanner {
  return compileScanner(DETECTORS.map((detector) => detector.type));
}

/** Findings of one text, with places that do not depend on how a language counts characters. */
export function report(text: string, scanner: Scanner): Reported[] {
  const toPoint = pointCounter(text);
  return scanner.find(text).map((finding) => ({
    category: finding.type.split('.', 1)[0] ?? finding.type,
    type: finding.type,
    score: finding.score,
    start: toPoint(finding.start),
    end: toPoint(finding.end),
    view: 'raw' as const,
  }));
}

/** Lines for people: never the text itself, only where and what. */
export function describe(name: string, text: string, scanner: Scanner): string[] {
  return report(text, scanner).map((f) => `${name}:${f.start}-${f.end} ${f.type} ${f.score.toFixed(2)}`);
}

/**
 * Reads JSON lines with a `text` each and yields one line of findings for each, in order, as they are read.
 * A line that is no such object yields an `error` instead, and the reading goes on.
 */
export async function* scanLines(input: Readable, scanner: Scanner): AsyncGenerator<string> {
  let index = 0;
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() !== '') yield JSON.stringify({ index, ...scanLine(line, scanner) });
    index += 1;
  }
}

function scanLine(line: string, scanner: Scanner): object {
  let row: unknown;
  try {
    row = JSON.parse(line);
  } catch {
    return { error: 'not JSON' };
  }
  const text = typeof row === 'object' && row !== null && 'text' in row ? row.text : undefined;
  if (typeof text !== 'string') return { error: 'no "text"' };
  const findings = report(text, scanner);
  return { scores: scoresOf(findings), findings };
}

function scoresOf(findings: readonly Reported[]): Record<string, number> {
  const scores = new Map<string, number>();
  for (const { type, score } of findings) scores.set(type, Math.max(score, scores.get(type) ?? 0));
  return Object.fromEntries(scores);
}

/** Turns UTF-16 places, asked for in rising order, into code points; linear over all calls. */
function pointCounter(text: string): (place: Finding['start']) => number {
  let at = 0;
  let points = 0;
  return (place) => {
    if (place < at) {
      at = 0;
      points = 0;
    }
    for (; at < place; points += 1) at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
    return points;
  };
}
