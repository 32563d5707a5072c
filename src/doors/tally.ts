/** What becomes known about one exchange at the second door, until it is recorded once. */
import type { Feature } from '../core/feature.ts';
import type { FindingCount } from '../core/finding.ts';
import { costOf, type Usage, type UsageReport } from '../core/money.ts';
import type { Ports } from '../core/ports.ts';
import type { Quota } from '../core/quota.ts';
import type { AuditRecord, Inspection } from '../core/record.ts';
import type { Refusal } from '../core/refusal.ts';
import { newRequestId } from '../core/request-id.ts';
import type { Soon } from '../core/soon.ts';
import type { Voucher } from '../core/voucher.ts';
import { OutputCount } from '../dialects/tokens.ts';
import type { Served } from '../policy/snapshot.ts';
import { entryOf } from './book.ts';
import { type Expected, Holding, type Used } from './holding.ts';
import type { JudgedRequest } from './outgoing.ts';
import { identityOf, strangerOf } from './record.ts';
import { type Held, quotasOf } from './reserve.ts';

/** A report is not believed where we saw so many times as many tokens, and some more: our count is an estimate. */
const FAR_LESS = 8;
const SLACK = 256;

export class Tally {
  #voucher: Voucher | undefined;
  #holding: Holding | undefined;
  /** For the client's headers. */
  #quotas: readonly Quota[] = [];
  /** Limits in shadow that the request exceeds, by id. */
  #exceeded: readonly string[] = [];
  /** Some limit was counted in this replica's share alone. */
  #local = false;
  judged: JudgedRequest | undefined;
  /** The name asked for: printable, at most 256 characters, as the dialect's reader has checked. */
  asked: string | undefined;
  served: string | undefined;
  /** What the request asks for beyond text. */
  features: readonly Feature[] = [];
  /** Why it was refused, in truth. */
  why: string | null = null;
  /** As the backend reported it, whether or not it is believed. */
  reported: UsageReport;
  /** Our own count of what the answer holds so far. */
  readonly output = new OutputCount();
  status: number | null = null;
  firstByteAt: number | undefined;
  response: Inspection = 'none';
  /** A whole answer has parts that no detector can look into. */
  opaque = false;
  readonly #findings: FindingCount[] = [];
  readonly #ports: Ports;
  #recorded = false;
  #strangerId: string | undefined;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /** The voucher's id, or one of our own for a stream that brought none. */
  get requestId(): string {
    if (this.voucher !== undefined) return this.voucher.requestId;
    this.#strangerId ??= newRequestId(this.#ports.random);
    return this.#strangerId;
  }

  get voucher(): Voucher | undefined {
    return this.#voucher;
  }

  /** Takes over from the first door what it found, and what it holds for the request. */
  meet(voucher: Voucher): void {
    this.#voucher = voucher;
    const { places = [], exceeded = [], local = false, quotas = [] } = voucher.reserved ?? {};
    this.#exceeded = exceeded;
    this.#local = local;
    this.#quotas = quotas;
    this.#holding = new Holding(voucher.requestId, places, this.#ports);
  }

  /** Takes over what the second door reserved. */
  hold(held: Held, expected: Expected | undefined): void {
    this.#holding?.add(held, expected);
    this.#exceeded = [...this.#exceeded, ...held.exceeded];
    this.#local ||= held.local;
    this.#quotas = [...this.#quotas, ...quotasOf(held)];
  }

  /** How the limits stand that the client is told of. */
  get quotas(): readonly Quota[] {
    return this.#quotas;
  }

  /** Reserves more for an answer that says more than was expected. @returns why it must end, if it must */
  grow(): Soon<Refusal | undefined> {
    return this.#holding?.grow(this.output.tokens);
  }

  /** The first door has recorded this exchange already. */
  dismiss(): void {
    this.#recorded = true;
  }

