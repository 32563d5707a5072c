/**
 * Lets an event stream through event by event, whole and in order, each as soon as nothing that follows can change
 * what its texts must say. Where nothing is changed, the bytes that leave are the bytes that came.
 *
 * It cannot take back what has left: a rule that blocks stops the rest of the stream.
 */
import { type Edit, splice } from '../core/finding.ts';
import type { Operation } from '../core/operation.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import type { ObjectRef } from '../core/stored-object.ts';
import type { Role } from '../core/text.ts';
import {
  type Delta,
  type Dialect,
  type EventView,
  type OfferedTool,
  SILENT_EVENT,
  type UsageCounts,
} from '../dialects/dialect.ts';
import type { FramedEvent, Framer, Framing } from '../dialects/framing/framing.ts';
import { type Channel, openChannel, partition } from '../guards/channel.ts';
import { LONGEST_JUDGED } from '../guards/own/judge.ts';
import { type Cutter, type Passage, Passages, Uncut } from '../guards/passages.ts';
import type { Vault } from '../guards/placeholders.ts';
import type { RuleSet } from '../guards/rule-set.ts';
import type { Rules } from '../guards/rules.ts';
import { editString } from '../json/document.ts';
import { outside } from './offered.ts';
import { judgeOpaque } from './opaque.ts';
import type { Tally } from './tally.ts';

/** Choices times fields; more than any client asks for. */
const MAX_CHANNELS = 512;
/** Code units of a channel that are kept, to be looked at as a whole: its beginning, unless a rule wants all of it. */
const MAX_SAID = 12 * 1024;
const MAX_SAID_WHOLE = 2 * LONGEST_JUDGED;
/** Code units held back in all, should a channel never settle. */
const MAX_HELD = 1024 * 1024;

/** A delta in its channel's text, absolute. */
interface Placed {
  readonly delta: Delta;
  readonly track: Track;
  readonly start: number;
  readonly end: number;
}

/** One channel and what is decided about it. */
interface Track {
  readonly channel: Channel;
  readonly role: Role;
  /** What it said, where a rule wants to know what that is as a whole. */
  said: string;
  /** How much of that is kept. */
  readonly mostSaid: number;
  /** Where it leaves in passages, and up to where those are judged. */
  readonly passages: Cutter | undefined;
  judged: number;
  length: number;
  settled: number;
  /** Ordered; those before the oldest held delta are dropped as it leaves. */
  edits: Edit[];
}

interface Held {
  readonly framed: FramedEvent;
  readonly deltas: readonly Placed[];
  readonly leaks: readonly Edit[];
  /** Made whatever else is. */
  readonly cuts: readonly Edit[];
  readonly drop: boolean;
}

export interface Let {
  readonly out: 'keep' | Uint8Array;
  /** A rule ended the stream; `out` already ends it in its dialect. */
  readonly cut?: Refusal;
}

export interface GateContext {
  readonly dialect: Dialect;
  readonly framing: Framing;
  /** What leaves out of an event's data the tools that the caller may not call. */
  readonly withhold: (data: string, offered: readonly OfferedTool[]) => readonly Edit[];
  readonly operation: Operation;
  readonly rules: RuleSet;
  readonly vault: Vault;
  /** Take out the event that tells the usage: only we asked for it. */
  readonly dropUsage: boolean;
  /** What the request said that its answer must name. */
  readonly call: string | undefined;
  readonly tally: Tally;
  /** Told what a channel said, once it has. */
  readonly assess: (role: Role, text: string) => void;
  /** Asked about each passage where what it is decides whether it may leave; gives why it may not. */
  readonly judge: (role: Role, passage: string) => Refusal | undefined;
  /** Bytes of one event at most. */
  readonly eventBytes: number;
}

export class StreamGate {
  readonly #x: GateContext;
  readonly #framer: Framer;
  readonly #tracks = new Map<string, Track>();
  readonly #inspects: boolean;
  #queue: Held[] = [];
  #held = 0;
  #changed = false;
  /** Bytes have left. */
  #begun = false;
  #usage: UsageCounts = {};
  /** True once the dialect's own end mark came. */
  ended = false;
  #firstData: string | undefined;
  /** Of what has left. */
  #lastData: string | undefined;
  #made: ObjectRef[] = [];
  readonly #known = new Set<string>();
  #blocked: Refusal | undefined;

