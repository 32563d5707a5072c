/**
 * inspect: what do the detectors see in the texts of a body, and what is done about it?
 * - every segment is looked at whole; edits are made in place, in the body's own bytes
 * - what the answer may need back is kept in the request's vault, and nowhere else
 * - long bodies are looked at in slices, with turns for others between them: nobody's text holds up everybody
 */
import type { Edit, FindingCount } from '../core/finding.ts';
import type { Refusal } from '../core/refusal.ts';
import type { Soon } from '../core/soon.ts';
import type { Role } from '../core/text.ts';
import type { Segment } from '../dialects/dialect.ts';
import { openChannel, type Swept, wholeText } from '../guards/channel.ts';
import type { Vault } from '../guards/placeholders.ts';
import type { RuleSet } from '../guards/rule-set.ts';
import type { Rules } from '../guards/rules.ts';
import { editString } from '../json/document.ts';

export interface Inspected {
  /** In the body's text, ordered as the segments are. */
  readonly edits: readonly Edit[];
  readonly counts: readonly FindingCount[];
  /** Ids of rules that warn. */
  readonly warnings?: readonly string[];
  /** A rule forbids the body. */
  readonly blocked?: Refusal;
  /** Of some text, somebody who was asked did not say anything. */
  readonly missed?: boolean;
}

export interface Inspecting {
  readonly rules: RuleSet;
  readonly vault: Vault;
  /** Lets other work run. */
  readonly nextTurn: () => Promise<void>;
}

const NOTHING: Inspected = { edits: [], counts: [] };

/** UTF-16 code units of a body that is looked at without turns: six milliseconds of the slowest text known. */
const AT_ONCE = 4 * 1024;
/** UTF-16 code units of a longer one that are looked at in one turn. */
const SLICE = 1024;
/** What a segment costs besides its text, in code units. */
const SEGMENT = 64;

/** Inspects the segments of a JSON body. */
export function inspect(text: string, segments: readonly Segment[], x: Inspecting): Soon<Inspected> {
  if (!x.rules.active && x.vault.size === 0) return NOTHING;
  const found: Found = { edits: [], counts: [], warnings: [] };
  const size = segments.reduce((sum, segment) => sum + segment.text.length + SEGMENT, 0);
  if (size > AT_ONCE) return inspectInTurns(text, segments, x, found);
  for (const segment of segments) {
    const blocked = keep(
      wholeText(x.rules.of(segment.role), x.vault, segment.text, segment.json),
      text,
      segment,
      found,
    );
    if (blocked !== undefined) return { ...found, blocked };
  }
  return found;
}

/** Inspects a body that is one text without a form of its own. */
export function inspectText(text: string, role: Role, x: Inspecting): Soon<Inspected> {
  const rules = x.rules.of(role);
  const atOnce = text.length <= AT_ONCE || rules.whole?.(text) === true;
  return atOnce ? wholeText(rules, x.vault, text) : sweepInTurns(text, false, rules, x);
}

interface Found {
  readonly edits: Edit[];
  readonly counts: FindingCount[];
  readonly warnings: string[];
}

async function inspectInTurns(
  text: string,
  segments: readonly Segment[],
  x: Inspecting,
  found: Found,
): Promise<Inspected> {
  let spent = 0;
  for (const segment of segments) {
    const rules = x.rules.of(segment.role);
    const long = segment.text.length > SLICE && rules.whole?.(segment.text) !== true;
    const swept = long
      ? await sweepInTurns(segment.text, segment.json, rules, x)
      : wholeText(rules, x.vault, segment.text, segment.json);
    const blocked = keep(swept, text, segment, found);
    if (blocked !== undefined) return { ...found, blocked };
    spent += segment.text.length + SEGMENT;
    if (spent < SLICE) continue;
    spent = 0;
    await x.nextTurn();
  }
  return found;
}

/** A text in slices comes out as it would whole: that is the law of channels. */
async function sweepInTurns(
  text: string,
  json: boolean,
  rules: Rules,
  { vault, nextTurn }: Inspecting,
): Promise<Swept> {
  const channel = openChannel(rules, vault, json);
  const found: Found = { edits: [], counts: [], warnings: [] };
  for (let at = 0; at < text.length; at += SLICE) {
    const swept = channel.push(text.slice(at, at + SLICE));
    append(found.edits, swept.edits);
    append(found.counts, swept.counts);
    append(found.warnings, swept.warnings ?? []);
    if (swept.blocked !== undefined) return { ...found, settled: swept.settled, blocked: swept.blocked };
    await nextTurn();
  }
  const last = channel.finish();
  append(found.edits, last.edits);
  append(found.counts, last.counts);
  append(found.warnings, last.warnings ?? []);
  return { ...last, ...found };
}

/** @returns why the segment is forbidden, if it is */
function keep(swept: Swept, text: string, segment: Segment, found: Found): Refusal | undefined {
  append(found.counts, swept.counts);
  append(found.warnings, swept.warnings ?? []);
  if (swept.blocked === undefined && swept.edits.length > 0) {
    append(found.edits, editString(text, segment.place, swept.edits, segment.json));
  }
  return swept.blocked;
}

/** A body may hold more findings than a call can take arguments. */
function append<T>(to: T[], more: readonly T[]): void {
  for (const one of more) to.push(one);
}
