/** The certificate of whoever connected to Envoy, read once for as long as it is in use. */
import type { Peer } from '../../core/exchange.ts';
import { type ReadCertificate, readNames } from './names.ts';
import { derOf } from './thumbprint.ts';

/** Certificates at once, about 3 KB each. */
const MOST = 2000;

/** By the text that Envoy sends with every request of a connection. */
const READ = new Map<string, ReadCertificate | undefined>();

/** @returns undefined without a certificate, and for one that cannot be read */
export function readPeerCertificate(peer: Peer | undefined): ReadCertificate | undefined {
  const text = peer?.certificate;
  if (text === undefined || text === '') return undefined;
  if (READ.has(text)) return READ.get(text);
  const der = derOf(peer);
  const read = der === undefined ? undefined : readNames(der);
  if (READ.size >= MOST) READ.clear();
  READ.set(text, read);
  return read;
}
