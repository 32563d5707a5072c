/**
 * The first door: admit → match → identify → authorize → reserve → vouch, on headers alone.
 * Whatever goes wrong on the way, the answer is a refusal: an allow comes from `vouch` and from nowhere else.
 */
import type { Received, Reserved } from '../core/exchange.ts';
import type { Ports } from '../core/ports.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
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
): CheckDecision | Promise<CheckDecision> {
  const requestId = Buffer.from(ports.random.bytes(16)).toString('hex');
  const start: Start = { ...received, requestId };
  const policy = policies.current();
  if (policy === undefined)
    return refused(refuse('policy_unavailable', { retryAfter: 1 }), start, null, ports);
  const walk: Walk & { exchange: Start } = { policy, ports, exchange: start, observe };
  const decide = (result: Reserved | Refusal): CheckDecision => {
    if (isRefusal(result)) return refused(result, walk.exchange, policy.version, ports);
    const decision = vouch(result, policy, ports);
    ports.meter.decided(1, result.operation.name, 'allowed', '');
    observe?.('vouch', decision);
    return decision;
  };
  const fault = (error: unknown): CheckDecision => {
    ports.faults.report('check', error);
    const decision = refused(refuse('internal'), walk.exchange, policy.version, ports);
    // It may have been vouched for already, and nobody will follow.
    ports.passages.close(requestId);
    return decision;
  };
  try {
    const result = runChain(STAGES, walk);
    return result instanceof Promise ? result.then(decide).catch(fault) : decide(result);
  } catch (error) {
    return fault(error);
  }
}

function refused(
  refusal: Refusal,
  exchange: Start & Partial<Reserved>,
  version: string | null,
  ports: Ports,
): CheckDecision {
  const answer = answerRefusal(refusal, exchange.requestId, exchange.operation?.dialect);
  recordRefusedCheck(refusal, exchange, answer.status, version, ports);
  return { allow: false, ...answer };
}
