/** What guardrails make of findings, compiled once for each set of them that applies: a scanner and rulings by type. */
import type { Action, Finding, FindingCount } from '../core/finding.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
import { ROLES, type Role } from '../core/text.ts';
import { ASSESSMENTS } from './assess/assessor.ts';
import { CANARY, canaryDetector } from './canary.ts';
import { actingOn, surveying } from './decided.ts';
import type { Detector } from './detector.ts';
import { answerLooker, lookerOf } from './looker.ts';
import type { MaskStyle } from './mask.ts';
import type { Judge } from './own/judge.ts';
import { labelOf } from './own/words.ts';
import { detectorOf } from './registry.ts';
import { compileScanner, inAllViews, type Scanner, scannerOf } from './scan.ts';

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

/** The rules for texts that go one way. */
export interface RuleSet {
  readonly direction: Direction;
  of(role: Role): Rules;
  /** What is done about a part that cannot be looked into; undefined where no rule speaks of it. */
  opaque(type: string): { readonly deed?: Deed; readonly shadow?: Deed };
  /** For some role there is a rule about what a text is as a whole. */
  readonly assesses: boolean;
  /** For some role somebody is to be asked. */
  readonly asks: boolean;
  /** False if there is nothing to look for, whatever the role. */
  readonly active: boolean;
  /** Where some send requests to another model. */
  readonly routes?: Routing;
  /** Where some act only on what is found: those who look, and the rules that then act. */
  readonly decides?: {
    readonly survey: RuleSet;
    by(counts: readonly FindingCount[]): RuleSet;
  };
}

