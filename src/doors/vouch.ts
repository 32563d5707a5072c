/**
 * vouch: what the first door found, for the second door and for the backend.
 * - a sealed voucher in metadata, which no client can write
 * - the client's credential and every header that only we may set are taken off
 */
import type { Reserved } from '../core/exchange.ts';
import {
  type HeaderChanges,
  type Headers,
  headerText,
  OWN_PREFIX,
  REQUEST_ID_HEADER,
} from '../core/headers.ts';
import type { Ports } from '../core/ports.ts';
import type { Voucher } from '../core/voucher.ts';
import type { Snapshot } from '../policy/snapshot.ts';
import type { CheckDecision } from './messages.ts';

/** Headers by which a client could make a backend or a proxy behind us see another request than we judged. */
const STRIPPED = new Set([
  'x-http-method-override',
  'x-http-method',
  'x-method-override',
  'x-original-url',
  'x-rewrite-url',
  'x-forwarded-uri',
  'x-forwarded-client-cert',
  'l5d-client-id',
  'forwarded',
  'proxy-authorization',
  'cookie',
]);

export function vouch(x: Reserved, policy: Snapshot, ports: Ports): CheckDecision {
  const voucher: Voucher = {
    requestId: x.requestId,
    policy: policy.version,
    issuedAt: ports.clock.now(),
    arrivedAt: x.receivedAt,
    method: x.method,
    path: withoutParameters(x.path, x.credentialParameters),
    operation: x.operation,
    principal: x.principal,
    authority: x.authority,
    clientAddress: x.clientAddress,
    ...reservedOf(x),
  };
  ports.passages.open(voucher);
  return {
    allow: true,
    voucher: ports.sealer.seal(JSON.stringify(voucher)),
    headers: upstreamHeaders(x, policy),
    removeParameters: x.credentialParameters,
    responseHeaders: [[REQUEST_ID_HEADER, x.requestId]],
  };
}

/** The path as it goes on, once the proxy has taken members of the query off. */
function withoutParameters(path: string, names: readonly string[]): string {
  const cut = path.indexOf('?');
  if (names.length === 0 || cut < 0) return path;
  const left = path
    .slice(cut + 1)
    .split('&')
    .filter((pair) => !names.includes(pair.split('=', 1)[0] ?? ''));
  return left.length === 0 ? path.slice(0, cut) : `${path.slice(0, cut)}?${left.join('&')}`;
}

function upstreamHeaders(x: Reserved, policy: Snapshot): HeaderChanges {
  const set: [string, string][] = [
    [REQUEST_ID_HEADER, x.requestId],
    [`${OWN_PREFIX}principal`, headerText(x.principal.id)],
  ];
  if (x.principal.tenant !== undefined) set.push([`${OWN_PREFIX}tenant`, headerText(x.principal.tenant)]);
  return {
    set,
    remove: [...x.credentialHeaders, ...forbidden(x.headers, new Set(set.map(([name]) => name)), policy)],
  };
}

/** Our prefix with either sign between its words. */
const OWN_NAME = /^x[-_]sallyport[-_]/;

/**
 * Names of the client's headers that must not travel on. `x_sallyport_…` goes too: backends that turn headers into
 * variables cannot tell it from ours. What steers Envoy itself (`x-envoy-…`) it takes off before it asks us, as it is
 * configured; it calls our doing so an error.
 */
function forbidden(headers: Headers, kept: ReadonlySet<string>, { identity }: Snapshot): string[] {
  const names: string[] = [];
  for (const name of headers.keys()) {
    const own = OWN_NAME.test(name) && !kept.has(name);
    const meshes = name === identity.mesh?.linkerd?.header;
    if (own || meshes || STRIPPED.has(name)) names.push(name);
  }
  return names;
}

/** Nothing where no limit applies: a voucher travels with every message of the second door. */
function reservedOf({ places, exceeded, local, quotas }: Reserved): Pick<Voucher, 'reserved'> {
  const nothing = places.length === 0 && exceeded.length === 0 && quotas.length === 0 && !local;
  return nothing ? {} : { reserved: { places, exceeded, local, quotas } };
}
