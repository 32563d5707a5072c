/** What scripts are asked, and what they answer. */
import type { Over, Part, Standing } from '../../core/quota.ts';
import { mostOf, type Terms } from '../embedded/quota-counters.ts';

/** A claim as scripts read it. */
export function claimArgument(terms: Terms, amount: number, shadow: boolean): string {
  return `${overArgument(terms.over)} ${terms.limit} ${amount} ${shadow ? 1 : 0}`;
}

/** A part that is settled, as scripts read it: as far as the shared state knows of it. */
export function partArgument(part: Part, used: number): string {
  const { over, limit, amount, local = 0, at, fixed = 0 } = part;
  return `${overArgument(over)} ${limit} ${amount - local} ${at} ${fixed} ${used}`;
}

function overArgument(over: Over): string {
  if (over.kind === 'window') return `w ${over.windowMs} 0`;
  if (over.kind === 'bucket') return `b ${over.windowMs} ${over.burst}`;
  return over.kind === 'period' ? `p ${over.start} ${over.end}` : 'c 0 0';
}

export type TakeAnswer =
  | { readonly kind: 'taken'; readonly at: number; readonly told: readonly Told[] }
  | { readonly kind: 'full'; readonly claim: number; readonly retryMs: number; readonly standing: Standing }
  | { readonly kind: 'settled' }
  | { readonly kind: 'called off' };

/** Of one claim. */
export interface Told {
  readonly standing: Standing;
  readonly exceeded: boolean;
}

/** @param terms of the claims that were asked for */
export function readTake(reply: unknown, terms: readonly Terms[]): TakeAnswer {
  const [kind = -1, ...numbers] = readNumbers(reply);
  if (kind === 2) return { kind: 'settled' };
  if (kind === 3) return { kind: 'called off' };
  if (kind === 0) return readFull(numbers, terms);
  const at = numbers[0] ?? Number.NaN;
  const told = terms.map((one, i) => ({
    standing: standingAt(numbers, 1 + 3 * i, one),
    exceeded: numbers[3 + 3 * i] === 1,
  }));
  return { kind: 'taken', at, told };
}

function readFull(numbers: readonly number[], terms: readonly Terms[]): TakeAnswer {
  const [claim = 0, retryMs = 1] = numbers;
  return { kind: 'full', claim, retryMs, standing: standingAt(numbers, 2, terms[claim] as Terms) };
}

export function readStandings(reply: unknown, terms: readonly Terms[]): Standing[] {
  const numbers = readNumbers(reply);
  return terms.map((one, i) => standingAt(numbers, 2 * i, one));
}

function standingAt(numbers: readonly number[], at: number, terms: Terms): Standing {
  return { used: numbers[at] ?? Number.NaN, limit: mostOf(terms), resetMs: numbers[at + 1] ?? Number.NaN };
}

/** @throws TypeError for anything else: a bug of ours, or no Redis */
function readNumbers(reply: unknown): number[] {
  if (Array.isArray(reply) && reply.every((one) => typeof one === 'number')) return reply;
  throw new TypeError('a script answered something unexpected');
}
