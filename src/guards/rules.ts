/** What guardrails make of findings, compiled once for each set of them that applies: a scanner and rulings by type. */
import type { Action, Finding } from '../core/finding.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
import type { Role } from '../core/text.ts';
import { ASSESSMENTS } from './assess/assessor.ts';
import { CANARY } from './canary.ts';
import type { Detector } from './detector.ts';
import type { MaskStyle } from './mask.ts';
import type { Judge } from './own/judge.ts';
import { labelOf } from './own/words.ts';
import { detectorOf } from './registry.ts';
import { compileScanner, type Scanner } from './scan.ts';

export type Direction = 'input' | 'output';

/** As much of a policy's guardrail as matters here. */
export interface Rule {
  readonly id: string;
  readonly on: Direction;
  /** Types, wildcards expanded. */
  readonly detect: readonly string[];
  readonly action: Action;
  /** Of `mask`. A pseudonym is put back in the answer. */
  readonly as: MaskStyle;
  readonly message?: string;
  /** Of `route`: the model that requests go to. */
  readonly model?: string;
  /** Countries whose telephone numbers are believed as they are written there; a choice of ours if absent. */
  readonly regions?: readonly string[];
  /** Texts of these alone; all if absent. */
  readonly roles?: readonly Role[];
  /** Findings with a smaller score are none; a default by type if absent. */
  readonly threshold?: number;
  /** Texts that are never findings, in lower case. */
  readonly allow?: ReadonlySet<string>;
  /** It only notes what it would do. */
  readonly shadow: boolean;
  /** Whether it acts, by how often each type was found in the prompt; absent: always. */
  readonly when?: (found: ReadonlyMap<string, number>) => boolean;
}

/** What is done about a finding. */
export type Deed =
  | { readonly action: 'block'; readonly refusal: Refusal }
  | { readonly action: 'mask'; readonly label: string; readonly as: MaskStyle }
  | { readonly action: 'warn' | 'route'; readonly rule: string }
  | { readonly action: 'log' };

/** What a rule says about the findings of one type that are sure enough, and not allowed. */
export type Ruling = Deed & { readonly least: number; readonly allow?: ReadonlySet<string> };

/** The rules for texts that go one way and are of one role. */
export interface Rules {
  readonly direction: Direction;
  readonly scanner: Scanner;
  /** By type, the strictest first. */
  readonly rulings: ReadonlyMap<string, readonly Ruling[]>;
  /** The same of rules that only note what they would do. */
  readonly shadows: ReadonlyMap<string, readonly Ruling[]>;
  /** Some rule is about what a text is as a whole; about harm, too. */
  readonly assesses: false | 'injection' | 'harm';
  /** An organization's own, about what a text is as a whole. */
  readonly judges: readonly Judge[];
  /** What an answer is decides whether it may leave: it leaves in passages, or when it is all there. */
  readonly holds: false | 'passages' | 'whole';
  /** Those who are asked about the texts, by name. */
  readonly asks: ReadonlySet<string>;
  /** What those who were asked said of this text, they said of it as a whole: it is looked at in one piece. */
  readonly whole?: (text: string) => boolean;
  /** False if there is nothing to look for. */
  readonly active: boolean;
}

/** Of several rules for one type the strictest counts, of those the first. What is gone for good is stricter. */
const SEVERITY: Readonly<Record<Action, number>> = { log: 0, warn: 1, route: 2, mask: 3, block: 4 };

/** Scores of whole texts are there for every text: how sure one must be where the policy does not say. */
const DEFAULT_LEAST: readonly (readonly [category: string, least: number])[] = [
  ['injection', 0.5],
  ['harm', 0.5],
  ['analyzer', 0.5],
  ['content', 0.5],
];

/** @throws if a rule names a type that nobody finds: the policy should not have been loaded */
export function compileRules(all: readonly Rule[], direction: Direction, own: OwnByType = NONE): Rules {
  const rules = all.filter(({ on }) => on === direction);
  const rulings = rulingsOf(rules.filter(({ shadow }) => !shadow));
  const shadows = rulingsOf(rules.filter(({ shadow }) => shadow));
  const types = [...new Set([...rulings.keys(), ...shadows.keys()])];
  const mine = types.flatMap((type) => own.get(type) ?? []);
  const judges = mine.filter(isJudge);
  const scanner = compileScanner(
    types.filter((type) => isDetected(type) && !own.has(type)),
    mine.filter((one): one is Detector => !isJudge(one)),
    regionsOf(rules),
  );
  const assesses = types.some(isHarm) ? 'harm' : types.some(isAssessment) && 'injection';
  const blocking = new Set(
    types.filter((type) => rulings.get(type)?.some(({ action }) => action === 'block')),
  );
  const holds = direction === 'output' && holdOf(blocking, judges);
  const asks = new Set(types.flatMap((type) => analyzerOf(type) ?? []));
  return { direction, scanner, rulings, shadows, assesses, judges, holds, asks, active: types.length > 0 };
}

