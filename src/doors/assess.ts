/**
 * assess: what are the texts of a request as a whole, each for itself and put together where a payload may be split?
 * Nothing is changed by it: a rule may block, warn or log.
 */
import type { Finding, FindingCount } from '../core/finding.ts';
import type { TextAssessor } from '../core/ports.ts';
import type { Refusal } from '../core/refusal.ts';
import type { Soon } from '../core/soon.ts';
import type { Reading, Role } from '../core/text.ts';
import type { Segment } from '../dialects/dialect.ts';
import { joinings, slicesOf } from '../guards/assess/assessor.ts';
import { passagesOf } from '../guards/passages.ts';
import { type Deed, type RuleSet, rulingFor } from '../guards/rules.ts';

export interface Assessed {
  readonly counts: readonly FindingCount[];
  /** Ids of rules that warn. */
  readonly warnings: readonly string[];
  readonly blocked?: Refusal;
}

export interface Assessing {
  readonly rules: RuleSet;
  readonly assessor: TextAssessor;
  readonly nextTurn: () => Promise<void>;
}

/** UTF-16 code units assessed in one turn: about a millisecond. */
const TURN = 16 * 1024;

/** What tools say was written by nobody whom the client knows; the model before may only repeat what it was told. */
const READINGS: Readonly<Record<Role, Reading>> = {
  system: 'system',
  user: 'direct',
  assistant: 'direct',
  arguments: 'direct',
  tool: 'indirect',
  output: 'output',
  reasoning: 'output',
};

/** One piece to assess, by the rules for whose it is. */
interface Piece {
  readonly text: string;
  readonly reading: Reading;
  readonly role: Role;
  readonly harm: boolean;
}

export function assess(segments: readonly Segment[], x: Assessing): Soon<Assessed> {
  const pieces = piecesOf(segments, x.rules);
  const verdict = new Verdict(x.rules);
  const size = pieces.reduce((sum, { text }) => sum + text.length, 0);
  if (size > TURN) return assessInTurns(pieces, verdict, x);
  for (const piece of pieces) verdict.take(piece, x.assessor.assess(piece.text, piece.reading, piece.harm));
  return verdict.result;
}

/** What a passage of an answer is, before it may leave. */
export function assessPassage(
  text: string,
  role: Role,
  { rules, assessor }: Omit<Assessing, 'nextTurn'>,
): Assessed {
  const verdict = new Verdict(rules);
  const harm = rules.of(role).assesses === 'harm';
  verdict.take({ text, reading: READINGS[role], role, harm }, assessor.assess(text, READINGS[role], harm));
  return verdict.result;
}

async function assessInTurns(
  pieces: readonly Piece[],
  verdict: Verdict,
  { assessor, nextTurn }: Assessing,
): Promise<Assessed> {
  let spent = 0;
  for (const piece of pieces) {
    verdict.take(piece, assessor.assess(piece.text, piece.reading, piece.harm));
    if (verdict.isOver) break;
    spent += piece.text.length;
    if (spent < TURN) continue;
    spent = 0;
    await nextTurn();
  }
  return verdict.result;
}

/** Every text in slices, and what may have been split among those of one role. */
function piecesOf(segments: readonly Segment[], rules: RuleSet): readonly Piece[] {
  const pieces: Piece[] = [];
  const byRole = new Map<Role, Segment[]>();
  for (const segment of segments) {
    const { role, text } = segment;
    const { assesses, holds } = rules.of(role);
    if (assesses === false) continue;
    const harm = assesses === 'harm';
    byRole.set(role, [...(byRole.get(role) ?? []), segment]);
    // So that a whole answer is judged as the same answer would be in a stream.
    for (const part of holds ? passagesOf(text) : slicesOf(text))
      pieces.push({ text: part.text, reading: READINGS[role], role, harm });
  }
  for (const [role, list] of byRole) {
    const texts = list.map(({ text }) => ({ text, reading: READINGS[role] }));
    const harm = rules.of(role).assesses === 'harm';
    for (const { text, reading } of joinings(texts)) pieces.push({ text, reading, role, harm });
  }
  return pieces;
}

/** Puts together what the rules say of each piece. */
class Verdict {
  readonly #rules: RuleSet;
  readonly #counts = new Map<string, FindingCount>();
  readonly #warnings = new Set<string>();
  #blocked: Refusal | undefined;

  constructor(rules: RuleSet) {
    this.#rules = rules;
  }

  /** A rule blocked: nothing that follows matters. */
  get isOver(): boolean {
    return this.#blocked !== undefined;
  }

  get result(): Assessed {
    const blocked = this.#blocked;
    return {
      counts: [...this.#counts.values()],
      warnings: [...this.#warnings],
      ...(blocked !== undefined && { blocked }),
    };
  }

  take({ text, role }: Piece, findings: readonly Finding[]): void {
    const { rulings, shadows } = this.#rules.of(role);
    for (const finding of findings) {
      const written = () => text.slice(finding.start, finding.end);
      const shadow = rulingFor(shadows.get(finding.type), finding, written);
      if (shadow !== undefined) this.#count(finding.type, shadow, true);
      const ruling = rulingFor(rulings.get(finding.type), finding, written);
      if (ruling === undefined) continue;
      this.#count(finding.type, ruling, false);
      if (ruling.action === 'warn') this.#warnings.add(ruling.rule);
      if (ruling.action === 'block') this.#blocked ??= ruling.refusal;
    }
  }

  #count(type: string, { action }: Deed, shadow: boolean): void {
    const key = `${type} ${action} ${shadow}`;
    const count = (this.#counts.get(key)?.count ?? 0) + 1;
    const { direction } = this.#rules;
    this.#counts.set(key, { type, direction, action, count, ...(shadow && { shadow: true as const }) });
  }
}
