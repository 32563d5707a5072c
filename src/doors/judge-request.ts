/**
 * The request half of the second door, on a whole body: read → permit → reserve → inspect → judge → rewrite.
 * Everything but decompression and a distant state runs without waiting.
 */
import { choose, onlyBackend, type Route } from '../backends/choose.ts';
import type { FeatureChanges } from '../core/feature.ts';
import { type Edit, splice } from '../core/finding.ts';
import { BACKEND_HEADER, type HeaderChanges, type Headers, joined } from '../core/headers.ts';
import type { Inspection } from '../core/record.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { after, type Soon } from '../core/soon.ts';
import type { RequestView } from '../dialects/dialect.ts';
import { decode, readCoding } from '../dialects/encoding.ts';
import { dialectOf } from '../dialects/index.ts';
import { estimateTokens } from '../dialects/tokens.ts';
import { Vault } from '../guards/placeholders.ts';
import { decodeUtf8, quote } from '../json/document.ts';
import type { Backend } from '../policy/snapshot.ts';
import { type Inspected, inspect } from './inspect.ts';
import { judgeUpload } from './judge-upload.ts';
import { permittedModels } from './permit.ts';
import { type Judging, type Prepared, prepare, seen } from './prepare.ts';
import { reserveModel } from './reserve.ts';
import { rulesOf } from './rules.ts';

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

export const UNCHANGED: FeatureChanges = { strip: new Set(), clamp: new Map() };

/** @param headers the request's, for its content type and encoding */
export function judgeRequest(bytes: Uint8Array, headers: Headers, x: Judging): Soon<JudgedRequest | Refusal> {
  if (bytes.length === 0) return refuse('body_missing');
  const coding = readCoding(joined(headers, 'content-encoding'));
  if (isRefusal(coding)) return coding;
  const judge = (plain: Uint8Array, decoded: boolean) =>
    x.voucher.operation.body === 'multipart'
      ? judgeUpload(plain, decoded, joined(headers, 'content-type') ?? '', x)
      : judgePlain(plain, decoded, x);
  if (coding === 'identity') return judge(bytes, false);
  return decode(bytes, coding, x.policy.bounds.requestBytes).then((plain) =>
    isRefusal(plain) ? plain : judge(plain, true),
  );
}

function judgePlain(bytes: Uint8Array, decoded: boolean, x: Judging): Soon<JudgedRequest | Refusal> {
  const text = decodeUtf8(bytes);
  if (typeof text !== 'string') return seen(x, 'read', text);
  return after(prepare(text, x), (prepared) => {
    if (isRefusal(prepared)) return prepared;
    const { principal, operation } = x.voucher;
    const model = prepared.permitted.model?.name;
    const full =
      model === undefined
        ? undefined
        : reserveModel({ principal, operation: operation.name, model }, x.policy, x.ports);
    return after(full, (refusal) => {
      seen(x, 'reserve', refusal ?? {});
      if (refusal !== undefined) return refusal;
      const route = routeOf(prepared, x);
      return isRefusal(route) ? route : judgeContent({ ...prepared, bytes, decoded, route }, x);
    });
  });
}

/** Where a request must go: to its model, and to what keeps the objects that it names. */
function routeOf({ permitted: { model, home } }: Prepared, x: Judging): Route | Refusal {
  if (model === undefined) return keeperFor(x, home);
  return choose(model, choosingOf(x, home), x.ports.random);
}

export function choosingOf({ policy, voucher }: Judging, home?: string) {
  return { policy, tenant: voucher.principal.tenant, home };
}

/**
 * The backend for a request that names no model: where the objects are that it names; otherwise the only one that
 * serves the caller's models.
 */
export function keeperFor({ policy, voucher }: Judging, home: string | undefined): Route | Refusal {
  const backend =
    home === undefined
      ? onlyBackend(permittedModels(voucher, policy), policy, voucher.principal.tenant)
      : policy.backends.get(home);
  return backend === undefined
    ? refuse('backend_unavailable', { why: 'no_single_backend', retryAfter: 1 })
    : { backend };
}

/** A request that was read and may go to a backend. */
interface Routed extends Prepared {
  readonly bytes: Uint8Array;
  /** The bytes are not those that came: they were compressed. */
  readonly decoded: boolean;
  readonly route: Route;
}

function judgeContent(request: Routed, x: Judging): Soon<JudgedRequest | Refusal> {
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

function rewrite(request: Routed, { edits }: Inspected, vault: Vault, inspects: boolean): JudgedRequest {
  const { text, bytes, decoded, view, route, changed } = request;
  const written = writtenFor(route, text, view, edits);
  const adapted = changed.strip.size > 0 || changed.clamp.size > 0;
  return {
    body: written !== text || adapted ? Buffer.from(written) : decoded ? bytes : 'keep',
    changes: upstreamChanges(route.backend, decoded),
    route,
    changed,
    stream: view.stream,
    usageIsOurs: view.usageEdits.length > 0,
    vault,
    inspected: !inspects ? 'skipped' : view.opaqueParts > 0 ? 'partial' : 'whole',
    estimate: view.segments.reduce((sum, segment) => sum + estimateTokens(segment.text), 0),
  };
}

/** The text of a request as a backend is to have it. */
export function writtenFor(route: Route, text: string, view: RequestView, edits: readonly Edit[]): string {
  const all = [...edits, ...view.usageEdits, ...modelEdit(view, route)];
  return all.length === 0
    ? text
    : splice(
        text,
        all.sort((a, b) => a.start - b.start),
      );
}

/** An alias becomes the name that the backend knows. */
function modelEdit({ model }: RequestView, { target }: Route): Edit[] {
  if (model === undefined || target === undefined || target.served.model === model.name) return [];
  return [{ ...model.place, text: quote(target.served.model) }];
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
