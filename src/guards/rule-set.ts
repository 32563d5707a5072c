/** The rules for all texts that go one way, by role, and how they change with what a request turns out to hold. */
import type { Finding, FindingCount } from '../core/finding.ts';
import { ROLES, type Role } from '../core/text.ts';
import { CANARY, canaryDetector } from './canary.ts';
import { actingOn, surveying } from './decided.ts';
import { answerLooker, lookerOf } from './looker.ts';
import {
  ANALYZER,
  analyzerOf,
  compileRules,
  type Deed,
  type Direction,
  isJudge,
  NONE,
  type OwnByType,
  type Rule,
  type Rules,
} from './rules.ts';
import { inAllViews, scannerOf } from './scan.ts';

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
  /** Most roles have the same rules, and compiling them takes tens of milliseconds. */
  const compiled = (applying: readonly Rule[]): Rules => {
    const key = applying.map(({ id, detect }) => `${id} ${detect.length}`).join('\n');
    const made = known.get(key) ?? compileRules(applying, direction, own);
    known.set(key, made);
    return made;
  };
  const parts = rules.map((rule) => withoutWhole(rule, own));
  const byRole = new Map(
    ROLES.map((role): [Role, Rules] => [
      role,
      compiled(
        (role === 'output' ? rules : parts).filter(
          ({ roles }) => roles === undefined || roles.includes(role),
        ),
      ),
    ]),
  );
  const everywhere = compiled(parts.filter(({ roles }) => roles === undefined));
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
