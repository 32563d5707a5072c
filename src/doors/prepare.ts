/**
 * read and permit, for a request in JSON: what it asks, that the caller may ask it, and what must be taken out of it
 * so that it may.
 *
 * What was adapted is read and judged again, from its text: only a request that needs no change any more goes on.
 */
import type { FeatureChanges } from '../core/feature.ts';
import { splice } from '../core/finding.ts';
import type { Operation } from '../core/operation.ts';
import type { Ports } from '../core/ports.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { after, type Soon } from '../core/soon.ts';
import type { Voucher } from '../core/voucher.ts';
import type { RequestView } from '../dialects/dialect.ts';
import { dialectOf } from '../dialects/index.ts';
import { type JsonNode, parse } from '../json/document.ts';
import type { Snapshot } from '../policy/snapshot.ts';
import type { Observer } from './chain.ts';
import { bodyFactsOf } from './facts.ts';
import { type Permitted, permit } from './permit.ts';
import type { Tally } from './tally.ts';

export interface Judging {
  readonly voucher: Voucher;
  readonly policy: Snapshot;
  readonly ports: Ports;
  /** Told what is asked for as soon as it is read, also when it is then refused. */
  readonly tally: Pick<Tally, 'asked' | 'found' | 'features' | 'hold'>;
  readonly observe?: Observer | undefined;
}

/** A request that was read and may be made. */
export interface Prepared {
  /** As it came, or as it was adapted. */
  readonly text: string;
  readonly view: RequestView;
  readonly permitted: Permitted;
  /** What was changed about it. */
  readonly changed: FeatureChanges;
}

export function prepare(text: string, x: Judging): Soon<Prepared | Refusal> {
  const read = readText(text, x);
  if (isRefusal(read)) return seen(x, 'read', read);
  const { view, root } = read;
  seen(x, 'read', view);
  x.tally.asked = view.model?.name;
  x.tally.features = bodyFactsOf(view).features;
  return after(permitView(view, x), (permitted) => {
    seen(x, 'permit', permitted);
    if (isRefusal(permitted)) return permitted;
    const { changes } = permitted;
    if (isNothing(changes)) return { text, view, permitted, changed: changes };
    return adapt(text, root, permitted, x);
  });
}

interface Read {
  readonly view: RequestView;
  readonly root: JsonNode;
}

function readText(text: string, { policy, voucher: { operation } }: Judging): Read | Refusal {
  const { bounds } = policy;
  const root = parse(text, { depth: bounds.jsonDepth, values: bounds.jsonValues });
  if (isRefusal(root)) return root;
  const view = dialectOf(operation.dialect).readRequest(operation, text, root);
  return isRefusal(view) ? view : { view, root };
}

function permitView(view: RequestView, x: Judging): Soon<Permitted | Refusal> {
  return permit({ body: bodyFactsOf(view), uses: view.features, objects: view.objects }, x);
}

function adapt(text: string, root: JsonNode, { changes }: Permitted, x: Judging): Soon<Prepared | Refusal> {
  const { operation } = x.voucher;
  const edits = dialectOf(operation.dialect).adapt(operation, text, root, changes);
  if (isRefusal(edits)) return edits;
  const adapted = splice(text, edits);
  const read = readText(adapted, x);
  if (isRefusal(read)) return read;
  return after(permitView(read.view, x), (permitted) => {
    if (isRefusal(permitted)) return permitted;
    if (!isNothing(permitted.changes)) return refuse('feature_not_allowed', { why: 'cannot_be_taken_out' });
    return { text: adapted, view: read.view, permitted, changed: changes };
  });
}

/** Holds the answer of a prepared request to so many tokens a choice. */
export function boundOutput(prepared: Prepared, tokens: number, x: Judging): Prepared | Refusal {
  const { operation } = x.voucher;
  const { bounds } = x.policy;
  const root = parse(prepared.text, { depth: bounds.jsonDepth, values: bounds.jsonValues });
  if (isRefusal(root)) return root;
  const clamp: FeatureChanges = { strip: new Set(), clamp: new Map([['max_output_tokens', tokens]]) };
  const edits = dialectOf(operation.dialect).adapt(operation, prepared.text, root, clamp);
  if (isRefusal(edits)) return edits;
  const text = splice(prepared.text, edits);
  const read = readText(text, x);
  if (isRefusal(read)) return read;
  const { strip, clamp: before } = prepared.changed;
  return {
    ...prepared,
    text,
    view: read.view,
    changed: { strip, clamp: new Map([...before, ...clamp.clamp]) },
  };
}

function isNothing({ strip, clamp }: FeatureChanges): boolean {
  return strip.size === 0 && clamp.size === 0;
}

export function seen<T extends object>(x: Pick<Judging, 'observe'>, stage: string, result: T): T {
  x.observe?.(stage, result);
  return result;
}

/** The same judging for a request that stands within another, such as a line of a batch. */
export function within(x: Judging, operation: Operation): Judging {
  return { ...x, voucher: { ...x.voucher, operation }, observe: undefined };
}