  /** Adds counts, summing those of one kind. */
  found(counts: readonly FindingCount[]): void {
    for (const count of counts) {
      const { type, direction, action } = count;
      const deed = count.shadow === true ? `shadow_${action}` : action;
      this.#ports.meter.found(type, direction, deed, count.count);
      const at = this.#findings.findIndex(
        (f) =>
          f.type === type && f.direction === direction && f.action === action && f.shadow === count.shadow,
      );
      const before = this.#findings[at];
      if (before === undefined) this.#findings.push(count);
      else this.#findings[at] = { ...before, count: before.count + count.count };
    }
  }

  /**
   * What to charge: the backend's own word, else our count, also for an answer that was cut or that nobody waited for.
   * Nothing for a request that no backend got, or that it refused.
   */
  get usage(): Usage | null {
    const { judged, status } = this;
    if (judged?.expected === undefined || (status !== null && status >= 300)) return null;
    const reported = this.#believed;
    if (reported !== undefined) return reported;
    const { input } = judged.expected.usage;
    // It was sent on: whether or not somebody waited for the first byte, a provider bills what it began.
    const least = judged.expected.mostOutput === 0 ? 0 : 1;
    return { input, output: Math.max(least, this.output.tokens), source: 'estimated' };
  }

  /** A report that may be true: a backend cannot have said far less than what went by here. */
  get #believed(): Usage | undefined {
    const { reported } = this;
    if (reported === undefined || reported === 'implausible') return undefined;
    return this.output.tokens > FAR_LESS * reported.output + SLACK ? undefined : reported;
  }

  /** The first byte of the answer's body left us. */
  answered(): void {
    this.firstByteAt ??= this.#ports.clock.now();
  }

  /** Writes the record, once: after a call that did, others do nothing. */
  record(outcome: AuditRecord['outcome'], reason: AuditRecord['reason']): void {
    if (this.#recorded) return;
    this.#holding?.settle(this.#used());
    const record = this.#make(outcome, reason, this.#ports.clock.now());
    this.#recorded = true;
    // Before the metrics: what goes wrong with them must not cost the record.
    this.#ports.ledger.write(record);
    this.#learn(record);
    this.#measure(record);
  }

  /** What it used is known now: for reports, and for what the next requests are expected to use. */
  #learn(record: AuditRecord): void {
    const { judged, reported, voucher } = this;
    const target = judged?.route.target;
    this.#ports.usageBook.note(entryOf(record, record.tokens, target?.model.name));
    if (target === undefined || voucher === undefined || record.tokens === null) return;
    if (reported !== undefined && record.tokens !== reported) this.#disbelieve(target.served);
    if (record.tokens.source !== 'reported') return;
    const { counted = 0, choices = 1 } = judged?.expected ?? {};
    this.#ports.forecast.learn(target.model.name, voucher.principal.id, counted, record.tokens, choices);
  }

  /** Our own count was taken instead. */
  #disbelieve({ backend, model }: Served): void {
    this.#ports.signals.raise({ kind: 'usage_implausible', backend, model });
  }

  #used(): Used {
    const { judged, usage, status } = this;
    if (judged?.batch === true) return status !== null && status < 300 ? 'all' : 'nothing';
    if (usage === null || judged?.expected === undefined) return 'nothing';
    return { usage, price: judged.expected.price, batched: false };
  }

  #measure({ operation: name, outcome, reason, latency_ms, tokens }: AuditRecord): void {
    const { meter } = this.#ports;
    const operation = name ?? 'none';
    meter.decided(2, operation, outcome, reason ?? '');
    meter.latency(operation, latency_ms);
    if (tokens !== null)
      meter.tokens(operation, this.judged?.route.target?.model.name ?? 'other', tokens.input, tokens.output);
  }

  #make(outcome: AuditRecord['outcome'], reason: AuditRecord['reason'], now: number): AuditRecord {
    const voucher = this.voucher;
    const arrived = voucher?.arrivedAt ?? now;
    const route = this.judged?.route;
    const usage = this.usage;
    return {
      ...(voucher === undefined ? strangerOf(this.requestId, now) : identityOf(voucher)),
      outcome,
      reason,
      door: 2,
      model:
        this.asked === undefined
          ? null
          : { asked: this.asked, served: this.served ?? route?.target?.served.model ?? null },
      why: this.why,
      backend: route?.backend.name ?? null,
      attempts: route === undefined ? null : (this.judged?.attempts ?? 1),
      features: this.features,
      stripped: [...(this.judged?.changed.strip ?? [])],
      clamped: [...(this.judged?.changed.clamp.keys() ?? [])],
      stream: this.judged?.stream ?? false,
      status: this.status,
      tokens: usage,
      cost_nano: usage === null ? null : costOf(usage, this.judged?.expected?.price),
      limits: { shadow: this.#exceeded, local: this.#local },
      latency_ms: now - arrived,
      first_token_ms: this.firstByteAt === undefined ? null : this.firstByteAt - arrived,
      findings: this.#findings,
      inspected: { request: this.judged?.inspected ?? 'none', response: this.response },
    };
  }
}