  constructor(x: GateContext) {
    this.#x = x;
    this.#framer = x.framing.open(x.eventBytes);
    this.#inspects = x.rules.active || x.vault.size > 0;
    x.tally.response = this.#inspects ? 'whole' : 'skipped';
  }

  /** True if nothing is kept back. */
  get empty(): boolean {
    return this.#queue.length === 0 && this.#framer.empty;
  }

  /** Stored objects that the events taken since the last call made. */
  takeMade(): readonly ObjectRef[] {
    const made = this.#made;
    if (made.length > 0) this.#made = [];
    return made;
  }

  /** Takes the next bytes and says which may leave. @param last no more follow */
  push(bytes: Uint8Array, last: boolean): Let | Refusal {
    const wasEmpty = this.empty;
    this.#changed = false;
    const events = this.#framer.push(bytes);
    if (isRefusal(events)) return events;
    const tail = last ? this.#framer.finish() : [];
    if (isRefusal(tail)) return tail;
    for (const framed of [...events, ...tail]) {
      const unread = this.#take(framed);
      if (unread !== undefined) return unread;
      if (this.#blocked !== undefined) return this.#cut(this.#blocked);
    }
    if (last) this.#close('');
    const out = this.#release();
    if (this.#held > MAX_HELD) return refuse('answer_too_large');
    this.#begun ||= out.length > 0;
    return { out: wasEmpty && this.empty && !this.#changed ? 'keep' : Buffer.concat(out) };
  }

  #take(framed: FramedEvent): Refusal | undefined {
    const view =
      framed.data === undefined
        ? SILENT_EVENT
        : this.#x.dialect.readEvent(this.#x.operation, { data: framed.data, name: framed.name });
    if (isRefusal(view)) return view;
    this.#note(view, framed);
    const cuts = this.#cutsOf(view, framed);
    const deltas: Placed[] = [];
    for (const delta of outside(view.deltas, cuts)) {
      const placed = this.#place(delta);
      if (isRefusal(placed)) return placed;
      if (placed !== undefined) deltas.push(placed);
    }
    for (const prefix of view.closes) this.#close(prefix);
    if (view.end || framed.last) {
      this.#close('');
      this.ended = true;
    }
    this.#held += framed.raw.length;
    this.#queue.push({ framed, deltas, leaks: view.leaks, cuts, drop: view.usageOnly && this.#x.dropUsage });
    return undefined;
  }

  #cutsOf({ offered }: EventView, { data }: FramedEvent): readonly Edit[] {
    if (offered === undefined || offered.length === 0 || data === undefined) return [];
    return this.#x.withhold(data, offered);
  }

  #note(view: EventView, framed: FramedEvent): void {
    const { tally } = this.#x;
    this.#firstData ??= framed.data;
    if (view.usage !== undefined) this.#noteUsage(view.usage);
    if (view.opaque.length > 0) {
      const { counts, blocked } = judgeOpaque(view.opaque, this.#x.rules);
      tally.found(counts);
      if (blocked !== undefined) this.#blocked ??= blocked;
      if (this.#inspects) tally.response = 'partial';
    }
    tally.served ??= view.model;
    if (view.made.length > 0) this.#noteMade(view.made);
    for (const delta of view.deltas) tally.output.push(delta.channel, delta.text);
  }

  /** Some dialects say what was used piece by piece; nothing is reported until both sides are known. */
  #noteUsage(counts: UsageCounts | 'implausible'): void {
    if (counts === 'implausible') {
      this.#x.tally.reported = counts;
      return;
    }
    this.#usage = { ...this.#usage, ...counts };
    const { input, output } = this.#usage;
    if (input !== undefined && output !== undefined)
      this.#x.tally.reported = { ...this.#usage, input, output, source: 'reported' };
  }

  /** Every event of a stored response names it again. */
  #noteMade(made: readonly ObjectRef[]): void {
    for (const ref of made) {
      const name = `${ref.kind} ${ref.id}`;
      if (this.#known.has(name)) continue;
      this.#known.add(name);
      this.#made.push(ref);
    }
  }

  #place(delta: Delta): Placed | Refusal | undefined {
    if (!this.#inspects) return undefined;
    let track = this.#tracks.get(delta.channel);
    if (track === undefined) {
      if (this.#tracks.size >= MAX_CHANNELS) return refuse('answer_unreadable');
      const rules = this.#x.rules.of(delta.role);
      track = {
        role: delta.role,
        said: '',
        mostSaid: mostSaid(rules),
        passages: cutterFor(rules),
        judged: 0,
        channel: openChannel(rules, this.#x.vault, delta.json),
        length: 0,
        settled: 0,
        edits: [],
      };
      this.#tracks.set(delta.channel, track);
    }
    const start = track.length;
    track.length += delta.text.length;
    track.said += delta.text.slice(0, track.mostSaid - track.said.length);
    this.#judge(track, track.passages?.push(delta.text));
    this.#settle(track, track.channel.push(delta.text));
    return { delta, track, start, end: track.length };
  }

  #close(prefix: string): void {
    for (const [name, track] of this.#tracks) {
      if (!name.startsWith(prefix)) continue;
      this.#judge(track, track.passages?.finish());
      this.#settle(track, track.channel.finish());
      if (track.said !== '') this.#x.assess(track.role, track.said);
      // A channel that comes again is a new text.
      this.#tracks.delete(name);
    }
  }

  #judge(track: Track, passages: readonly Passage[] = []): void {
    for (const { text, end } of passages) {
      if (this.#blocked !== undefined) return;
      const refusal = this.#x.judge(track.role, text);
      if (refusal === undefined) track.judged = end;
      else this.#blocked = refusal;
    }
  }

  #settle(track: Track, result: ReturnType<Channel['push']>): void {
    track.settled = track.passages === undefined ? result.settled : Math.min(result.settled, track.judged);
    for (const edit of result.edits) track.edits.push(edit);
    this.#x.tally.found(result.counts);
    if (result.blocked !== undefined) this.#blocked ??= result.blocked;
  }

  #release(): Uint8Array[] {
    const out: Uint8Array[] = [];
    let count = 0;
    for (const held of this.#queue) {
      if (!held.deltas.every((placed) => placed.end <= placed.track.settled)) break;
      const written = this.#write(held);
      if (written !== undefined) out.push(written);
      this.#held -= held.framed.raw.length;
      count += 1;
    }
    if (count > 0) this.#queue = this.#queue.slice(count);
    return out;
  }

