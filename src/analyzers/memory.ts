/** Answers that are believed for a while: a chat sends its history with every turn. By digest, never by the text. */
import { hash } from 'node:crypto';
import type { Finding } from '../core/finding.ts';

/** Findings and answers, about 100 bytes each. */
const MOST = 50_000;

interface Kept {
  readonly findings: readonly Finding[];
  readonly until: number;
}

export class Memory {
  readonly #elapsed: () => number;
  readonly #kept = new Map<string, Kept>();
  #size = 0;

  /** @param elapsed monotonic, milliseconds */
  constructor(elapsed: () => number) {
    this.#elapsed = elapsed;
  }

  get(key: string): readonly Finding[] | undefined {
    const kept = this.#kept.get(key);
    if (kept === undefined) return undefined;
    this.#forget(key, kept);
    if (kept.until <= this.#elapsed()) return undefined;
    this.#keep(key, kept);
    return kept.findings;
  }

  /** @param ms how long it is believed */
  set(key: string, findings: readonly Finding[], ms: number): void {
    if (ms <= 0) return;
    const before = this.#kept.get(key);
    if (before !== undefined) this.#forget(key, before);
    this.#keep(key, { findings, until: this.#elapsed() + ms });
    for (const [oldest, kept] of this.#kept) {
      if (this.#size <= MOST) return;
      this.#forget(oldest, kept);
    }
  }

  #keep(key: string, kept: Kept): void {
    this.#kept.set(key, kept);
    this.#size += 1 + kept.findings.length;
  }

  #forget(key: string, kept: Kept): void {
    this.#kept.delete(key);
    this.#size -= 1 + kept.findings.length;
  }
}

/** Nobody can make two questions with one key. */
export function keyOf(question: readonly string[]): string {
  return hash('sha256', JSON.stringify(question), 'base64');
}
