/** What a policy's guardrails make of findings, compiled once a policy: a scanner and a ruling for each type. */
import type { Action } from '../core/finding.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
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
  readonly restore: boolean;
  readonly message?: string;
}

/** What is done about the findings of one type. */
export type Ruling =
  | { readonly action: 'block'; readonly refusal: Refusal }
  | { readonly action: 'mask'; readonly label: string; readonly restore: boolean }
  | { readonly action: 'log' };

/** The rules for texts that go one way. */
export interface Rules {
  readonly direction: Direction;
  readonly scanner: Scanner;
  readonly rulings: ReadonlyMap<string, Ruling>;
  /** False if there is nothing to look for. */
  readonly active: boolean;
}

/** Of several rules for one type the strictest counts, of those the first. */
const SEVERITY: Readonly<Record<Action, number>> = { log: 0, mask: 1, block: 2 };

/** @throws if a rule names a type that no detector has: the policy should not have been loaded */
export function compileRules(rules: readonly Rule[], direction: Direction): Rules {
  const strictest = new Map<string, Rule>();
  for (const rule of rules.filter(({ on }) => on === direction)) {
    for (const type of rule.detect) {
      const known = strictest.get(type);
      if (known === undefined || severityOf(rule) > severityOf(known)) strictest.set(type, rule);
    }
  }
  const scanner = compileScanner(strictest.keys());
  const rulings = new Map([...strictest].map(([type, rule]) => [type, rulingOf(rule, type)]));
  return { direction, scanner, rulings, active: rulings.size > 0 };
}

/** What is not restored is gone for good, and so stricter than what is. */
function severityOf({ action, restore }: Rule): number {
  return SEVERITY[action] + (action === 'mask' && !restore ? 0.5 : 0);
}

function rulingOf(rule: Rule, type: string): Ruling {
  if (rule.action === 'log') return { action: 'log' };
  if (rule.action === 'block') return { action: 'block', refusal: refusalOf(rule) };
  return {
    action: 'mask',
    label: detectorOf(type)?.label ?? type,
    restore: rule.restore && rule.on === 'input',
  };
}

function refusalOf({ id, on, message }: Rule): Refusal {
  return refuse(on === 'input' ? 'content_blocked' : 'answer_blocked', { detail: message ?? `Rule ${id}.` });
}
