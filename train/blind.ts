/**
 * Thresholds that know nothing of the source which they are tried on: each set by the innocent texts of all others, as
 * a share of them that may be found, a source counting by the root of its size.
 */
import { FOLDS } from './sets.ts';

export type Channel = 'direct' | 'indirect';

export interface Logits {
  readonly set: string;
  readonly attack: boolean;
  /** It is a document, rather than a request. */
  readonly document: boolean;
  readonly english: boolean;
  /** What the classifiers say that were learnt without its source. */
  readonly logits: Readonly<Record<Channel, number>>;
  /** A pattern is sure of it. */
  readonly sure: boolean;
}

/** Innocent texts that may be found: of English ones, and of others. */
const MAY = { english: 0.01, other: 0.02 };

/** Whether a text is found as a user's, or as a document. */
export function blindly(all: readonly Logits[]): (one: Logits, as: Channel) => boolean {
  const foldOf = (set: string) => FOLDS.findIndex((fold) => fold.includes(set));
  const known = new Map<string, number>();
  const thresholdFor = ({ set, english }: Logits, channel: Channel): number => {
    const fold = foldOf(set);
    const key = `${fold} ${channel} ${english}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const innocent = all.filter(
      (one) =>
        !one.attack &&
        one.english === english &&
        foldOf(one.set) !== fold &&
        one.document === (channel === 'indirect'),
    );
    const made = quantile(innocent, channel, english ? MAY.english : MAY.other);
    known.set(key, made);
    return made;
  };
  const reaches = (one: Logits, channel: Channel) => one.logits[channel] > thresholdFor(one, channel);
  return (one, as) => one.sure || reaches(one, 'direct') || (as === 'indirect' && reaches(one, 'indirect'));
}

function quantile(innocent: readonly Logits[], channel: Channel, share: number): number {
  const sizes = new Map<string, number>();
  for (const { set } of innocent) sizes.set(set, (sizes.get(set) ?? 0) + 1);
  const weighed = innocent
    .map(({ set, logits }) => ({ logit: logits[channel], weight: (sizes.get(set) ?? 1) ** -0.5 }))
    .sort((a, b) => b.logit - a.logit);
  let left = share * weighed.reduce((sum, { weight }) => sum + weight, 0);
  for (const { logit, weight } of weighed) {
    left -= weight;
    if (left < 0) return logit;
  }
  return Number.NEGATIVE_INFINITY;
}
