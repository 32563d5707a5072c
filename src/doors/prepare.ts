/**
 * read and permit, for a request in JSON: what it asks, that the caller may ask it, and what must be taken out of it
 * so that it may.
 *
 * What was adapted is read and judged again, from its text: only a request that needs no change any more goes on.
 */
import type { FeatureChanges } from '../core/feature.ts';
import { splice } from '../core/finding.ts';
import { type HeaderChanges, type Headers, NO_HEADER_CHANGES, withChanges } from '../core/headers.ts';
import type { Operation } from '../core/operation.ts';
import type { Ports } from '../core/ports.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { after, type Soon } from '../core/soon.ts';
import type { ObjectRef } from '../core/stored-object.ts';
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
  /** Of the request, as the second door sees them. */
  readonly headers: Headers;
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
  /** What of that was said by its headers. */
  readonly headers: HeaderChanges;
}

export function prepare(text: string, x: Judging): Soon<Prepared | Refusal> {
  const read = readText(text, x);
  if (isRefusal(read)) return seen(x, 'read', read);
  const { view, root } = read;
  seen(x, 'read', view);
  if (view.model?.disputed === true)
    return refuse('body_invalid', { detail: 'The body names another model than the path.' });
  x.tally.asked = view.model?.name;
  x.tally.features = bodyFactsOf(view).features;
  return after(permitView(view, x), (permitted) => {
    seen(x, 'permit', permitted);
    if (isRefusal(permitted)) return permitted;
    const { changes } = permitted;
    if (isNothing(changes)) return { text, view, permitted, changed: changes, headers: NO_HEADER_CHANGES };
    return adapt(text, root, permitted, x);
  });
}

interface Read {
  readonly view: RequestView;
  readonly root: JsonNode;
}

function readText(text: string, { policy, headers, voucher: { operation } }: Judging): Read | Refusal {
  const { bounds } = policy;
  const root = parse(text, { depth: bounds.jsonDepth, values: bounds.jsonValues });
  if (isRefusal(root)) return root;
  const view = dialectOf(operation.dialect).readRequest(operation, text, root, headers);
  return isRefusal(view) ? view : { view, root };
}

/** @param model that is asked for, where it is not the one that the request names */
function permitView(view: RequestView, x: Judging, model?: string): Soon<Permitted | Refusal> {
  const objects = [...view.objects, ...headerObjectsIn(x)];
  const body = { ...bodyFactsOf(view), ...(model !== undefined && { model }) };
  return permit({ body, uses: view.features, objects }, x);
}

export function headerObjectsIn({ voucher, headers }: Judging): readonly ObjectRef[] {
  return dialectOf(voucher.operation.dialect).headerObjects?.(headers) ?? [];
}

function adapt(text: string, root: JsonNode, { changes }: Permitted, x: Judging): Soon<Prepared | Refusal> {
  const { operation } = x.voucher;
  const made = dialectOf(operation.dialect).adapt(operation, text, root, changes, x.headers);
  if (isRefusal(made)) return made;
  const adapted = splice(text, made.edits);
  const read = readText(adapted, { ...x, headers: withChanges(x.headers, made.headers) });
  if (isRefusal(read)) return read;
  return after(permitView(read.view, x), (permitted) => {
    if (isRefusal(permitted)) return permitted;
    if (!isNothing(permitted.changes)) return refuse('feature_not_allowed', { why: 'cannot_be_taken_out' });
    return { text: adapted, view: read.view, permitted, changed: changes, headers: made.headers };
  });
}

/** A request as one for another model than it names. One that would have to be changed for it is refused. */
export function permitAs(prepared: Prepared, model: string, x: Judging): Soon<Prepared | Refusal> {
  return after(permitView(prepared.view, x, model), (permitted) => {
    seen(x, 'permit', permitted);
    if (isRefusal(permitted)) return permitted;
    if (!isNothing(permitted.changes)) return refuse('feature_not_allowed', { why: 'cannot_be_taken_out' });
    return { ...prepared, permitted };
  });
}

/** Holds the answer of a prepared request to so many tokens a choice. */
export function boundOutput(prepared: Prepared, tokens: number, x: Judging): Prepared | Refusal {
  const { operation } = x.voucher;
  const { bounds } = x.policy;
  const root = parse(prepared.text, { depth: bounds.jsonDepth, values: bounds.jsonValues });
  if (isRefusal(root)) return root;
  const clamp: FeatureChanges = { strip: new Set(), clamp: new Map([['max_output_tokens', tokens]]) };
  const headers = withChanges(x.headers, prepared.headers);
  const adapted = dialectOf(operation.dialect).adapt(operation, prepared.text, root, clamp, headers);
  if (isRefusal(adapted)) return adapted;
  const text = splice(prepared.text, adapted.edits);
  const read = readText(text, { ...x, headers });
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
