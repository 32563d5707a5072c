/**
 * An assessor that remembers: a chat sends its whole history with every turn, and each message of it is assessed once.
 * Kept by a digest of the text, never by the text; nobody can make two texts with one digest.
 */
import { hash } from 'node:crypto';
import type { Finding } from '../core/finding.ts';
import type { Assessor } from './assess/assessor.ts';

/** Shorter texts are assessed as fast as they are looked up. */
const LEAST_LENGTH = 64;
/** What one memory takes besides its findings, and a finding, in bytes. */
const ENTRY_BYTES = 200;
const FINDING_BYTES = 80;

/** @param most bytes that it may take, about */
export function remembering(assessor: Assessor, most: number): Assessor {
  const known = new Map<string, readonly Finding[]>();
  let bytes = 0;
  return {
    types: assessor.types,
    assess(text, reading) {
      if (text.length < LEAST_LENGTH) return assessor.assess(text, reading);
      const key = hash('sha256', `${reading}\n${text}`, 'base64');
      const before = known.get(key);
      if (before !== undefined) {
        // The least lately used is forgotten first.
        known.delete(key);
        known.set(key, before);
        return before;
      }
      const found = assessor.assess(text, reading);
      known.set(key, found);
      bytes += sizeOf(found);
      while (bytes > most) bytes -= forgetOldest(known);
      return found;
    },
  };
}

function sizeOf(found: readonly Finding[]): number {
  return ENTRY_BYTES + found.length * FINDING_BYTES;
}

function forgetOldest(known: Map<string, readonly Finding[]>): number {
  const [oldest] = known;
  if (oldest === undefined) return Number.POSITIVE_INFINITY;
  known.delete(oldest[0]);
  return sizeOf(oldest[1]);
}
