/** What a client certificate is known by. */
import { hash } from 'node:crypto';
import type { Peer } from '../../core/exchange.ts';

/** Characters of PEM, URL-encoded; Envoy sends one certificate. */
const LONGEST = 32_768;
const PEM = /^-----BEGIN CERTIFICATE-----\r?\n([A-Za-z0-9+/=\r\n]+)-----END CERTIFICATE-----/;

/** The bytes of the peer's own certificate, the first where a chain is given; undefined without a readable one. */
export function derOf(peer: Peer | undefined): Buffer | undefined {
  const encoded = peer?.certificate;
  if (encoded === undefined || encoded === '' || encoded.length > LONGEST) return undefined;
  const [, base64] = PEM.exec(decoded(encoded)) ?? [];
  return base64 === undefined ? undefined : Buffer.from(base64, 'base64');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

/** RFC 8705, section 3.1: `x5t#S256`, base64url. */
export function thumbprintOf(peer: Peer | undefined): string | undefined {
  const der = derOf(peer);
  return der === undefined ? undefined : hash('sha256', der, 'base64url');
}
