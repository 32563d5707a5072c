/**
 * admit: is this one unambiguous HTTP request, within bounds, that every part behind us will read alike?
 * - the path is canonical: what we match is what Envoy routes and what the backend resolves
 * - no header is doubled where doubling changes meaning, none carries bytes that are not text
 * - no credential in the query, no protocol upgrade but a WebSocket, and no new work while the process is too busy
 */
import { isUtf8 } from 'node:buffer';
import type { Admitted, Received } from '../core/exchange.ts';
import type { Headers } from '../core/headers.ts';
import { WEBSOCKET } from '../core/headers.ts';
import type { Ports } from '../core/ports.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
import { CREDENTIAL_PARAMETERS } from '../identity/credentials.ts';
import type { IdentityRules, Snapshot } from '../policy/snapshot.ts';
import { clientAddress } from './client-address.ts';

/** Envoy's own default is 100 headers and 60 KiB; these hold where it was configured wider. */
const MAX_HEADERS = 128;
const MAX_HEADER_BYTES = 96 * 1024;
const MAX_PATH = 2048;

/** Segments of unreserved characters, `:`, `@`, `$`, `,`, `+`, `=`; no escapes, so there is nothing to decode twice. */
const CANONICAL_PATH = /^(?:\/[\w\-~:@$,+=][\w\-.~:@$,+=]*|\/\.[\w\-~:@$,+=][\w\-.~:@$,+=]*)+$/;
const AUTHORITY = /^[A-Za-z0-9.\-_[\]:]{1,255}$/;
const PLAIN = /^[\t\x20-\x7e]*$/;
/** Any byte that Envoy would pass but that is not text in any encoding. */
const CONTROL = /[^\t\x20-\x7e\x80-\xff]/;

const SINGLE_HEADERS = ['content-type', 'content-encoding', 'content-length', 'transfer-encoding', 'upgrade'];

export function admit(
  x: Received & { requestId: string },
  { identity }: Snapshot,
  ports: Ports,
): Admitted | Refusal {
  if (ports.pressure.overloaded()) return refuse('overloaded', { retryAfter: 1 });
  const cut = x.path.indexOf('?');
  const route = cut < 0 ? x.path : x.path.slice(0, cut);
  return (
    judgeHeaders(x.headers) ??
    judgePath(route) ??
    (cut < 0 ? undefined : judgeQuery(x.path.slice(cut + 1), identity.apiKeys?.query === true)) ??
    judgeAuthority(x.authority, identity) ??
    judgeUpgrade(x) ?? {
      ...x,
      route,
      clientAddress: clientAddress(x.sourceAddress, x.headers, identity.trustedHops),
    }
  );
}

/** AWS's clients write a model's colons and slashes so. What stays escaped is canonical once it is not. */
const ESCAPED_MODEL = /^\/model\/[^/]+\/[a-z-]+$/;

function judgePath(route: string): Refusal | undefined {
  const plain = ESCAPED_MODEL.test(route) ? route.replaceAll('%3A', ':').replaceAll('%2F', '/') : route;
  return route.length <= MAX_PATH && CANONICAL_PATH.test(plain) ? undefined : refuse('path_not_canonical');
}

function judgeQuery(query: string, takesKey: boolean): Refusal | undefined {
  const seen = new Set<string>();
  for (const pair of query.split('&')) {
    const name = pair.split('=', 1)[0] ?? '';
    if (!/^[\w\-.[\]]*$/.test(name) || seen.has(name))
      return refuse('path_not_canonical', { detail: 'The query is ambiguous.' });
    const credential = CREDENTIAL_PARAMETERS.has(name.toLowerCase());
    if (credential && !(takesKey && name === 'key')) return refuse('credential_in_query');
    seen.add(name);
  }
  return PLAIN.test(query) && !query.includes('#') ? undefined : refuse('path_not_canonical');
}

function judgeAuthority(authority: string, identity: IdentityRules): Refusal | undefined {
  if (!AUTHORITY.test(authority)) return refuse('header_malformed', { detail: 'The host is malformed.' });
  return identity.serves(authority) ? undefined : refuse('host_unknown');
}

/**
 * An `upgrade: h2c` offer is ignored by Envoy and by us. A WebSocket opens a channel that nobody reads: whether that
 * may be is for the operation to say. Nothing else is ever upgraded to.
 */
function judgeUpgrade({ method, headers }: Received): Refusal | undefined {
  const upgrade = headers.get('upgrade')?.[0]?.toLowerCase();
  const known = upgrade === undefined || upgrade === 'h2c' || upgrade === WEBSOCKET;
  return method !== 'CONNECT' && known ? undefined : refuse('upgrade_not_allowed');
}

function judgeHeaders(headers: Headers): Refusal | undefined {
  let count = 0;
  let bytes = 0;
  for (const [name, values] of headers) {
    for (const value of values) {
      count += 1;
      bytes += name.length + value.length;
      if (!PLAIN.test(value) && !isText(value)) return refuse('header_malformed');
    }
  }
  if (count > MAX_HEADERS || bytes > MAX_HEADER_BYTES) return refuse('headers_too_large');
  for (const name of SINGLE_HEADERS) {
    const values = headers.get(name);
    if (values !== undefined && (values.length > 1 || values[0]?.includes(','))) {
      return refuse('header_malformed', { detail: `More than one ${name} header.` });
    }
  }
  return undefined;
}

/** Header values come as one character a byte. */
function isText(value: string): boolean {
  return !CONTROL.test(value) && isUtf8(Buffer.from(value, 'latin1'));
}
