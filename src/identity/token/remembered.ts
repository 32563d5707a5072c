/** What is remembered between requests: tokens that were verified, and proofs that must not be used again. Bounded. */
import type { ProofMemory, TokenMemory, VerifiedToken } from '../../core/ports.ts';

/** @param most tokens at once; the one kept longest ago makes room */
export function rememberTokens(most: number): TokenMemory {
  const kept = new Map<string, VerifiedToken>();
  return {
    find(digest, now) {
      const token = kept.get(digest);
      if (token === undefined) return undefined;
      if (now < token.expires) return token;
      kept.delete(digest);
      return undefined;
    },
    keep(digest, token) {
      kept.delete(digest);
      kept.set(digest, token);
      if (kept.size > most) forgetOldest(kept);
    },
  };
}

function forgetOldest(kept: Map<string, unknown>): void {
  const oldest = kept.keys().next();
  if (oldest.done !== true) kept.delete(oldest.value);
}

/** @param most proofs at once: where all of them may still be used again, none is forgotten and the next is refused */
export function rememberProofs(most: number): ProofMemory {
  const seen = new Map<string, number>();
  return {
    first(proof, until, now) {
      forgetExpired(seen, now);
      if (seen.has(proof) || seen.size >= most) return false;
      seen.set(proof, until);
      return true;
    },
  };
}

/** They come in the order in which they expire, but for clocks that differ by seconds: so this stops early. */
function forgetExpired(seen: Map<string, number>, now: number): void {
  for (const [proof, until] of seen) {
    if (until > now) return;
    seen.delete(proof);
  }
}
