/**
 * Keeps conversations at their backends without remembering them: weighted rendezvous hashing (Thaler and Ravishankar
 * 1998; the weights as Schindelhauer and Schomaker 2005 have them). Every replica chooses alike, shares are as the
 * weights say, and where a backend comes or goes only its own conversations move.
 */
import { createHash } from 'node:crypto';

/** Names a conversation: the same for each of its requests. */
export type ConversationKey = string & { readonly __brand: 'conversation' };

/** Texts longer than this are the same to us if they begin alike, in UTF-16 code units. */
const LOOKED_AT = 4096;

/**
 * @param texts what stays the same from turn to turn: who asks, for which model, what the system prompt says, and
 * with what the user began
 */
export function conversationKey(texts: readonly string[]): ConversationKey {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(`${text.length}:${text.slice(0, LOOKED_AT)}`);
  return hash.digest('base64url') as ConversationKey;
}

/** Of several candidates the one where the conversation belongs. @param candidates at least one */
export function stickTo<T extends { readonly name: string; readonly weight: number }>(
  key: ConversationKey,
  candidates: readonly [T, ...T[]],
): T {
  let [best] = candidates;
  let highest = Number.NEGATIVE_INFINITY;
  for (const candidate of candidates) {
    const score = candidate.weight / -Math.log(fractionOf(key, candidate.name));
    if (score <= highest) continue;
    highest = score;
    best = candidate;
  }
  return best;
}

/** Uniform in (0, 1), of 48 bits. */
function fractionOf(key: ConversationKey, name: string): number {
  const digest = createHash('sha256').update(`${key} ${name}`).digest();
  return (digest.readUIntBE(0, 6) + 0.5) / 2 ** 48;
}
