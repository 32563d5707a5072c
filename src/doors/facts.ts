/** What grants are asked about a request, at either door. */
import type { Authorized, Identified } from '../core/exchange.ts';
import type { Feature } from '../core/feature.ts';
import type { Voucher } from '../core/voucher.ts';
import type { RequestView } from '../dialects/dialect.ts';
import type { BodyFacts, Facts } from '../policy/snapshot.ts';

/** @param time of the wall clock, milliseconds */
export function factsOfCheck(x: Identified | Authorized, time: number): Facts {
  return {
    principal: x.principal,
    operation: x.operation.name,
    method: x.method,
    path: x.route,
    host: x.authority,
    clientAddress: x.clientAddress,
    time,
  };
}

/** The second door judges by the moment of the first: a window that closes between them closes for the next request. */
export function factsOfVoucher(voucher: Voucher): Facts {
  return {
    principal: voucher.principal,
    operation: voucher.operation.name,
    method: voucher.method,
    path: voucher.path.split('?', 1)[0] ?? '',
    host: voucher.authority,
    clientAddress: voucher.clientAddress,
    time: voucher.issuedAt,
  };
}

export function bodyFactsOf(view: RequestView): BodyFacts {
  return {
    ...(view.model !== undefined && { model: view.model.name }),
    stream: view.stream,
    features: featuresIn(view),
    ...(view.n !== undefined && { n: view.n }),
    ...(view.maxOutputTokens !== undefined && { maxOutputTokens: view.maxOutputTokens }),
  };
}

/** Each once. Every request may be answered at length: its bound is a number of its own. */
function featuresIn({ features }: RequestView): readonly Feature[] {
  return [...new Set(features.map((use) => use.feature))].filter(
    (feature) => feature !== 'max_output_tokens',
  );
}

/** Of a request that has no body. */
export const NO_BODY: BodyFacts = { stream: false, features: [] };
