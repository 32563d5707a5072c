/**
 * The first door: admit → match → identify → authorize → reserve → vouch, on headers alone.
 * Whatever goes wrong on the way, the answer is a refusal: an allow comes from `vouch` and from nowhere else.
 */
import type { Received, Reserved } from '../core/exchange.ts';
import type { Ports } from '../core/ports.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { newRequestId } from '../core/request-id.ts';
import { after, type Soon } from '../core/soon.ts';
import type { Snapshot } from '../policy/snapshot.ts';
import { admit } from './admit.ts';
import { answerRefusal } from './answer-refusal.ts';
import { authorize } from './authorize.ts';
import { chain, type Observer, runChain, type Walk } from './chain.ts';
import { identify } from './identify.ts';
import { match } from './match.ts';
import type { CheckDecision, Policies } from './messages.ts';
import { recordRefusedCheck } from './record.ts';
import { reserve } from './reserve.ts';
import { vouch } from './vouch.ts';

const STAGES = chain(admit, match, identify, authorize, reserve);

type Start = Received & { readonly requestId: string };

/**
 * Judges one request by its headers. A port that throws makes it a refusal; only one that the refusal itself needs
 * (clock, random numbers, ledger, meter, passages) makes this throw or reject, and the wire then refuses.
 * @param observe is told what each stage answered, for `explain`
 */
export function check(
  received: Received,
  policies: Policies,
  ports: Ports,
  observe?: Observer,
): Soon<CheckDecision> {
  const requestId = newRequestId(ports.random);
  const start: Start = { ...received, requestId };
  const policy = policies.current();
  if (policy === undefined)
    return refused(refuse('policy_unavailable', { retryAfter: 1 }), start, null, ports);
  const walk: Walk & { exchange: Start } = { policy, ports, exchange: start, observe };
  const faulted = (error: unknown): Refusal => {
    ports.faults.report('check', error);
    return refuse('internal');
  };
  // Outside of every catch: what fails while a refusal is recorded must not be recorded as another.
  const answer = (result: Reserved | Refusal): CheckDecision => {
    const decision = isRefusal(result) ? result : allow(result, policy, ports, faulted, observe);
    return isRefusal(decision) ? refused(decision, walk.exchange, policy.version, ports) : decision;
  };
  return after(judge(walk, faulted), answer);
}

type Faulted = (error: unknown) => Refusal;

function judge(walk: Walk & { exchange: Start }, faulted: Faulted): Soon<Reserved | Refusal> {
  try {
    const result = runChain(STAGES, walk);
    return result instanceof Promise ? result.catch(faulted) : result;
  } catch (error) {
    return faulted(error);
  }
}

function allow(
  exchange: Reserved,
  policy: Snapshot,
  ports: Ports,
  faulted: Faulted,
  observe?: Observer,
): CheckDecision | Refusal {
  try {
    const decision = vouch(exchange, policy, ports);
    ports.meter.decided(1, exchange.operation.name, 'allowed', '');
    observe?.('vouch', decision);
    return decision;
  } catch (error) {
    const refusal = faulted(error);
    // It may have been vouched for already, and nobody will follow.
    ports.passages.close(exchange.requestId);
    return refusal;
  }
}

function refused(
  refusal: Refusal,
  exchange: Start & Partial<Reserved>,
  version: string | null,
  ports: Ports,
): CheckDecision {
  const answer = answerRefusal(refusal, exchange.requestId, exchange.operation?.dialect, ports.clock.now());
  recordRefusedCheck(refusal, exchange, answer.status, version, ports);
  return { allow: false, ...answer };
}
