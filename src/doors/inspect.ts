/**
 * inspect: what do the detectors see in the texts of a body, and what is done about it?
 * - every segment is looked at whole; edits are made in place, in the body's own bytes
 * - what the answer may need back is kept in the request's vault, and nowhere else
 */
import type { Edit, FindingCount } from '../core/finding.ts';
import type { Refusal } from '../core/refusal.ts';
import type { Segment } from '../dialects/dialect.ts';
import { editString } from '../dialects/json.ts';
import { wholeText } from '../guards/channel.ts';
import type { Vault } from '../guards/placeholders.ts';
import type { Rules } from '../guards/rules.ts';

export interface Inspected {
  /** In the body's text, ordered as the segments are. */
  readonly edits: readonly Edit[];
  readonly counts: readonly FindingCount[];
  /** A rule forbids the body. */
  readonly blocked?: Refusal;
}

const NOTHING: Inspected = { edits: [], counts: [] };

/** Inspects the segments of a JSON body. */
export function inspect(text: string, segments: readonly Segment[], rules: Rules, vault: Vault): Inspected {
  if (!rules.active && vault.size === 0) return NOTHING;
  const edits: Edit[] = [];
  const counts: FindingCount[] = [];
  for (const segment of segments) {
    const swept = wholeText(rules, vault, segment.text, segment.json);
    if (swept.counts.length > 0) counts.push(...swept.counts);
    if (swept.blocked !== undefined) return { edits: [], counts, blocked: swept.blocked };
    if (swept.edits.length > 0) edits.push(...editString(text, segment.place, swept.edits, segment.json));
  }
  return edits.length === 0 && counts.length === 0 ? NOTHING : { edits, counts };
}

/** Inspects a body that is one text without a form of its own. */
export function inspectText(text: string, rules: Rules, vault: Vault): Inspected {
  return wholeText(rules, vault, text);
}
