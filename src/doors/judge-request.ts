/**
 * The request half of the second door, on a whole body: read → permit → reserve → inspect → judge → rewrite.
 * Everything but decompression and a distant limits state runs without waiting.
 */
import { choose, type Route } from '../backends/choose.ts';
import type { FeatureChanges } from '../core/feature.ts';
import { type Edit, splice } from '../core/finding.ts';
import { BACKEND_HEADER, type HeaderChanges, type Headers, joined } from '../core/headers.ts';
import type { Ports } from '../core/ports.ts';
import type { Inspection } from '../core/record.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { after, type Soon } from '../core/soon.ts';
import type { Voucher } from '../core/voucher.ts';
import type { RequestView } from '../dialects/dialect.ts';
import { decode, readCoding } from '../dialects/encoding.ts';
import { dialectOf } from '../dialects/index.ts';
import { estimateTokens } from '../dialects/tokens.ts';
import { Vault } from '../guards/placeholders.ts';
import { decodeUtf8, parse, quote } from '../json/document.ts';
import type { Backend, Snapshot } from '../policy/snapshot.ts';
import type { Observer } from './chain.ts';
import { type Inspected, inspect } from './inspect.ts';
import { permit } from './permit.ts';
import { reserveModel } from './reserve.ts';
import { rulesOf } from './rules.ts';
import type { Tally } from './tally.ts';

/** What the second door decided about a request that may go on. */
export interface JudgedRequest {
  /** The body to send, or `keep` for the bytes that came. */
  readonly body: 'keep' | Uint8Array;
  readonly changes: HeaderChanges;
  readonly route: Route;
  /** What was taken out of it, or held to a most. */
  readonly changed: FeatureChanges;
  readonly stream: boolean;
  /** True if the stream's usage was asked for by us alone, and must not reach the client. */
  readonly usageIsOurs: boolean;
  /** Originals that the answer may need back. */
  readonly vault: Vault;
  readonly inspected: Inspection;
  /** Our own count of the prompt's tokens, for answers that report none. */
  readonly estimate: number;
}

export interface Judging {
  readonly voucher: Voucher;
  readonly policy: Snapshot;
  readonly ports: Ports;
  /** Told the name asked for as soon as it is read, also when it is then refused. */
  readonly tally: Pick<Tally, 'asked' | 'found'>;
  readonly observe?: Observer | undefined;
}

/** @param headers the request's, for its content encoding */
export function judgeRequest(bytes: Uint8Array, headers: Headers, x: Judging): Soon<JudgedRequest | Refusal> {
  if (bytes.length === 0) return refuse('body_missing');
  const coding = readCoding(joined(headers, 'content-encoding'));
  if (isRefusal(coding)) return coding;
  if (coding === 'identity') return judgePlain(bytes, false, x);
  return decode(bytes, coding, x.policy.bounds.requestBytes).then((plain) =>
    isRefusal(plain) ? plain : judgePlain(plain, true, x),
  );
}

function judgePlain(bytes: Uint8Array, decoded: boolean, x: Judging): Soon<JudgedRequest | Refusal> {
  const text = decodeUtf8(bytes);
  if (typeof text !== 'string') return seen(x, 'read', text);
  const view = read(text, x);
  seen(x, 'read', view);
  if (isRefusal(view)) return view;
  x.tally.asked = view.model.name;
  const model = permit(view.model.name, x.voucher, x.policy);
  seen(x, 'permit', model);
  if (isRefusal(model)) return model;
  const full = reserveModel(
    { principal: x.voucher.principal, operation: x.voucher.operation.name, model: model.name },
    x.policy,
    x.ports,
  );
  return after(full, (refusal) => {
    seen(x, 'reserve', refusal ?? {});
    if (refusal !== undefined) return refusal;
    const route = choose(model, x.policy, x.ports.random);
    return isRefusal(route) ? route : judgeContent({ text, bytes, decoded, view, route }, x);
  });
}

function read(text: string, x: Judging): RequestView | Refusal {
  const { bounds } = x.policy;
  const root = parse(text, { depth: bounds.jsonDepth, values: bounds.jsonValues });
  if (isRefusal(root)) return root;
  return dialectOf(x.voucher.operation.dialect).readRequest(x.voucher.operation, text, root);
}

/** A request that was read and may go to a model. */
interface Permitted {
  readonly text: string;
  readonly bytes: Uint8Array;
  /** The bytes are not those that came: they were compressed. */
  readonly decoded: boolean;
  readonly view: RequestView;
  readonly route: Route;
}

function judgeContent(request: Permitted, x: Judging): Soon<JudgedRequest | Refusal> {
  const vault = new Vault(x.ports.random, request.text);
  const { input: rules } = rulesOf(x.policy);
  const inspecting = { rules, vault, nextTurn: x.ports.nextTurn };
  return after(inspect(request.text, request.view.segments, inspecting), (inspected) => {
    x.tally.found(inspected.counts);
    seen(x, 'inspect', inspected.blocked ?? inspected);
    if (inspected.blocked !== undefined) return inspected.blocked;
    vault.seal();
    return seen(x, 'rewrite', rewrite(request, inspected, vault, rules.active));
  });
}

function rewrite(request: Permitted, { edits }: Inspected, vault: Vault, inspects: boolean): JudgedRequest {
  const { text, bytes, decoded, view, route } = request;
  const all = [...edits, ...view.usageEdits, ...modelEdit(view, route)].sort((a, b) => a.start - b.start);
  return {
    body: all.length > 0 ? Buffer.from(splice(text, all)) : decoded ? bytes : 'keep',
    changes: upstreamChanges(route.backend, decoded),
    route,
    changed: NOTHING_CHANGED,
    stream: view.stream,
    usageIsOurs: view.usageEdits.length > 0,
    vault,
    inspected: !inspects ? 'skipped' : view.opaqueParts > 0 ? 'partial' : 'whole',
    estimate: view.segments.reduce((sum, segment) => sum + estimateTokens(segment.text), 0),
  };
}

const NOTHING_CHANGED: FeatureChanges = { strip: new Set(), clamp: new Map() };

/** An alias becomes the name that the backend knows. */
function modelEdit(view: RequestView, route: Route): Edit[] {
  if (route.served.model === view.model.name) return [];
  return [{ ...view.model.place, text: quote(route.served.model) }];
}

/** Headers towards a backend: which one, its credential, and an answer that we can read. */
export function upstreamChanges(backend: Backend, decoded: boolean): HeaderChanges {
  const set: (readonly [string, string])[] = [
    [BACKEND_HEADER, backend.cluster],
    ['accept-encoding', 'identity'],
  ];
  if (backend.credential !== undefined)
    set.push(dialectOf(backend.dialect).credentialHeader(backend.credential));
  return { set, remove: decoded ? ['content-encoding'] : [] };
}

function seen<T extends object>(x: Judging, stage: string, result: T): T {
  x.observe?.(stage, result);
  return result;
}
