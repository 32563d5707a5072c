/**
 * route: where a guardrail sends requests with certain findings to another model, the request is judged from here on as
 * if it had asked for that one: by its grants, backends, limits, prices and guardrails. What cannot be sent elsewhere is
 * refused: it does not go to the model that it must not go to.
 */
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { after, type Soon } from '../core/soon.ts';
import type { Routing, RuleSet } from '../guards/rule-set.ts';
import { type Inspected, inspectAll, inspectPlain, together } from './inspect-all.ts';
import { judgeOpaque } from './opaque.ts';
import { type Judging, type Prepared, permitAs } from './prepare.ts';
import { rulesOf } from './rules.ts';
import { vaultFor } from './vault.ts';

/** The request as it goes on: as it came, or as one for another model. */
export function redirect(prepared: Prepared, x: Judging): Soon<Prepared | Refusal> {
  const { model } = prepared.permitted;
  return after(destinationOf(prepared, rulesOf(x.policy, x.voucher, model?.name).input, x), (to) => {
    if (to === undefined || isRefusal(to) || to.model === model?.name) return isRefusal(to) ? to : prepared;
    return model === undefined ? cannotRoute(to) : permitAs(prepared, to.model, x);
  });
}

/** The same of a request that is made later, or in parts: it cannot be sent elsewhere. */
export function refuseRouted(
  prepared: Pick<Prepared, 'text' | 'view'>,
  model: string,
  rules: RuleSet,
  x: Judging,
): Soon<Refusal | undefined> {
  return after(destinationOf(prepared, rules, x), (to) => {
    if (to === undefined || isRefusal(to)) return to;
    return to.model === model ? undefined : cannotRoute(to);
  });
}

/** The same of a text without a form of its own. */
export function refuseRoutedText(text: string, rules: RuleSet, x: Judging): Soon<Refusal | undefined> {
  const { routes } = rules;
  if (routes === undefined) return undefined;
  return after(inspectPlain(text, 'user', lookingFor(text, routes, x)), (found) => {
    const to = decide(found, routes, x);
    return to === undefined || isRefusal(to) ? to : cannotRoute(to);
  });
}

interface Destination {
  readonly rule: string;
  readonly model: string;
}

function destinationOf(
  { text, view }: Pick<Prepared, 'text' | 'view'>,
  { routes }: RuleSet,
  x: Judging,
): Soon<Destination | Refusal | undefined> {
  if (routes === undefined) return undefined;
  return after(inspectAll(text, view.segments, lookingFor(text, routes, x)), (found) =>
    decide(together(found, judgeOpaque(view.opaque, routes.rules)), routes, x),
  );
}

function lookingFor(text: string, { rules }: Routing, x: Judging) {
  const { assessor, analyzers, nextTurn } = x.ports;
  return { rules, vault: vaultFor(text, x), assessor, analyzers, sources: x.policy.analyzers, nextTurn };
}

function decide(found: Inspected, routes: Routing, { tally }: Judging): Destination | Refusal | undefined {
  tally.found(found.counts);
  return found.blocked ?? routes.to(found.warnings ?? []);
}

function cannotRoute({ rule }: Destination): Refusal {
  return refuse('content_blocked', {
    detail: `Rule ${rule} sends it to another model, which cannot be done here.`,
  });
}
