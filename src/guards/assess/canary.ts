/** Canaries: words that a system prompt holds and no answer should. Seen in an answer, they tell that it gives the prompt away. */

/**
 * `canary-`, and 8 to 64 letters, digits, hyphens or underscores, as in `canary-7f3a91c2`: whoever writes a system prompt
 * puts one in, anywhere.
 */
const CANARY = /\bcanary-[A-Za-z0-9_-]{8,64}(?![A-Za-z0-9_-])/g;
/** More than these are not looked for. */
const MOST = 16;

/** The different canaries in a system prompt, as they are written there. */
export function canariesIn(systemText: string): readonly string[] {
  const found = new Set<string>();
  for (const [canary] of systemText.matchAll(CANARY)) {
    found.add(canary);
    if (found.size === MOST) break;
  }
  return [...found];
}