/** Rules that send requests to other models. They are asked before all others, and take nothing from them. */
export interface Routing {
  /** Those who look: the ids of rules that found something come back as those of rules that warn do. */
  readonly rules: RuleSet;
  /** Where a request goes in which they found something; of several rules the policy's first counts. */
  to(ids: readonly string[]): { readonly rule: string; readonly model: string } | undefined;
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

/** Sets that are kept, of all that conditions can make of one. */
const MOST_DECIDED = 64;

/** @param own the policy's own, by type */
export function compileRuleSet(all: readonly Rule[], direction: Direction, own: OwnByType = NONE): RuleSet {
  const applying = all.filter(({ on }) => on === direction);
  const routing = applying.filter(({ action }) => action === 'route');
  const rest = compileActing(
    applying.filter(({ action }) => action !== 'route'),
    direction,
    own,
  );
  if (routing.length === 0) return rest;
  const to = (ids: readonly string[]) => {
    const rule = routing.find(({ id }) => ids.includes(id));
    return rule?.model === undefined ? undefined : { rule: rule.id, model: rule.model };
  };
  return { ...rest, routes: { rules: compileActing(routing, direction, own), to } };
}

function compileActing(rules: readonly Rule[], direction: Direction, own: OwnByType): RuleSet {
  const compiled = compileUnconditional(rules, direction, own);
  if (rules.every(({ when }) => when === undefined)) return compiled;
  const survey = compileUnconditional(surveying(rules), direction, own);
  const known = new Map<string, RuleSet>();
  const by = (counts: readonly FindingCount[]): RuleSet => {
    const acting = actingOn(rules, counts);
    const key = acting.map(({ id }) => id).join('\n');
    const set = known.get(key) ?? compileUnconditional(acting, direction, own);
    if (known.size < MOST_DECIDED) known.set(key, set);
    return set;
  };
  return { ...compiled, decides: { survey, by } };
}

/** As if every condition held. */
function compileUnconditional(rules: readonly Rule[], direction: Direction, own: OwnByType): RuleSet {
  const known = new Map<string, Rules>();
  const byRole = new Map(
    ROLES.map((role): [Role, Rules] => {
      const applying = rules
        .filter(({ roles }) => roles === undefined || roles.includes(role))
        .map((rule) => (role === 'output' ? rule : withoutWhole(rule, own)));
      const key = applying.map(({ id, detect }) => `${id} ${detect.length}`).join('\n');
      const compiled = known.get(key) ?? compileRules(applying, direction, own);
      known.set(key, compiled);
      return [role, compiled];
    }),
  );
  const everywhere = compileRules(
    rules.filter(({ roles }) => roles === undefined),
    direction,
    own,
  );
  return {
    direction,
    of: (role) => byRole.get(role) ?? everywhere,
    opaque: (type) => ({
      ...pick('deed', everywhere.rulings.get(type)?.[0]),
      ...pick('shadow', everywhere.shadows.get(type)?.[0]),
    }),
    assesses: [...byRole.values()].some(({ assesses, judges }) => assesses !== false || judges.length > 0),
    asks: [...byRole.values()].some(({ asks }) => asks.size > 0),
    active: [...byRole.values()].some(({ active }) => active),
  };
}

/** What an answer must be as a whole its reasoning, and arguments of calls, need not be. */
function withoutWhole(rule: Rule, own: OwnByType): Rule {
  const isWhole = (type: string) => {
    const one = own.get(type);
    return one !== undefined && isJudge(one) && one.of === 'whole';
  };
  return rule.detect.some(isWhole) ? { ...rule, detect: rule.detect.filter((type) => !isWhole(type)) } : rule;
}

function pick<K extends string>(key: K, deed: Deed | undefined): Partial<Record<K, Deed>> {
  return deed === undefined ? {} : ({ [key]: deed } as Record<K, Deed>);
}

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

function isJudge(one: Own): one is Judge {
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

/** The rules for an answer to a request whose system prompt has canaries. */
export function withCanaries(set: RuleSet, canaries: readonly string[]): RuleSet {
  if (canaries.length === 0) return set;
  const watchers = inAllViews([lookerOf(canaryDetector(canaries))]);
  const known = new Map<Rules, Rules>();
  const watching = (rules: Rules): Rules => {
    if (!rules.rulings.has(CANARY) && !rules.shadows.has(CANARY)) return rules;
    const { types, lookers } = rules.scanner;
    const made = known.get(rules) ?? {
      ...rules,
      scanner: scannerOf([...types, CANARY], [...lookers, ...watchers]),
    };
    known.set(rules, made);
    return made;
  };
  return { ...set, of: (role) => watching(set.of(role)) };
}

/** The rules for texts about which somebody was asked. @param answers by role and text; absent: nobody was */
export function withAnswers(set: RuleSet, answers: Answers): RuleSet {
  const byRole = new Map<Role, Rules>();
  const answered = (role: Role): Rules => {
    const rules = set.of(role);
    const texts = answers.get(role);
    if (texts === undefined) return rules;
    const looker = answerLooker((text) => (texts.get(text) ?? []).flatMap((one) => ruled(one, rules)));
    const { types, lookers } = rules.scanner;
    return { ...rules, scanner: scannerOf(types, [...lookers, looker]), whole: (text) => texts.has(text) };
  };
  return {
    ...set,
    of(role) {
      const known = byRole.get(role) ?? answered(role);
      byRole.set(role, known);
      return known;
    },
  };
}

/** What analyzers found in whole texts. */
export type Answers = ReadonlyMap<Role, ReadonlyMap<string, readonly Finding[]>>;

/** A finding as the rules speak of it: by its own type, or by its analyzer's; none where they do not. */
function ruled(finding: Finding, { rulings, shadows }: Rules): readonly Finding[] {
  const names = [finding.type, ANALYZER + analyzerOf(finding.type)];
  const type = names.find((name) => rulings.has(name) || shadows.has(name));
  return type === undefined ? [] : [{ ...finding, type }];
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
function analyzerOf(type: string): string | undefined {
  return type.startsWith(ANALYZER) ? type.split('.')[1] : undefined;
}

/** What an organization looks for itself. */
export type Own = Detector | Judge;
type OwnByType = ReadonlyMap<string, Own>;
const NONE: OwnByType = new Map();

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
