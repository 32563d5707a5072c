/** What becomes known about one exchange at the second door, until it is recorded once. */
import type { Feature } from '../core/feature.ts';
import type { FindingCount } from '../core/finding.ts';
import { costOf, type Usage } from '../core/money.ts';
import type { Ports } from '../core/ports.ts';
import type { AuditRecord, Inspection } from '../core/record.ts';
import { newRequestId } from '../core/request-id.ts';
import type { Voucher } from '../core/voucher.ts';
import type { JudgedRequest } from './outgoing.ts';
import { identityOf, strangerOf } from './record.ts';

export class Tally {
  voucher: Voucher | undefined;
  judged: JudgedRequest | undefined;
  /** The name asked for: printable, at most 256 characters, as the dialect's reader has checked. */
  asked: string | undefined;
  served: string | undefined;
  /** What the request asks for beyond text. */
  features: readonly Feature[] = [];
  /** Why it was refused, in truth. */
  why: string | null = null;
  /** As the backend reported it. */
  reported: Usage | undefined;
  /** Our own count of what the answer holds so far. */
  outputEstimate = 0;
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

  /** The first door has recorded this exchange already. */
  dismiss(): void {
    this.#recorded = true;
  }

  /** Adds counts, summing those of one kind. */
  found(counts: readonly FindingCount[]): void {
    for (const count of counts) {
      const { type, direction, action } = count;
      this.#ports.meter.found(type, direction, action, count.count);
      const at = this.#findings.findIndex(
        (f) => f.type === type && f.direction === direction && f.action === action,
      );
      const before = this.#findings[at];
      if (before === undefined) this.#findings.push(count);
      else this.#findings[at] = { ...before, count: before.count + count.count };
    }
  }

  /**
   * What to charge: the backend's own word, else our count, also for an answer that was cut; nothing for a request
   * that no backend has answered with success.
   */
  get usage(): Usage | null {
    if (this.reported !== undefined) return this.reported;
    const { judged, status } = this;
    if (judged === undefined || status === null || status >= 300) return null;
    return { input: judged.estimate, output: this.outputEstimate, source: 'estimated' };
  }

  /** The first byte of the answer's body left us. */
  answered(): void {
    this.firstByteAt ??= this.#ports.clock.now();
  }

  /** Writes the record, once: after a call that did, others do nothing. */
  record(outcome: AuditRecord['outcome'], reason: AuditRecord['reason']): void {
    if (this.#recorded) return;
    const record = this.#make(outcome, reason, this.#ports.clock.now());
    this.#recorded = true;
    // Before the metrics: what goes wrong with them must not cost the record.
    this.#ports.ledger.write(record);
    this.#measure(record);
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
      features: this.features,
      stripped: [...(this.judged?.changed.strip ?? [])],
      clamped: [...(this.judged?.changed.clamp.keys() ?? [])],
      stream: this.judged?.stream ?? false,
      status: this.status,
      tokens: usage,
      cost_nano_usd: usage === null ? null : costOf(usage, route?.target?.model.price),
      latency_ms: now - arrived,
      first_token_ms: this.firstByteAt === undefined ? null : this.firstByteAt - arrived,
      findings: this.#findings,
      inspected: { request: this.judged?.inspected ?? 'none', response: this.response },
    };
  }
}
