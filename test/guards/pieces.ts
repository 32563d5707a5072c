/** One text in many pieces, and what a channel says of it. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Edit, FindingCount } from '../../src/core/finding.ts';
import { openChannel, type Swept, wholeText } from '../../src/guards/channel.ts';
import type { Vault } from '../../src/guards/placeholders.ts';
import type { Rules } from '../../src/guards/rules.ts';

/** Everything that was said about a text. */
export interface Outcome {
  readonly settled: number;
  readonly edits: readonly Edit[];
  readonly counts: Readonly<Record<string, number>>;
  readonly blocked: unknown;
}

function outcomeOf(all: readonly Swept[]): Outcome {
  const last = all.at(-1);
  return {
    settled: last?.settled ?? 0,
    edits: all.flatMap(({ edits }) => edits),
    counts: sum(all.flatMap(({ counts }) => counts)),
    blocked: last?.blocked,
  };
}

function sum(counts: readonly FindingCount[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { type, action, count } of counts)
    sums[`${type} ${action}`] = (sums[`${type} ${action}`] ?? 0) + count;
  return sums;
}

export function atOnce(rules: Rules, vault: Vault, text: string, json = false): Outcome {
  return outcomeOf([wholeText(rules, vault, text, json)]);
}

/** Sends the pieces, and watches what every step promises. */
export function pieceByPiece(rules: Rules, vault: Vault, pieces: readonly string[], json = false): Outcome {
  const channel = openChannel(rules, vault, json);
  const all: Swept[] = [];
  let length = 0;
  let settled = 0;
  const check = (swept: Swept) => {
    assert.ok(swept.settled >= settled && swept.settled <= length);
    for (const { start, end } of swept.edits) {
      assert.ok(start >= settled && end > start && end <= swept.settled);
      settled = end;
    }
    settled = swept.settled;
    all.push(swept);
  };
  for (const piece of pieces) {
    length += piece.length;
    check(channel.push(piece));
  }
  check(channel.finish());
  return outcomeOf(all);
}

export function cutAt(text: string, cuts: readonly number[]): string[] {
  const sorted = [...cuts].filter((cut) => cut < text.length).sort((a, b) => a - b);
  return [...sorted, text.length].map((end, at) => text.slice(sorted[at - 1] ?? 0, end));
}

/** Texts, cut anywhere or into pieces of one size. */
export function splits(texts: fc.Arbitrary<string>): fc.Arbitrary<string[]> {
  return fc.oneof(
    texts.chain((text) => fc.array(fc.nat(text.length), { maxLength: 20 }).map((cuts) => cutAt(text, cuts))),
    fc
      .tuple(texts, fc.integer({ min: 1, max: 9 }))
      .map(([text, size]) =>
        Array.from({ length: Math.ceil(text.length / size) }, (_, at) =>
          text.slice(at * size, (at + 1) * size),
        ),
      ),
  );
}
