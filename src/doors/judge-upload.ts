/**
 * A form of parts on its way to a backend: files that it keeps, and what a model is to do with some of them.
 * - each line of a batch is a request of its own, and judged, inspected and rewritten as one (`judge-batch.ts`)
 * - fields that are texts, and files that are, are looked at; what is no text cannot be looked into, and the record
 *   says so
 */

import type { Route } from '../backends/choose.ts';
import type { Span } from '../core/finding.ts';
import { splice } from '../core/finding.ts';
import type { Inspection } from '../core/record.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { after, type Soon } from '../core/soon.ts';
import type { BatchUse } from '../core/stored-object.ts';
import type { FormView } from '../dialects/dialect.ts';
import { dialectOf } from '../dialects/index.ts';
import type { RuleSet } from '../guards/rule-set.ts';
import { decodeUtf8 } from '../json/document.ts';
import type { Expected } from './holding.ts';
import { inspectingBy, inspectPlain } from './inspect-all.ts';
import { judgeBatch } from './judge-batch.ts';
import { changesFor, type JudgedRequest, renamesPath, routeFor, UNCHANGED } from './outgoing.ts';
import { type Permitted, permit } from './permit.ts';
import { type Judging, seen } from './prepare.ts';
import { refuseRoutedText } from './redirect.ts';
import { reserveCounted } from './reserve-use.ts';
import { rulesOf } from './rules.ts';
import { vaultFor } from './vault.ts';

/** @param contentType of the request, for the boundary of its parts */
export function judgeUpload(
  bytes: Uint8Array,
  decoded: boolean,
  contentType: string,
  x: Judging,
): Soon<JudgedRequest | Refusal> {
  const { operation } = x.voucher;
  const form = dialectOf(operation.dialect).readForm(operation, bytes, contentType);
  seen(x, 'read', form);
  if (isRefusal(form)) return form;
  if (form.model?.disputed === true)
    return refuse('body_invalid', { detail: 'The body names another model than the path.' });
  x.tally.asked = form.model?.name;
  x.tally.features = [...new Set(form.features.map(({ feature }) => feature))];
  return after(permitForm(form, x), (permitted) => {
    seen(x, 'permit', permitted);
    if (isRefusal(permitted)) return permitted;
    const route = routeFor(permitted, x);
    if (isRefusal(route)) return route;
    return after(reserveForm(form, route, x), (expected) => {
      seen(x, 'reserve', expected ?? {});
      return isRefusal(expected) ? expected : judgeParts(form, bytes, decoded, { ...route, expected }, x);
    });
  });
}

/** What its files hold cannot be counted, but for how many they are. @returns undefined where it uses no model */
function reserveForm({ files }: FormView, route: Route, x: Judging): Soon<Expected | Refusal | undefined> {
  if (route.target === undefined) return undefined;
  const opaque = files.map(() => 'file' as const);
  const counted = { segments: [], opaque, tokenInputs: 0, n: undefined, maxOutputTokens: undefined };
  return after(reserveCounted(counted, route, x), (reserved) =>
    isRefusal(reserved) ? reserved : reserved.expected,
  );
}

/** Where it goes, and what it is expected to use there. */
interface Reserved extends Route {
  readonly expected: Expected | undefined;
}

function permitForm(form: FormView, x: Judging): Soon<Permitted | Refusal> {
  const body = {
    ...(form.model !== undefined && { model: form.model.name }),
    stream: form.stream,
    features: x.tally.features,
  };
  return after(permit({ body, uses: form.features, objects: form.objects }, x), (permitted) => {
    if (isRefusal(permitted)) return permitted;
    const [strip] = permitted.changes.strip;
    const [clamp] = permitted.changes.clamp.keys();
    // Without its file there is nothing left of the request, and nobody edits fields.
    const feature = strip ?? clamp;
    return feature === undefined
      ? permitted
      : refuse('feature_not_allowed', { detail: `${feature} is not allowed.` });
  });
}

/** A place of the form's bytes, and what stands there instead. */
interface Replaced {
  readonly place: Span;
  readonly bytes: Uint8Array;
}

/** What became of a part. */
interface JudgedPart {
  readonly bytes: 'keep' | Uint8Array;
  readonly inspected: Inspection;
  readonly uses?: readonly BatchUse[];
}

