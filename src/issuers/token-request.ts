/** Asks an issuer for a token of our own: RFC 6749, section 4.4, and RFC 7523. */
import { SignJWT } from 'jose';
import type { TokenSource } from '../core/ports.ts';
import { basic } from './basic.ts';
import { type Asking, fetchJson, isObject } from './http.ts';

const TIMEOUT_MS = 5_000;
/** Where the issuer does not say how long a token lives, in seconds. */
const DEFAULT_LIFE = 300;
/** Longer lives are not believed, in seconds. */
const LONGEST_LIFE = 86_400;
/** Of an assertion, in seconds; Google takes no longer ones. */
const ASSERTION_LIFE = 3_600;
/** What may stand in a header. */
const TOKEN = /^[\x21-\x7e]{1,8192}$/;

export type Granted = { readonly token: string; readonly lifeMs: number } | { readonly problem: string };

/** Never rejects; the problem names no secret. @param now wall clock, milliseconds */
export async function requestToken(source: TokenSource, now: number): Promise<Granted> {
  const asking = await askingOf(source, now);
  if ('problem' in asking) return asking;
  const fetched = await fetchJson(source.tokenUrl, { timeoutMs: TIMEOUT_MS, ...asking });
  if ('problem' in fetched) return fetched;
  if (!isObject(fetched.json)) return { problem: 'not an object' };
  const { access_token: token, token_type: type, expires_in: life = DEFAULT_LIFE } = fetched.json;
  if (typeof token !== 'string' || !TOKEN.test(token)) return { problem: 'no access_token' };
  if (type !== undefined && String(type).toLowerCase() !== 'bearer') return { problem: 'not a bearer token' };
  const seconds = Number(life);
  if (!(seconds > 0)) return { problem: 'a token that has expired' };
  return { token, lifeMs: Math.min(seconds, LONGEST_LIFE) * 1000 };
}

function askingOf(source: TokenSource, now: number): Asked | Promise<Asked | { readonly problem: string }> {
  if (source.kind === 'client') return clientForm(source);
  if (source.kind === 'assertion') return assertionForm(source, now);
  return { headers: Object.fromEntries([source.header]) };
}

type Asked = Pick<Asking, 'form' | 'headers'>;

interface Form {
  readonly form: URLSearchParams;
  readonly headers?: Readonly<Record<string, string>>;
}

function clientForm(source: TokenSource & { kind: 'client' }): Form {
  const { clientId, clientSecret, authentication, scope, audience } = source;
  const form = new URLSearchParams({ grant_type: 'client_credentials' });
  if (scope !== '') form.set('scope', scope);
  if (audience !== undefined) form.set('audience', audience);
  if (authentication === 'basic')
    return { form, headers: { authorization: `Basic ${basic(clientId, clientSecret)}` } };
  form.set('client_id', clientId);
  if (authentication === 'post') form.set('client_secret', clientSecret);
  else {
    form.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
    form.set('client_assertion', clientSecret);
  }
  return { form };
}

async function assertionForm(
  source: TokenSource & { kind: 'assertion' },
  now: number,
): Promise<Form | { readonly problem: string }> {
  const { issuer, key, keyId, scope, tokenUrl } = source;
  const issued = Math.floor(now / 1000);
  const assertion = await new SignJWT({ scope })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: keyId })
    .setIssuer(issuer)
    .setAudience(tokenUrl)
    .setIssuedAt(issued)
    .setExpirationTime(issued + ASSERTION_LIFE)
    .sign(key)
    .catch(() => undefined);
  if (assertion === undefined) return { problem: 'the key signs nothing' };
  const grant = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
  return { form: new URLSearchParams({ grant_type: grant, assertion }) };
}
