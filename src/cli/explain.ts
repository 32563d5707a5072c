/** `sallyport explain`: what both doors would do with one request, stage by stage. Nothing is counted or kept. */
import { considerAll, type GrantReport } from '../access/consider.ts';
import { keyHeadersOf } from '../backends/credentials.ts';
import type { Authorized, Identified, Peer, Received } from '../core/exchange.ts';
import type { Headers } from '../core/headers.ts';
import type { Usage } from '../core/money.ts';
import { DIALECTS } from '../core/operation.ts';
import type { Keys } from '../core/ports.ts';
import type { Claim } from '../core/quota.ts';
import type { AuditRecord } from '../core/record.ts';
import { isRefusal, REFUSALS, type Refusal } from '../core/refusal.ts';
import type { FormView, RequestView } from '../dialects/dialect.ts';
import { dialectOf } from '../dialects/index.ts';
import { check } from '../doors/check.ts';
import { bodyFactsOf, factsOfCheck } from '../doors/facts.ts';
import type { Inspected } from '../doors/inspect.ts';
import type { Event, Policies, SessionAction } from '../doors/messages.ts';
import type { JudgedRequest } from '../doors/outgoing.ts';
import type { ReservedRequest } from '../doors/reserve-use.ts';
import { openSession } from '../doors/session.ts';
import { mint } from '../identity/api-key.ts';
import type { BodyFacts, Model, Snapshot } from '../policy/snapshot.ts';
import { SYSTEM_RANDOM } from '../system.ts';
import { nothingCounted } from './explain-ports.ts';

export interface ExplainedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  readonly body: Uint8Array;
  /** The host that is asked, where it matters. */
  readonly authority?: string;
  /** Who connects to the proxy, and what its certificate says. */
  readonly sourceAddress?: string;
  readonly peer?: Peer;
  /** When: milliseconds of the wall clock; now if left out. */
  readonly at?: number;
  readonly response?: { readonly status: number; readonly contentType: string; readonly body: Uint8Array };
}

export interface StageReport {
  readonly door: 1 | 2;
  readonly stage: string;
  /** `passed`, or the refusal's code. */
  readonly outcome: string;
  readonly why: string;
}

export interface Explanation {
  readonly allowed: boolean;
  readonly stages: readonly StageReport[];
  /** What would be sent to the backend. */
  readonly sent: { readonly headers: Readonly<Record<string, string>>; readonly body: string } | null;
  /** What the client would get: the answer, or the refusal. */
  readonly answer: { readonly status: number; readonly body: string } | null;
  readonly record: AuditRecord | null;
  /** Every grant of the policy, and why it did or did not speak of the request; none where nobody was identified. */
  readonly grants: readonly GrantReport[];
  /** What it would take from each counter of a limit: 0 where it is only asked whether anything is left. */
  readonly limits: readonly {
    readonly counter: string;
    readonly takes: number;
    readonly of: number;
    readonly shadow: boolean;
  }[];
  readonly currency: string;
  /** The model and the backend that it would go to. */
  readonly route: { readonly backend: string; readonly model: string | null } | null;
}

/** A key for asking where there is no policy, so that there is something to identify. */
export function anyKey(): string {
  return mint(SYSTEM_RANDOM);
}

/** @param keys those of the state, if its directory was named */
export async function explain(asked: ExplainedRequest, policy: Snapshot, keys: Keys): Promise<Explanation> {
  const stages: StageReport[] = [];
  const records: AuditRecord[] = [];
  const claims: Claim[] = [];
  const ports = nothingCounted(keys, { records, claims }, asked.at);
  const policies: Policies = { current: () => policy, at: () => policy };
  const known: Known = {};
  const watch = (door: 1 | 2) => (stage: string, result: object | Refusal) => {
    stages.push({ door, stage, ...describe(stage, result) });
    if (!isRefusal(result)) learn(stage, result, known);
  };
  const received: Received = {
    method: asked.method,
    path: asked.path,
    headers: asked.headers,
    authority: asked.authority ?? 'explain.invalid',
    sourceAddress: asked.sourceAddress ?? '',
    ...(asked.peer && { peer: asked.peer }),
    receivedAt: ports.clock.now(),
  };
  const rest = () => ({
    grants: consider(known, policy, ports.clock.now()),
    route: known.route ?? null,
    limits: claims.map(({ counter, amount, limit, shadow }) => ({
      counter,
      takes: amount,
      of: limit,
      shadow,
    })),
    currency: policy.prices.currency,
    record: records[0] ?? null,
  });
  const decision = await check(received, policies, ports, watch(1));
  if (!decision.allow) {
    const answer = { status: decision.status, body: decision.body };
    return { allowed: false, stages, sent: null, answer, ...rest() };
  }
  const session = openSession(
    {
      modes: { request: 'buffered', response: 'buffered', earlyBody: false },
      voucher: decision.voucher,
      observing: false,
    },
    { policies, ports, observe: watch(2) },
  );
  const played = new Played(asked, decision.headers.set, new Set([...CREDENTIALS, ...keyHeadersOf(policy)]));
  for (const event of eventsOf(asked)) {
    if (played.ended) break;
    played.take(await session.on(event), event);
  }
  session.close('cancelled');
  const allowed = played.refused === undefined || played.refused.status < 400;
  return { allowed, stages, sent: played.sent, answer: played.answer, ...rest() };
}

