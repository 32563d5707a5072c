/** record: one audit record a request, made from what is known when it is over. */
import type { Received, Reserved } from '../core/exchange.ts';
import type { Ports } from '../core/ports.ts';
import type { Principal } from '../core/principal.ts';
import type { AuditRecord } from '../core/record.ts';
import type { Refusal } from '../core/refusal.ts';
import type { Voucher } from '../core/voucher.ts';
import { entryOf } from './book.ts';

const MAX_PATH = 256;

/** What a record says of a request that nothing more is known about. */
const NOTHING_SEEN = {
  model: null,
  backend: null,
  attempts: null,
  features: [],
  stripped: [],
  clamped: [],
  stream: false,
  tokens: null,
  cost_nano: null,
  limits: { shadow: [], local: false },
  first_token_ms: null,
  findings: [],
  inspected: { request: 'none', response: 'none' },
} as const;

/** Records a request that the first door refused. */
export function recordRefusedCheck(
  refusal: Refusal,
  exchange: Received & { readonly requestId: string } & Partial<Reserved>,
  status: number,
  version: string | null,
  ports: Ports,
): void {
  const operation = exchange.operation?.name ?? null;
  const record: AuditRecord = {
    time: new Date(exchange.receivedAt).toISOString(),
    request: exchange.requestId,
    outcome: 'refused',
    reason: refusal.refused,
    why: refusal.why ?? null,
    door: 1,
    method: exchange.method.slice(0, 16),
    path: pathOf(exchange.path),
    operation,
    principal: exchange.principal === undefined ? null : principalOf(exchange.principal),
    status,
    latency_ms: ports.clock.now() - exchange.receivedAt,
    policy: version,
    ...NOTHING_SEEN,
  };
  ports.ledger.write(record);
  ports.usageBook.note(entryOf(record, null, undefined));
  ports.meter.decided(1, operation ?? 'none', 'refused', refusal.refused);
}

/** Records a request that passed the first door and never came to the second. */
export function recordNotFollowed(
  voucher: Voucher,
  ports: Pick<Ports, 'ledger' | 'meter' | 'clock' | 'usageBook'>,
): void {
  const record: AuditRecord = {
    ...identityOf(voucher),
    outcome: 'abandoned',
    reason: 'not_followed',
    why: null,
    door: 1,
    status: null,
    latency_ms: ports.clock.now() - voucher.arrivedAt,
    ...NOTHING_SEEN,
  };
  ports.ledger.write(record);
  ports.usageBook.note(entryOf(record, null, undefined));
  ports.meter.decided(1, voucher.operation.name, 'abandoned', 'not_followed');
}

/** The part of a record that a voucher knows. */
export function identityOf(
  voucher: Voucher,
): Pick<AuditRecord, 'time' | 'request' | 'method' | 'path' | 'operation' | 'principal' | 'policy'> {
  return {
    time: new Date(voucher.arrivedAt).toISOString(),
    request: voucher.requestId,
    method: voucher.method,
    path: pathOf(voucher.path),
    operation: voucher.operation.name,
    principal: principalOf(voucher.principal),
    policy: voucher.policy,
  };
}

/** What the record says of a stream at the second door that carried no voucher of ours. */
export function strangerOf(requestId: string, now: number): ReturnType<typeof identityOf> {
  const time = new Date(now).toISOString();
  return { time, request: requestId, method: '', path: '', operation: null, principal: null, policy: null };
}

/** The query may carry what a client should not have put there. */
function pathOf(path: string): string {
  return (path.split('?', 1)[0] ?? '').slice(0, MAX_PATH);
}

function principalOf(principal: Principal): NonNullable<AuditRecord['principal']> {
  const { groups: _, bound: __, ...rest } = principal;
  return rest;
}
