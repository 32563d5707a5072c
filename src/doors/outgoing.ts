/** What leaves the second door for a backend: which one, and how a request is written for it. */
import { type Choosing, choose, onlyBackend, openBackend, type Route } from '../backends/choose.ts';
import { type ConversationKey, conversationKey } from '../backends/sticky.ts';
import type { FeatureChanges } from '../core/feature.ts';
import { type Edit, splice } from '../core/finding.ts';
import { BACKEND_HEADER, FALLBACK_HEADER, first, type HeaderChanges } from '../core/headers.ts';
import type { Inspection } from '../core/record.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
import type { BatchUse } from '../core/stored-object.ts';
import type { RequestView, Segment } from '../dialects/dialect.ts';
import { withModel } from '../dialects/reading/paths.ts';
import type { Vault } from '../guards/placeholders.ts';
import { quote } from '../json/document.ts';
import type { Backend, Fallback, Model } from '../policy/snapshot.ts';
import type { Expected } from './holding.ts';
import { type Permitted, permittedModels } from './permit.ts';
import type { Judging } from './prepare.ts';

/** What the second door decided about a request that may go on. */
export interface JudgedRequest {
  /** The body to send, or `keep` for the bytes that came. */
  readonly body: 'keep' | Uint8Array;
  readonly changes: HeaderChanges;
  /** Among those changes are some that came of the body: of what the client's own headers asked for, or of the path. */
  readonly headersAdapted: boolean;
  readonly route: Route;
  /** What was taken out of it, or held to a most. */
  readonly changed: FeatureChanges;
  readonly stream: boolean;
  /** True if the stream's usage was asked for by us alone, and must not reach the client. */
  readonly usageIsOurs: boolean;
  /** What its answer must name to be known as its own. */
  readonly call?: string;
  /** Ids of rules that warn of it: said to the client. */
  readonly warnings: readonly string[];
  /** Words of its system prompt that no answer may say. */
  readonly canaries: readonly string[];
  /** Originals that the answer may need back. */
  readonly vault: Vault;
  readonly inspected: Inspection;
  /** What it is expected to use; absent for what uses no model now. */
  readonly expected?: Expected;
  /** What it proves itself with: a backend that refuses it may say it again. */
  readonly secrets?: readonly string[];
  /** How often a backend was asked, where the proxy may try more than one; known once one has answered. */
  readonly attempts?: number;
  /** It makes a batch: what was reserved for it stays charged, since nobody will say what it used. */
  readonly batch?: true;
  /** Of a file of requests: what they are expected to use. */
  readonly uses?: readonly BatchUse[] | undefined;
}

export const UNCHANGED: FeatureChanges = { strip: new Set(), clamp: new Map() };

export function choosingOf(
  { policy, voucher }: Judging,
  { home, fits }: Pick<Permitted, 'home' | 'fits'> = {},
): Choosing {
  return { dialect: voucher.operation.dialect, policy, tenant: voucher.principal.tenant, home, fits };
}

/** Where a request must go: to its model, and to what keeps the objects that it names. */
export function routeFor(
  permitted: Permitted,
  x: Judging,
  segments: readonly Segment[] = [],
): Route | Refusal {
  const { model } = permitted;
  if (model === undefined) return keeperFor(x, permitted);
  return choose(model, choosingOf(x, permitted), x.ports, conversationOf(model, segments, x));
}

/** What each request of a conversation says again: how it is set up, and with what it began. */
function conversationOf(
  model: Model,
  segments: readonly Segment[],
  { voucher: { principal } }: Judging,
): ConversationKey | undefined {
  if (!model.sticky || model.backends.length === 1) return undefined;
  const system = segments.find(({ role }) => role === 'system')?.text ?? '';
  const user = segments.find(({ role }) => role === 'user')?.text;
  return user === undefined ? undefined : conversationKey([principal.tenant ?? '', model.name, system, user]);
}

/**
 * The backend for a request that names no model: where the objects are that it names; otherwise the only one that
 * serves the caller's models.
 */
function keeperFor(x: Judging, permitted: Permitted): Route | Refusal {
  const { policy, voucher } = x;
  const { home } = permitted;
  const choosing = choosingOf(x, permitted);
  const backend =
    home === undefined
      ? onlyBackend(permittedModels(voucher, policy), choosing)
      : openBackend(home, choosing);
  return backend === undefined
    ? refuse('backend_unavailable', { why: 'no_single_backend', retryAfter: 1 })
    : { backend };
}

/** The text of a request as a backend is to have it. */
export function writtenFor(route: Route, text: string, view: RequestView, edits: readonly Edit[]): string {
  const all = [...edits, ...view.usageEdits, ...modelEdits(text, view, route)];
  return all.length === 0
    ? text
    : splice(
        text,
        all.sort((a, b) => a.start - b.start),
      );
}

/** An alias becomes the name that the backend knows, wherever the body has it. */
function modelEdits(text: string, { model }: RequestView, { target }: Route): Edit[] {
  if (model === undefined || target === undefined || target.served.model === model.name) return [];
  return model.places.map(({ start, end }) => {
    const before = String(JSON.parse(text.slice(start, end))).slice(0, -model.name.length);
    return { start, end, text: quote(before + target.served.model) };
  });
}

/**
 * Headers of a request for its backend, its path among them where that names the model.
 * @returns `backend_unavailable` where a path cannot say what the backend calls the model
 */
export function changesFor(
  { backend, target }: Route,
  decoded: boolean,
  x: Judging,
): HeaderChanges | Refusal {
  const changes = withFallback(upstreamChanges(backend, decoded), target?.served.fallback);
  const { operation, path } = x.voucher;
  if (target === undefined || operation.pathModel === undefined) return changes;
  if (target.served.model === operation.pathModel) return changes;
  const renamed = withModel(first(x.headers, ':path') ?? path, operation, target.served.model);
  if (renamed === undefined) return refuse('backend_unavailable', { why: 'model_in_path' });
  return { ...changes, set: [...changes.set, [':path', renamed]] };
}

function withFallback(changes: HeaderChanges, fallback: Fallback | undefined): HeaderChanges {
  if (fallback === undefined) return changes;
  return { ...changes, set: [...changes.set, [FALLBACK_HEADER, fallback.group]] };
}

export function renamesPath({ set }: HeaderChanges): boolean {
  return set.some(([name]) => name === ':path');
}

/** Headers towards a backend: which one, and an answer that we can read. */
export function upstreamChanges(backend: Backend, decoded: boolean): HeaderChanges {
  const set: HeaderChanges['set'] = [
    [BACKEND_HEADER, backend.cluster],
    ['accept-encoding', 'identity'],
  ];
  return { set, remove: decoded ? ['content-encoding'] : [] };
}
