/**
 * One text, looked at while it arrives or when it is all there, with the same outcome: what may leave, and changed how.
 * Nothing leaves that a rule masks or, once it is known, blocks; what left before a block was clean.
 */
import { type Followed, Follower } from './follow.ts';
import { type Looker, lookerOf } from './looker.ts';
import type { Vault } from './placeholders.ts';
import type { Rules } from './rules.ts';
import { findAll } from './scan.ts';
import { Sweep, type Swept } from './sweep.ts';

export { partition } from './partition.ts';
export type { Swept } from './sweep.ts';

export interface Channel {
  /** Takes the next piece of the text and tells what it settled. */
  push(text: string): Swept;
  /** Settles the rest: no more text comes. */
  finish(): Swept;
}

/**
 * @param vault of the request: answers get its originals back, prompts put them there
 * @param json the text is JSON itself, as a tool call's arguments are
 */
export function openChannel(rules: Rules, vault: Vault, json = false): Channel {
  const restorer = restorerOf(rules, vault, json);
  const follower = new Follower(lookersOf(rules, restorer), restorer);
  const sweep = new Sweep(rules, vault, json);
  const slice = (start: number, end: number) => follower.slice(start, end);
  return {
    push: (text) => sweep.take(follower.push(text), slice),
    finish: () => sweep.take(follower.finish(), slice),
  };
}

/** As a channel that gets the whole text in one piece. */
export function wholeText(rules: Rules, vault: Vault, text: string, json = false): Swept {
  const found = findAll(lookersOf(rules, restorerOf(rules, vault, json)), text);
  if (found.length === 0) return { settled: text.length, edits: [], counts: [] };
  const followed: Followed = { horizon: text.length, found, ahead: [] };
  return new Sweep(rules, vault, json).take(followed, (start, end) => text.slice(start, end));
}

/** Prompts hold no placeholder of this request: its vault was made so. */
function restorerOf(rules: Rules, vault: Vault, json: boolean): Looker | undefined {
  return rules.direction === 'output' && vault.size > 0 ? lookerOf(vault.restorer(json)) : undefined;
}

/** Placeholders first: of two findings in one place theirs counts. */
function lookersOf(rules: Rules, restorer: Looker | undefined): readonly Looker[] {
  return restorer === undefined ? rules.scanner.lookers : [restorer, ...rules.scanner.lookers];
}
