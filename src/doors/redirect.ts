/**
 * route: where a guardrail sends requests with certain findings to another model, the request is judged from here on as
 * if it had asked for that one: by its grants, backends, limits, prices and guardrails. What cannot be sent elsewhere is
 * refused: it does not go to the model that it must not go to.
 */
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { after, type Soon } from '../core/soon.ts';
import type { Routing, RuleSet } from '../guards/rule-set.ts';
import { type Inspected, inspectAll, inspectingBy, inspectPlain, together } from './inspect-all.ts';
import { judgeOpaque } from './opaque.ts';
import { type Judging, type Prepared, permitAs } from './prepare.ts';
import { rulesOf } from './rules.ts';
import { vaultFor } from './vault.ts';

/** The request as it goes on: as it came, or as one for another model. */
export function redirect(prepared: Prepared, x: Judging): Soon<Prepared | Refusal> {
  const model = prepared.permitted.model?.name;
  const { input: rules } = rulesOf(x.policy, x.voucher, model);
  return after(destinationOf(prepared, model, rules, x), (to) => {
    if (to === undefined) return prepared;
    if (isRefusal(to)) return to;
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
  return after(destinationOf(prepared, model, rules, x), refusalOf);
}

/** The same of a text without a form of its own. */
export function refuseRoutedText(text: string, rules: RuleSet, x: Judging): Soon<Refusal | undefined> {
  const { routes } = rules;
  if (routes === undefined) return undefined;
  const inspecting = inspectingBy(routes.rules, vaultFor(text, x), x);
  return after(inspectPlain(text, 'user', inspecting), (found) => refusalOf(decide(found, routes, x)));
}

interface Destination {
  readonly rule: string;
  readonly model: string;
}

/** @returns undefined where the request may go to the model that it is for */
function destinationOf(
  { text, view }: Pick<Prepared, 'text' | 'view'>,
  model: string | undefined,
  { routes }: RuleSet,
  x: Judging,
): Soon<Destination | Refusal | undefined> {
  if (routes === undefined) return undefined;
  const inspecting = inspectingBy(routes.rules, vaultFor(text, x), x);
  return after(inspectAll(text, view.segments, inspecting), (found) => {
    const to = decide(together(found, judgeOpaque(view.opaque, routes.rules)), routes, x);
    return to === undefined || isRefusal(to) || to.model !== model ? to : undefined;
  });
}

function decide(found: Inspected, routes: Routing, { tally }: Judging): Destination | Refusal | undefined {
  tally.found(found.counts);
  return found.blocked ?? routes.to(found.warnings ?? []);
}

function refusalOf(to: Destination | Refusal | undefined): Refusal | undefined {
  return to === undefined || isRefusal(to) ? to : cannotRoute(to);
}

function cannotRoute({ rule }: Destination): Refusal {
  return refuse('content_blocked', {
    detail: `Rule ${rule} sends it to another model, which cannot be done here.`,
  });
}
