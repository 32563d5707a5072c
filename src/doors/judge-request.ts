/**
 * The request half of the second door, on a whole body: read → permit → route → reserve → inspect → judge → rewrite.
 * Everything but decompression and a distant state runs without waiting.
 */
import type { Route } from '../backends/choose.ts';
import { type HeaderChanges, type Headers, joined, withChanges } from '../core/headers.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { after, type Soon } from '../core/soon.ts';
import { decode, readCoding } from '../dialects/encoding.ts';
import { canariesIn } from '../guards/assess/assessor.ts';
import type { Vault } from '../guards/placeholders.ts';
import type { RuleSet } from '../guards/rule-set.ts';
import { decodeUtf8 } from '../json/document.ts';
import type { Expected } from './holding.ts';
import { type Inspected, inspectAll, inspectingBy, together } from './inspect-all.ts';
import { type JudgedLines, judgeLines } from './judge-batch.ts';
import { judgeBytes } from './judge-bytes.ts';
import { judgeUpload } from './judge-upload.ts';
import { judgeOpaque } from './opaque.ts';
import { changesFor, type JudgedRequest, renamesPath, routeFor, writtenFor } from './outgoing.ts';
import { type Judging, type Prepared, prepare, seen } from './prepare.ts';
import { redirect } from './redirect.ts';
import { reserveBatch } from './reserve-batch.ts';
import { reserveRequest } from './reserve-use.ts';
import { rulesOf } from './rules.ts';
import { vaultFor } from './vault.ts';

/** @param headers the request's, for its content type and encoding */
export function judgeRequest(bytes: Uint8Array, headers: Headers, x: Judging): Soon<JudgedRequest | Refusal> {
  if (bytes.length === 0) return refuse('body_missing');
  const coding = readCoding(joined(headers, 'content-encoding'));
  if (isRefusal(coding)) return coding;
  const { body } = x.voucher.operation;
  const judge = (plain: Uint8Array, decoded: boolean) => {
    if (body === 'multipart') return judgeUpload(plain, decoded, joined(headers, 'content-type') ?? '', x);
    return body === 'bytes' ? judgeBytes(plain, decoded, x) : judgePlain(plain, decoded, x);
  };
  if (coding === 'identity') return judge(bytes, false);
  return decode(bytes, coding, x.policy.bounds.requestBytes).then((plain) =>
    isRefusal(plain) ? plain : judge(plain, true),
  );
}

function judgePlain(bytes: Uint8Array, decoded: boolean, x: Judging): Soon<JudgedRequest | Refusal> {
  const text = decodeUtf8(bytes);
  if (typeof text !== 'string') return seen(x, 'read', text);
  const prepared = after(prepare(text, x), (read) => (isRefusal(read) ? read : redirect(read, x)));
  return after(prepared, (prepared) => {
    if (isRefusal(prepared)) return prepared;
    const route = routeFor(prepared.permitted, x, prepared.view.segments);
    if (isRefusal(route)) return route;
    return after(reserveRequest(prepared, route, x), (reserved) =>
      isRefusal(reserved)
        ? reserved
        : judgeContent({ ...reserved.prepared, expected: reserved.expected, bytes, decoded, route }, x),
    );
  });
}

/** A request that was read and may go to a backend. */
interface Routed extends Prepared {
  readonly bytes: Uint8Array;
  /** The bytes are not those that came: they were compressed. */
  readonly decoded: boolean;
  readonly route: Route;
  readonly expected: Expected | undefined;
}

function judgeContent(request: Routed, x: Judging): Soon<JudgedRequest | Refusal> {
  const { segments, opaque } = request.view;
  const vault = vaultFor(request.text, x, segments);
  const { input: rules, output } = rulesOf(x.policy, x.voucher, request.permitted.model?.name);
  if (request.view.stream && output.asks)
    return refuse('feature_not_allowed', {
      detail: 'Answers are checked as a whole here: ask without a stream.',
    });
  return after(inspectAll(request.text, segments, inspectingBy(rules, vault, x)), (found) => {
    const inspected = together(found, judgeOpaque(opaque, rules));
    x.tally.found(inspected.counts);
    seen(x, 'inspect', inspected.blocked ?? inspected);
    if (inspected.blocked !== undefined) return inspected.blocked;
    vault.seal();
    return after(judgeHeld(request, x), (held) =>
      isRefusal(held) ? held : seen(x, 'rewrite', rewrite(request, inspected, held, vault, looks(rules), x)),
    );
  });
}

function looks({ active, routes }: RuleSet): boolean {
  return active || routes !== undefined;
}

const NOTHING_HELD: JudgedLines = { edits: [], inspected: 'whole', uses: [] };

/** Requests that this one holds, to be made later: charged now, since none of them passes the doors again. */
function judgeHeld({ view, route, headers }: Routed, x: Judging): Soon<JudgedLines | Refusal> {
  if (view.batch === undefined) return NOTHING_HELD;
  const judged = judgeLines(view.batch, route, { ...x, headers: withChanges(x.headers, headers) });
  return after(judged, (lines) => {
    if (isRefusal(lines)) return lines;
    return after(reserveBatch(lines.uses, route.backend.name, x), (full) => full ?? lines);
  });
}

function rewrite(
  request: Routed,
  { edits, warnings = [], missed = false }: Inspected,
  held: JudgedLines,
  vault: Vault,
  inspects: boolean,
  x: Judging,
): JudgedRequest | Refusal {
  const { text, bytes, decoded, view, route, changed, headers, expected } = request;
  const upstream = changesFor(route, decoded, x);
  if (isRefusal(upstream)) return upstream;
  const written = writtenFor(route, text, view, [...edits, ...held.edits]);
  const partial = missed || view.opaque.length > 0 || held.inspected === 'partial';
  const adapted = changed.strip.size > 0 || changed.clamp.size > 0;
  return {
    body: written !== text || adapted ? Buffer.from(written) : decoded ? bytes : 'keep',
    headersAdapted: headers.set.length + headers.remove.length > 0 || renamesPath(upstream),
    changes: joinChanges(headers, upstream),
    route,
    changed,
    stream: view.stream,
    usageIsOurs: view.usageEdits.length > 0,
    ...(view.call !== undefined && { call: view.call }),
    warnings,
    canaries: view.segments.flatMap(({ role, text: said }) => (role === 'system' ? canariesIn(said) : [])),
    vault,
    inspected: !inspects ? 'skipped' : partial ? 'partial' : 'whole',
    ...(expected && { expected }),
    ...(x.voucher.operation.name === 'batches.create' && { batch: true }),
  };
}

/** What is said later counts. */
function joinChanges(first: HeaderChanges, then: HeaderChanges): HeaderChanges {
  return { set: [...first.set, ...then.set], remove: [...first.remove, ...then.remove] };
}
