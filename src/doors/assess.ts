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
import type { RuleSet } from '../guards/rule-set.ts';
import { type Deed, rulingFor } from '../guards/rules.ts';

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

/** One piece of a text, by the rules for whose it is. */
interface Piece {
  readonly text: string;
  readonly role: Role;
  /** Who is asked about it: of an organization's own judges, those who want a text whole are asked about no less. */
  readonly by: 'assessor' | 'passage' | 'whole';
}

export function assess(segments: readonly Segment[], x: Assessing): Soon<Assessed> {
  const pieces = piecesOf(segments, x.rules);
  const verdict = new Verdict(x.rules);
  const size = pieces.reduce((sum, { text }) => sum + text.length, 0);
  if (size > TURN) return assessInTurns(pieces, verdict, x);
  const found = pieces.map((piece) => closelyIn(piece, x));
  if (found.some((one) => one instanceof Promise)) return Promise.all(found).then(conclude);
  return conclude(found as readonly (readonly Finding[])[]);

  function conclude(all: readonly (readonly Finding[])[]): Assessed {
    pieces.forEach((piece, at) => {
      verdict.take(piece, all[at] ?? []);
    });
    return verdict.result;
  }
}

/** What users say is looked at twice where need be; an answer that streams cannot wait. */
function closelyIn(piece: Piece, x: Pick<Assessing, 'rules' | 'assessor'>): Soon<readonly Finding[]> {
  const { text, role, by } = piece;
  const harm = x.rules.of(role).assesses === 'harm';
  return by === 'assessor' ? x.assessor.assessClosely(text, READINGS[role], harm) : findingsIn(piece, x);
}

/** What a passage of an answer is, or the whole of it, before it may leave. */
export function assessPassage(text: string, role: Role, x: Pick<Assessing, 'rules' | 'assessor'>): Assessed {
  const verdict = new Verdict(x.rules);
  const whole = x.rules.of(role).holds === 'whole';
  for (const piece of whole ? piecesIn(text, role, x.rules) : piecesOfPassage(text, role, x.rules))
    verdict.take(piece, findingsIn(piece, x));
  return verdict.result;
}

/** What a streamed answer said, which has left: what its beginning is, and what it is as a whole. */
export function assessSaid(said: string, role: Role, x: Pick<Assessing, 'rules' | 'assessor'>): Assessed {
  const verdict = new Verdict(x.rules);
  const judged = x.rules.of(role).holds !== false;
  const begun = judged ? [] : piecesIn(said.slice(0, TURN), role, x.rules).filter(({ by }) => by !== 'whole');
  for (const piece of [...begun, { text: said, role, by: 'whole' as const }])
    verdict.take(piece, findingsIn(piece, x));
  return verdict.result;
}

function findingsIn(
  { text, role, by }: Piece,
  { rules, assessor }: Pick<Assessing, 'rules' | 'assessor'>,
): readonly Finding[] {
  const { assesses, judges } = rules.of(role);
  if (by === 'assessor') return assessor.assess(text, READINGS[role], assesses === 'harm');
  return judges.flatMap((judge) => {
    const score = judge.of === by ? judge.score(text) : 0;
    return score > 0 ? [{ type: judge.type, score, start: 0, end: text.length }] : [];
  });
}

async function assessInTurns(pieces: readonly Piece[], verdict: Verdict, x: Assessing): Promise<Assessed> {
  let spent = 0;
  for (const piece of pieces) {
    verdict.take(piece, await closelyIn(piece, x));
    if (verdict.isOver) break;
    spent += piece.text.length;
    if (spent < TURN) continue;
    spent = 0;
    await x.nextTurn();
  }
  return verdict.result;
}

/** Every text in pieces, and what may have been split among those of one role. */
function piecesOf(segments: readonly Segment[], rules: RuleSet): readonly Piece[] {
  const byRole = Map.groupBy(segments, ({ role }) => role);
  const joined = [...byRole].flatMap(([role, list]) =>
    rules.of(role).assesses === false
      ? []
      : joinings(list.map(({ text }) => ({ text, reading: READINGS[role] }))).map(
          ({ text }): Piece => ({ text, role, by: 'assessor' }),
        ),
  );
  return [...segments.flatMap(({ text, role }) => piecesIn(text, role, rules)), ...joined];
}

/** A text that is all there. A whole answer is judged as the same answer would be in a stream. */
function piecesIn(text: string, role: Role, rules: RuleSet): readonly Piece[] {
  const { holds, judges, assesses } = rules.of(role);
  if (assesses === false && judges.length === 0) return [];
  const parts = holds === false ? slicesOf(text) : passagesOf(text);
  return [
    ...parts.flatMap((part) => piecesOfPassage(part.text, role, rules)),
    // Beside a call of a tool an answer's text is often empty.
    ...(text !== '' && judges.some((judge) => judge.of === 'whole')
      ? [{ text, role, by: 'whole' as const }]
      : []),
  ];
}

function piecesOfPassage(text: string, role: Role, rules: RuleSet): readonly Piece[] {
  const { judges, assesses } = rules.of(role);
  return [
    ...(assesses === false ? [] : [{ text, role, by: 'assessor' as const }]),
    ...(judges.some((judge) => judge.of === 'passage') ? [{ text, role, by: 'passage' as const }] : []),
  ];
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
      if ('rule' in ruling) this.#warnings.add(ruling.rule);
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
