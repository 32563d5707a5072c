/** Where an issuer's keys are: OpenID Connect Discovery 1.0 (section 4), and RFC 8414 where that is not there. */
import { fetchJson, isObject } from './http.ts';

const TIMEOUT_MS = 5_000;

export type Discovered = { readonly jwksUri: string } | { readonly problem: string };

/** @param issuer exactly as tokens have it; its metadata must say the very same */
export async function discover(issuer: string): Promise<Discovered> {
  const first = await ask(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, issuer);
  if ('jwksUri' in first) return first;
  const { origin, pathname } = new URL(issuer);
  const path = pathname === '/' ? '' : pathname.replace(/\/$/, '');
  const second = await ask(`${origin}/.well-known/oauth-authorization-server${path}`, issuer);
  return 'jwksUri' in second ? second : first;
}

async function ask(url: string, issuer: string): Promise<Discovered> {
  const fetched = await fetchJson(url, { timeoutMs: TIMEOUT_MS });
  if ('problem' in fetched) return { problem: `discovery: ${fetched.problem}` };
  const { json } = fetched;
  if (!isObject(json) || json.issuer !== issuer)
    return { problem: 'discovery: it is the metadata of another issuer' };
  const uri = json.jwks_uri;
  if (typeof uri !== 'string' || !isTrusted(uri, issuer)) return { problem: 'discovery: no https jwks_uri' };
  return { jwksUri: uri };
}

/** Over TLS; without it only where the issuer itself is on this machine. */
function isTrusted(uri: string, issuer: string): boolean {
  if (!URL.canParse(uri)) return false;
  const { protocol, hostname } = new URL(uri);
  return (
    protocol === 'https:' ||
    (protocol === 'http:' && hostname === new URL(issuer).hostname && issuer.startsWith('http:'))
  );
}
