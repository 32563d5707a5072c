/** Tools that a server offers: a caller is shown those that it may call, and no others. */
import { judgeUse } from '../access/decide.ts';
import type { Edit, Span } from '../core/finding.ts';
import { isRefusal } from '../core/refusal.ts';
import type { Voucher } from '../core/voucher.ts';
import type { OfferedTool } from '../dialects/dialect.ts';
import { dialectOf } from '../dialects/index.ts';
import type { JsonNode } from '../json/document.ts';
import type { Snapshot } from '../policy/snapshot.ts';
import { factsOfVoucher } from './facts.ts';

export interface Offering {
  readonly voucher: Voucher;
  readonly policy: Snapshot;
}

/** What leaves out of an answer, or of the data of an event, the tools that the caller may not call. */
export function withheld(
  text: string,
  root: JsonNode,
  offered: readonly OfferedTool[] | undefined,
  { voucher, policy }: Offering,
): readonly Edit[] {
  if (offered === undefined || offered.length === 0) return [];
  const { operation } = voucher;
  const { pathModel: model } = operation;
  const body = { ...(model !== undefined && { model }), stream: false, features: [] };
  const facts = { ...factsOfVoucher(voucher), body };
  const hidden = offered.filter(({ use }) => isRefusal(judgeUse(facts, [use], policy)));
  return hidden.length === 0 ? [] : dialectOf(operation.dialect).shorten(text, root, hidden);
}

/** What stands outside of what is left out. */
export function outside<T extends { readonly place: Span }>(
  list: readonly T[],
  cuts: readonly Span[],
): readonly T[] {
  if (cuts.length === 0) return list;
  return list.filter(({ place }) => !cuts.some((cut) => cut.start < place.end && place.start < cut.end));
}