/** How much of an answer must be there before it is known whether it may leave. */
function holdOf(blocking: ReadonlySet<string>, judges: readonly Judge[]): Rules['holds'] {
  const by = judges.filter(({ type }) => blocking.has(type));
  if (by.some((judge) => judge.of === 'whole')) return 'whole';
  return (by.length > 0 || [...blocking].some(isAssessment)) && 'passages';
}

export function isJudge(one: Own): one is Judge {
  return 'score' in one;
}

/** Of all rules about telephone numbers together; none said where one of them says none. */
function regionsOf(rules: readonly Rule[]): readonly string[] | undefined {
  const all = rules.filter(({ detect }) => detect.includes('pii.phone')).map(({ regions }) => regions);
  return all.length === 0 || all.includes(undefined)
    ? undefined
    : [...new Set(all.flatMap((regions) => regions ?? []))];
}

/** Is it for a detector to find, of those that are the same for all requests? */
function isDetected(type: string): boolean {
  return !type.startsWith(OPAQUE) && !isAssessment(type) && type !== CANARY && analyzerOf(type) === undefined;
}

const ASSESSED_TYPES: ReadonlySet<string> = new Set(ASSESSMENTS);

function isHarm(type: string): boolean {
  return type.startsWith('harm.');
}

/** Is the type about what a text is as a whole, rather than about something that stands in it? */
export function isAssessment(type: string): boolean {
  return ASSESSED_TYPES.has(type);
}

/** The category of parts that nobody can look into: found by whoever reads the body, not by a detector. */
export const OPAQUE = 'opaque.';

/** The category of what others find who are asked: `analyzer.<name>`, and what it calls it. */
export const ANALYZER = 'analyzer.';

/** Who is asked for a type; undefined if nobody is. */
export function analyzerOf(type: string): string | undefined {
  return type.startsWith(ANALYZER) ? type.split('.')[1] : undefined;
}

/** What an organization looks for itself. */
export type Own = Detector | Judge;
export type OwnByType = ReadonlyMap<string, Own>;
export const NONE: OwnByType = new Map();

function rulingsOf(rules: readonly Rule[]): ReadonlyMap<string, readonly Ruling[]> {
  const byType = new Map<string, Rule[]>();
  for (const rule of rules)
    for (const type of rule.detect) byType.set(type, [...(byType.get(type) ?? []), rule]);
  return new Map(
    [...byType].map(([type, named]) => [
      type,
      named.toSorted((a, b) => severityOf(b) - severityOf(a)).map((rule) => rulingOf(rule, type)),
    ]),
  );
}

function severityOf({ action, as }: Rule): number {
  return SEVERITY[action] + (action === 'mask' && as !== 'pseudonym' ? 0.5 : 0);
}

function rulingOf(rule: Rule, type: string): Ruling {
  const least = rule.threshold ?? DEFAULT_LEAST.find(([category]) => type.startsWith(category))?.[1] ?? 0;
  return { ...deedOf(rule, type), least, ...(rule.allow && { allow: rule.allow }) };
}

function deedOf(rule: Rule, type: string): Deed {
  switch (rule.action) {
    case 'block':
      return { action: 'block', refusal: refusalOf(rule) };
    case 'mask':
      return { action: 'mask', label: detectorOf(type)?.label ?? labelOf(type), as: rule.as };
    case 'warn':
    case 'route':
      return { action: rule.action, rule: rule.id };
    default:
      return { action: 'log' };
  }
}

/** The strictest ruling that speaks of a finding. @param text gives what was found, asked for only where it matters */
export function rulingFor(
  rulings: readonly Ruling[] | undefined,
  finding: Finding,
  text: () => string,
): Ruling | undefined {
  return rulings?.find(
    ({ least, allow }) => finding.score >= least && allow?.has(text().toLowerCase()) !== true,
  );
}

function refusalOf({ id, on, message }: Rule): Refusal {
  return refuse(on === 'input' ? 'content_blocked' : 'answer_blocked', { detail: message ?? `Rule ${id}.` });
}