/** What the stages found out, for whoever explains. */
interface Known {
  exchange?: Identified;
  body?: BodyFacts;
  route?: Explanation['route'];
}

function learn(stage: string, result: object, known: Known): void {
  if (stage === 'identify') known.exchange = result as Identified;
  if (stage === 'read' && 'segments' in result) known.body = bodyFactsOf(result as RequestView);
  if (stage !== 'rewrite') return;
  const { backend, target } = (result as JudgedRequest).route;
  known.route = { backend: backend.name, model: target?.served.model ?? null };
}

function consider({ exchange, body }: Known, policy: Snapshot, now: number): readonly GrantReport[] {
  if (exchange === undefined) return [];
  return considerAll({ ...factsOfCheck(exchange, now), ...(body && { body }) }, policy);
}

function eventsOf(asked: ExplainedRequest): Event[] {
  const pseudo = new Map([...asked.headers, [':method', [asked.method]], [':path', [asked.path]]]);
  const bare = asked.body.length === 0;
  const events: Event[] = [{ kind: 'headers', direction: 'request', headers: pseudo, endOfStream: bare }];
  if (!bare) events.push({ kind: 'body', direction: 'request', bytes: asked.body, endOfStream: true });
  if (asked.response === undefined) return events;
  const { status, contentType, body } = asked.response;
  const headers = new Map([
    [':status', [String(status)]],
    ['content-type', [contentType]],
  ]);
  events.push({ kind: 'headers', direction: 'response', headers, endOfStream: false });
  events.push({ kind: 'body', direction: 'response', bytes: body, endOfStream: true });
  return events;
}

/** Follows what Envoy would make of the actions. */
class Played {
  readonly #headers: Map<string, string>;
  readonly #asked: ExplainedRequest;
  #body: string | undefined;
  #answer: string | undefined;
  /** Names of headers that nobody is shown. */
  readonly #hidden: ReadonlySet<string>;
  refused: { status: number; body: string } | undefined;

  constructor(
    asked: ExplainedRequest,
    set: readonly (readonly [string, string])[],
    hidden: ReadonlySet<string>,
  ) {
    this.#asked = asked;
    this.#hidden = hidden;
    this.#headers = new Map(set);
  }

  get ended(): boolean {
    return this.refused !== undefined;
  }

