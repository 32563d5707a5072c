/** Asks issuers about opaque tokens: RFC 7662, section 2. */
import { hash } from 'node:crypto';
import type { Clock, Introspection, IntrospectionAnswer, IntrospectionSource } from '../core/ports.ts';
import { basic } from './basic.ts';
import { fetchJson, isObject } from './http.ts';

/** Questions under way at one endpoint; more tokens than that are told to come back. */
const MOST_OPEN = 64;
/** After a failure nobody is asked for so long. */
const REST_MS = 1_000;
/** A token that was not active is not asked about again for so long. */
const INACTIVE_MS = 10_000;
const MOST_INACTIVE = 10_000;

interface Endpoint {
  readonly open: Map<string, Promise<IntrospectionAnswer>>;
  readonly inactive: Map<string, number>;
  restUntil: number;
}

const AWAY: IntrospectionAnswer = { unavailable: true, retryAfter: 1 };
const INACTIVE: IntrospectionAnswer = { active: false };

/** One question a token at a time, whoever presents it. Tokens are kept by digest only. */
export function openIntrospection(clock: Clock): Introspection {
  const endpoints = new Map<string, Endpoint>();
  return {
    ask(source, token) {
      const name = `${source.endpoint} ${source.clientId}`;
      const endpoint = endpoints.get(name) ?? { open: new Map(), inactive: new Map(), restUntil: 0 };
      endpoints.set(name, endpoint);
      return askOnce(source, token, endpoint, clock);
    },
  };
}

function askOnce(source: IntrospectionSource, token: string, endpoint: Endpoint, clock: Clock) {
  const digest = hash('sha256', token, 'base64url');
  const now = clock.elapsed();
  if (now < endpoint.restUntil) return AWAY;
  if ((endpoint.inactive.get(digest) ?? 0) > now) return INACTIVE;
  const running = endpoint.open.get(digest);
  if (running !== undefined) return running;
  if (endpoint.open.size >= MOST_OPEN) return AWAY;
  const asked = ask(source, token).then((answer) => {
    endpoint.open.delete(digest);
    if ('unavailable' in answer) endpoint.restUntil = clock.elapsed() + REST_MS;
    else if (!answer.active) keepInactive(endpoint.inactive, digest, clock.elapsed() + INACTIVE_MS);
    return answer;
  });
  endpoint.open.set(digest, asked);
  return asked;
}

function keepInactive(inactive: Map<string, number>, digest: string, until: number): void {
  inactive.delete(digest);
  inactive.set(digest, until);
  const oldest = inactive.keys().next();
  if (inactive.size > MOST_INACTIVE && oldest.done !== true) inactive.delete(oldest.value);
}

async function ask(source: IntrospectionSource, token: string): Promise<IntrospectionAnswer> {
  const { clientId, clientSecret, authentication, endpoint, timeoutMs } = source;
  const form = new URLSearchParams({ token, token_type_hint: 'access_token' });
  if (authentication === 'post') {
    form.set('client_id', clientId);
    form.set('client_secret', clientSecret);
  }
  const headers: Record<string, string> =
    authentication === 'basic' ? { authorization: `Basic ${basic(clientId, clientSecret)}` } : {};
  const fetched = await fetchJson(endpoint, { timeoutMs, form, headers });
  if ('problem' in fetched || !isObject(fetched.json)) return AWAY;
  const { active } = fetched.json;
  if (active === true) return { active: true, claims: fetched.json };
  return active === false ? INACTIVE : AWAY;
}
