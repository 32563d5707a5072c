/**
 * The first door: admit → match → identify → authorize → reserve → vouch, on headers alone.
 * Whatever goes wrong on the way, the answer is a refusal: an allow comes from `vouch` and from nowhere else.
 */
import type { Admitted, Received, Reserved } from '../core/exchange.ts';
import type { Ports } from '../core/ports.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { admit } from './admit.ts';
import { answerRefusal } from './answer-refusal.ts';
import { authorize } from './authorize.ts';
import { chain, type Observer, walk } from './chain.ts';
import { identify } from './identify.ts';
import { match } from './match.ts';
import type { CheckDecision, Policies } from './messages.ts';
import { recordRefusedCheck } from './record.ts';
import { reserve } from './reserve.ts';
import { vouch } from './vouch.ts';

const STAGES = chain(admit, match, identify, authorize, reserve);

/** An exchange as far as it got. */
export type Partial1 = Received & { readonly requestId: string } & Partial<Reserved>;

/**
 * Judges one request by its headers. Never rejects and never throws.
 * @param observe is told what each stage answered, for `explain`
 */
export async function check(
  received: Received,
  policies: Policies,
  ports: Ports,
  observe?: Observer,
): Promise<CheckDecision> {
  const requestId = Buffer.from(ports.random.bytes(16)).toString('hex');
  const start = { ...received, requestId };
  const reached: { exchange: object } = { exchange: start };
  const policy = policies.current();
  let refusal: Refusal;
  try {
    if (policy === undefined) {
      refusal = refuse('policy_unavailable', { retryAfter: 1 });
    } else {
      const result = await walk<Received, Reserved>(STAGES, start, policy, ports, reached, observe);
      if (!isRefusal(result)) {
        const decision = vouch(result, policy, ports);
        ports.meter.decided(1, result.operation.name, 'allowed', '');
        observe?.('vouch', decision);
        return decision;
      }
      refusal = result;
    }
  } catch (error) {
    ports.faults.report('check', error);
    refusal = refuse('internal');
  }
  return refused(refusal, reached.exchange as Admitted, policy?.version ?? null, ports);
}

function refused(refusal: Refusal, exchange: Partial1, version: string | null, ports: Ports): CheckDecision {
  const answer = answerRefusal(refusal, exchange.requestId, exchange.operation?.dialect);
  recordRefusedCheck(refusal, exchange, answer.status, version, ports);
  return { allow: false, ...answer };
}
