/**
 * Turns findings into what is done about them, once along a text from left to right, so that a text that arrives in
 * pieces and the same text at once come out the same.
 *
 * Masks never leave out a character that a masked finding covers: where two overlap, the later one gets what the
 * earlier left. Placeholders stay whole; a finding around one is masked on both sides of it. What is put back for a
 * placeholder is not looked at again. The first finding to block ends the sweep where it starts.
 */
import type { Action, Edit, Finding, FindingCount } from '../core/finding.ts';
import type { Refusal } from '../core/refusal.ts';
import type { Followed } from './follow.ts';
import { JsonStrings } from './json-strings.ts';
import { masked } from './mask.ts';
import type { Vault } from './placeholders.ts';
import { nameOf, PLACEHOLDER } from './restorer.ts';
import { type Rules, type Ruling, rulingFor } from './rules.ts';

/** What became known about a text. Places are UTF-16 code units of the whole text. */
export interface Swept {
  /** Everything before is final, with all the edits in it; no edit lies across it. Never shrinks. */
  readonly settled: number;
  /** New ones: ordered, not overlapping, after all that were given before. */
  readonly edits: readonly Edit[];
  /** New ones. */
  readonly counts: readonly FindingCount[];
  /** Ids of rules that warn, new ones. */
  readonly warnings?: readonly string[];
  /** Set from when on a rule blocks: nothing from `settled` on may leave, and nothing more will be said. */
  readonly blocked?: Refusal;
}

const NO_EDITS: readonly Edit[] = [];
const NO_COUNTS: readonly FindingCount[] = [];

type Mask = Extract<Ruling, { action: 'mask' }>;
/** Gives a part of the text. */
type Slice = (start: number, end: number) => string;

export class Sweep {
  readonly #rules: Rules;
  readonly #vault: Vault;
  readonly #strings: JsonStrings | undefined;
  /** The end of the last edit. */
  #covered = 0;
  #settled = 0;
  #blocked: Refusal | undefined;
  #edits: Edit[] = [];
  readonly #counts = new Map<string, FindingCount>();
  readonly #warnings = new Set<string>();
  /** Up to where something was done about findings of a type. */
  readonly #ends = new Map<string, number>();

  /** @param json the text is JSON itself: what is kept of it is kept as a reader of that JSON sees it */
  constructor(rules: Rules, vault: Vault, json: boolean) {
    this.#rules = rules;
    this.#vault = vault;
    this.#strings = json ? new JsonStrings() : undefined;
  }