  get sent(): Explanation['sent'] {
    if (this.#body === undefined) return null;
    return { headers: Object.fromEntries(this.#headers), body: this.#body };
  }

  get answer(): Explanation['answer'] {
    if (this.refused !== undefined) return this.refused;
    return this.#answer === undefined
      ? null
      : { status: this.#asked.response?.status ?? 200, body: this.#answer };
  }

  take(actions: readonly SessionAction[], event: Event): void {
    for (const action of actions) {
      if (action.kind === 'immediate') this.refused = { status: action.status, body: action.body };
      if (action.kind === 'fail') this.refused = { status: 500, body: action.reason };
      if (action.kind === 'body' && event.kind === 'body') this.#takeBody(action, event.bytes);
      if (action.kind === 'headers' && event.kind === 'headers' && event.endOfStream)
        this.#takeHeaders(action);
    }
  }

  /** Of a request without a body. */
  #takeHeaders({ changes, direction }: SessionAction & { kind: 'headers' }): void {
    if (direction !== 'request') return;
    this.#body = '';
    this.#setHeaders(changes.set);
  }

  #takeBody(action: SessionAction & { kind: 'body' }, came: Uint8Array): void {
    const text = Buffer.from(action.body === 'keep' ? came : action.body).toString('utf8');
    if (action.direction === 'response') {
      this.#answer = text;
      return;
    }
    this.#body = text;
    this.#setHeaders(action.changes?.set ?? []);
  }

  #setHeaders(set: readonly (readonly [string, string])[]): void {
    for (const [name, value] of set)
      this.#headers.set(name, this.#hidden.has(name) ? '(the credential of the backend)' : value);
  }
}

/** Every header that a backend's credential may stand in. */
const CREDENTIALS: ReadonlySet<string> = new Set([
  'authorization',
  'x-amz-security-token',
  ...DIALECTS.map((dialect) => dialectOf(dialect).credentialHeader('')[0]),
]);

/** What a stage's result says, in a few words. Never a credential and never a text. */
function describe(stage: string, result: object | Refusal): Pick<StageReport, 'outcome' | 'why'> {
  if (!isRefusal(result)) return { outcome: 'passed', why: WORDS.get(stage)?.(result as Told) ?? '' };
  const row = REFUSALS[result.refused];
  return {
    outcome: result.refused,
    why: [row.text, result.detail, result.why && `(${result.why})`].filter(Boolean).join(' '),
  };
}

/** All that the stages told about below put into their results. */
type Told = Authorized &
  Pick<JudgedRequest, 'route'> &
  Partial<Pick<ReservedRequest, 'expected'>> &
  Omit<RequestView, 'segments'> &
  Partial<Pick<RequestView, 'segments'> & Pick<FormView, 'texts'>> &
  Inspected &
  Pick<Model, 'name'>;

function expectedText({ input, output }: Usage): string {
  return `${input} tokens, and ${output} of the answer`;
}

const WORDS: ReadonlyMap<string, (told: Told) => string> = new Map([
  ['match', ({ operation }: Told) => `${operation.dialect} ${operation.name}`],
  ['identify', ({ principal: { id, tenant } }: Told) => (tenant === undefined ? id : `${id} of ${tenant}`)],
  ['authorize', ({ grants }: Told) => `granted by ${grants.join(', ')}`],
  [
    'read',
    ({ model, segments = [], texts = [], features }: Told) =>
      [
        model === undefined ? 'no model' : `model ${model.name}`,
        `${segments.length + texts.length} texts`,
        ...new Set(features.map((use) => use.feature).filter((feature) => feature !== 'max_output_tokens')),
      ].join(', '),
  ],
  ['permit', ({ name }: Told) => `model ${name}`],
  ['reserve', ({ expected }: Told) => (expected === undefined ? '' : expectedText(expected.usage))],
  [
    'inspect',
    ({ counts }: Told) =>
      counts.map((c) => `${c.type} ${c.count} × ${c.action}`).join(', ') || 'nothing found',
  ],
  [
    'rewrite',
    ({ route: { backend, target } }: Told) => {
      if (target === undefined) return `to ${backend.name}`;
      const { model, fallback } = target.served;
      const then = fallback === undefined ? '' : `, where it fails to ${fallback.backends.join(', ')}`;
      return `to ${backend.name} as ${model}${then}`;
    },
  ],
]);

/** Grants that did not match, after those that did: a policy may have thousands. */
const MOST_SHOWN = 50;

function grantLines(grants: readonly GrantReport[]): string[] {
  if (grants.length === 0) return [];
  const matched = grants.filter((grant) => grant.matched);
  const others = grants.filter((grant) => !grant.matched);
  const shown = [...matched, ...others.slice(0, MOST_SHOWN)].map(
    ({ id, effect, mismatch }) =>
      `  ${effect.padEnd(5)} ${id}  ${mismatch === undefined ? 'matched' : `${mismatch.on}: ${mismatch.why}`}`,
  );
  const left = others.length - MOST_SHOWN;
  return ['', 'grants:', ...shown, ...(left > 0 ? [`  and ${left} more that did not match`] : [])];
}

function limitLines(limits: Explanation['limits']): string[] {
  const shown = limits.map(
    ({ counter, takes, of, shadow }) =>
      `  ${counter}  ${takes === 0 ? 'asks whether any is left' : `takes ${takes}`} of ${of}${shadow ? ' (shadow)' : ''}`,
  );
  return shown.length === 0 ? [] : ['', 'limits:', ...shown];
}

/** The explanation for people. */
export function printExplanation(explanation: Explanation): string {
  const lines = explanation.stages.map(({ door, stage, outcome, why }) => {
    return `door ${door}  ${stage.padEnd(10)} ${outcome.padEnd(8)} ${why}`.trimEnd();
  });
  lines.push(...grantLines(explanation.grants), ...limitLines(explanation.limits));
  lines.push('', explanation.allowed ? 'allowed' : `refused: ${explanation.record?.reason ?? ''}`);
  if (explanation.sent !== null) {
    lines.push('', 'sent on:', ...Object.entries(explanation.sent.headers).map(([n, v]) => `  ${n}: ${v}`));
    lines.push(`  ${explanation.sent.body}`);
  }
  if (explanation.answer !== null)
    lines.push('', `answer ${explanation.answer.status}:`, `  ${explanation.answer.body}`);
  const tokens = explanation.record?.tokens;
  if (tokens) lines.push('', `tokens: ${tokens.input} in, ${tokens.output} out (${tokens.source})`);
  const cost = explanation.record?.cost_nano;
  if (typeof cost === 'number') lines.push(`cost: ${(cost / 1e9).toFixed(9)} ${explanation.currency}`);
  return lines.join('\n');
}