async function judgeParts(
  form: FormView,
  bytes: Uint8Array,
  decoded: boolean,
  route: Reserved,
  x: Judging,
): Promise<JudgedRequest | Refusal> {
  const changes = changesFor(route, decoded, x);
  if (isRefusal(changes)) return changes;
  const replaced = renamed(form, route);
  let inspected: Inspection = 'none';
  let uses: readonly BatchUse[] | undefined;
  const parts = [...form.texts.map(({ place }) => ({ place, holds: 'anything' as const })), ...form.files];
  for (const { place, holds } of parts) {
    const part = bytes.subarray(place.start, place.end);
    const judged = holds === 'requests' ? await judgeBatch(part, route, x) : await judgeText(part, route, x);
    if (isRefusal(judged)) return judged;
    if (judged.bytes !== 'keep') replaced.push({ place, bytes: judged.bytes });
    inspected = together(inspected, judged.inspected);
    uses = judged.uses ?? uses;
  }
  inspected = ofFile(inspected, x);
  const changed = replaced.length > 0;
  const body = changed ? spliceBytes(bytes, replaced) : decoded ? bytes : 'keep';
  return seen(x, 'rewrite', judgedForm(form, { body, changes }, route, { inspected, uses }, x));
}

/** The model as its backend calls it. */
function renamed({ model }: FormView, { target }: Route): Replaced[] {
  if (model === undefined || target === undefined || target.served.model === model.name) return [];
  const bytes = Buffer.from(target.served.model);
  return model.places.map((place) => ({ place, bytes }));
}

/** All of it was looked at only where every part was. */
function together(all: Inspection, one: Inspection): Inspection {
  if (all === 'none' || all === one) return one;
  return 'partial';
}

/** Of a piece of a file, nobody knows what it becomes together with the others. */
export function ofFile(inspected: Inspection, { voucher }: Judging): Inspection {
  return voucher.operation.piece === true && inspected === 'whole' ? 'partial' : inspected;
}

function spliceBytes(bytes: Uint8Array, replaced: Replaced[]): Uint8Array {
  const pieces: Uint8Array[] = [];
  let at = 0;
  for (const { place, bytes: instead } of replaced.sort((a, b) => a.place.start - b.place.start)) {
    pieces.push(bytes.subarray(at, place.start), instead);
    at = place.end;
  }
  return Buffer.concat([...pieces, bytes.subarray(at)]);
}

/** What came of looking at the parts. */
interface Looked {
  readonly inspected: Inspection;
  /** What requests in a file are expected to use. */
  readonly uses: readonly BatchUse[] | undefined;
}

function judgedForm(
  form: FormView,
  { body, changes }: Pick<JudgedRequest, 'body' | 'changes'>,
  { expected, ...route }: Reserved,
  { inspected, uses }: Looked,
  x: Judging,
): JudgedRequest {
  const vault = vaultFor('', x);
  // The file outlives this request: nobody could put originals back into what is made of it.
  vault.seal();
  return {
    body,
    headersAdapted: renamesPath(changes),
    changes,
    route,
    changed: UNCHANGED,
    stream: form.stream,
    usageIsOurs: false,
    warnings: [],
    canaries: [],
    vault,
    inspected,
    uses,
    ...(expected && { expected }),
  };
}

/** A file, or a field, as far as it is text. */
export function judgeText(part: Uint8Array, { target }: Route, x: Judging): Soon<JudgedPart | Refusal> {
  const { input: rules } = rulesOf(x.policy, x.voucher, target?.model.name);
  const text = decodeUtf8(part);
  if (typeof text !== 'string') return SKIPPED;
  return after(refuseRoutedText(text, rules, x), (routed) => {
    if (routed !== undefined) return routed;
    return rules.active ? inspectPart(text, rules, x) : SKIPPED;
  });
}

const SKIPPED: JudgedPart = { bytes: 'keep', inspected: 'skipped' };

function inspectPart(text: string, rules: RuleSet, x: Judging): Soon<JudgedPart | Refusal> {
  const inspecting = inspectingBy(rules, vaultFor(text, x), x);
  return after(inspectPlain(text, 'user', inspecting), (inspected) => {
    x.tally.found(inspected.counts);
    seen(x, 'inspect', inspected.blocked ?? inspected);
    if (inspected.blocked !== undefined) return inspected.blocked;
    const { edits, missed } = inspected;
    return {
      bytes: edits.length === 0 ? 'keep' : Buffer.from(splice(text, edits)),
      inspected: missed === true ? 'partial' : 'whole',
    };
  });
}