  /**
   * Goes on as far as the findings are known.
   * @param slice gives a part of the text, between the place settled before and the end of the last finding
   */
  take({ horizon, found, ahead }: Followed, slice: Slice): Swept {
    if (this.#blocked !== undefined) return this.#report();
    const all = ahead.length === 0 ? found : found.concat(ahead);
    for (let at = 0; at < found.length && this.#blocked === undefined; at += 1) this.#judge(all, at, slice);
    if (this.#blocked === undefined) this.#settled = Math.max(horizon, this.#covered);
    this.#strings?.isInside(this.#settled, slice);
    return this.#report();
  }

  #judge(all: readonly Finding[], at: number, slice: Slice): void {
    const finding = all[at];
    if (finding === undefined) return;
    if (finding.type === PLACEHOLDER) {
      this.#restore(finding, slice);
      return;
    }
    const { rulings, shadows } = this.#rules;
    const [own, shadow] = [rulings.get(finding.type), shadows.get(finding.type)];
    if (own === undefined && shadow === undefined)
      throw new Error(`No ruling for a finding of type ${finding.type}.`);
    const text = () => slice(finding.start, finding.end);
    // In another view the same may be seen again, or more of it.
    const known = finding.start < (this.#ends.get(finding.type) ?? 0);
    const would = rulingFor(shadow, finding, text);
    if (would !== undefined && !known) this.#count(finding.type, would.action, true);
    const ruling = rulingFor(own, finding, text);
    if (would !== undefined || ruling !== undefined) this.#note(finding);
    if (ruling === undefined) return;
    const counts = ruling.action !== 'mask' || finding.end > this.#covered;
    if (counts && !known) this.#count(finding.type, ruling.action);
    if (ruling.action === 'mask') this.#mask(all, at, ruling, slice);
    if ('rule' in ruling) this.#warnings.add(ruling.rule);
    if (ruling.action === 'block') this.#block(finding, ruling.refusal);
  }

  #note({ type, end }: Finding): void {
    this.#ends.set(type, Math.max(end, this.#ends.get(type) ?? 0));
  }

  #block({ start }: Finding, refusal: Refusal): void {
    this.#settled = Math.max(start, this.#covered);
    this.#blocked = refusal;
  }

  /** Puts back what a placeholder stands for, unless a finding around it has seen to that. */
  #restore({ start, end }: Finding, slice: Slice): void {
    if (start < this.#covered) return;
    const original = this.#vault.originalOf(nameOf(slice(start, end)));
    if (original === undefined) throw new Error('A placeholder was found that the vault does not have.');
    this.#edit(start, end, original);
  }

  /** Masks what earlier edits and the placeholders inside leave of a finding. */
  #mask(all: readonly Finding[], at: number, mask: Mask, slice: Slice): void {
    const finding = all[at];
    if (finding === undefined || finding.end <= this.#covered) return;
    let from = Math.max(finding.start, this.#covered);
    for (let next = at + 1; next < all.length; next += 1) {
      const inside = all[next];
      if (inside === undefined || inside.start >= finding.end) break;
      if (inside.type !== PLACEHOLDER || inside.start < from) continue;
      if (inside.start > from)
        this.#edit(from, inside.start, this.#replacement(mask, from, inside.start, slice));
      this.#restore(inside, slice);
      from = inside.end;
    }
    if (from < finding.end) this.#edit(from, finding.end, this.#replacement(mask, from, finding.end, slice));
  }

  /** Outside of a JSON string it was a number, with a sign perhaps: only a number is sure to fit. */
  #replacement({ label, as }: Mask, start: number, end: number, slice: Slice): string {
    if (this.#strings?.isInside(start, slice) === false) return '0';
    const written = this.#strings === undefined ? slice(start, end) : unescaped(slice(start, end));
    return as === 'pseudonym'
      ? this.#vault.placeholderFor(label, written)
      : masked(as, label, written, (text) => this.#vault.hash(text));
  }

  #edit(start: number, end: number, text: string): void {
    this.#edits.push({ start, end, text });
    this.#covered = end;
  }

  #count(type: string, action: Action, shadow = false): void {
    const key = `${type} ${action} ${shadow}`;
    const count = (this.#counts.get(key)?.count ?? 0) + 1;
    const { direction } = this.#rules;
    this.#counts.set(key, { type, direction, action, count, ...(shadow && { shadow: true as const }) });
  }

  #report(): Swept {
    // Most pieces of most texts hold nothing.
    if (this.#edits.length === 0 && this.#counts.size === 0 && this.#blocked === undefined) {
      return { settled: this.#settled, edits: NO_EDITS, counts: NO_COUNTS };
    }
    const counts = [...this.#counts.values()];
    const edits = this.#edits;
    const warnings = [...this.#warnings];
    this.#edits = [];
    this.#counts.clear();
    this.#warnings.clear();
    const swept = { settled: this.#settled, edits, counts, ...(warnings.length > 0 && { warnings }) };
    return this.#blocked === undefined ? swept : { ...swept, blocked: this.#blocked };
  }
}

/** A part of a JSON string's inside as its reader sees it; as it is written, where it is no whole part of one. */
function unescaped(written: string): string {
  if (!written.includes('\\')) return written;
  try {
    return String(JSON.parse(`"${written}"`));
  } catch {
    return written;
  }
}