  #write(held: Held): Uint8Array | undefined {
    if (held.drop) {
      this.#changed = true;
      return undefined;
    }
    const { framed } = held;
    this.#lastData = framed.data ?? this.#lastData;
    const edits = held.deltas.flatMap((placed) => editsOf(placed, framed.data ?? ''));
    if (edits.length + held.cuts.length === 0) return framed.raw;
    this.#changed = true;
    const leaks =
      edits.length === 0
        ? []
        : outside(
            held.leaks.map((edit) => ({ edit, place: edit })),
            held.cuts,
          ).map(({ edit }) => edit);
    const all = [...edits, ...leaks, ...held.cuts].sort((a, b) => a.start - b.start);
    return framed.rewrite(splice(framed.data ?? '', all));
  }

  #cut(refusal: Refusal): Let {
    const before = this.#release();
    const end = this.lastWords(refusal, before.length > 0);
    return { out: Buffer.concat([...before, end]), cut: refusal };
  }

  /**
   * What ends the stream in its dialect. What is still held back does not leave any more.
   * @param more events leave before it
   */
  lastWords(refusal: Refusal, more = false): Uint8Array {
    const { dialect, operation, framing, call } = this.#x;
    const last = dialect.cut(operation, refusal, { first: this.#firstData, last: this.#lastData, call });
    return framing.close(last, this.#begun || more);
  }
}

/** How much is kept to be noted. What was judged before it left is not judged again. */
function mostSaid({ assesses, judges, holds }: Rules): number {
  if (holds === 'whole') return 0;
  if (judges.some((judge) => judge.of === 'whole')) return MAX_SAID_WHOLE;
  return holds === false && (assesses !== false || judges.length > 0) ? MAX_SAID : 0;
}

function cutterFor({ holds }: Rules): Cutter | undefined {
  if (holds === false) return undefined;
  return holds === 'whole' ? new Uncut() : new Passages();
}

/** A channel's edits that fall into one delta, as edits of the event's data. */
function editsOf(placed: Placed, data: string): Edit[] {
  const { track, delta } = placed;
  if (track.edits.length === 0) return [];
  const [local = []] = partition(track.edits, [{ start: placed.start, end: placed.end }]);
  track.edits = track.edits.filter((edit) => edit.end > placed.end);
  return local.length === 0 ? [] : editString(data, delta.place, local, delta.json);
}
