/**
 * Requests that must be refused, and by whom. Each fails in a way of its own if a door is missing, is asked about some
 * paths only, or is answered for by somebody else: a refusal counts only with the code that names it.
 */
import { BACKEND_HEADER, OWN_PREFIX, REQUEST_ID_HEADER } from '../core/headers.ts';
import type { RefusalCode } from '../core/refusal.ts';

export interface Probe {
  readonly name: string;
  readonly method?: string;
  /** Sent as it stands here. */
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Refusals that are right; the first is what the rendered configuration gives. */
  readonly refusals: readonly RefusalCode[];
  /** True if the proxy may also just close the connection: its parser refuses before there is a request to answer. */
  readonly mayClose?: boolean;
  /** True if it is sent with the canary's key: it must pass the first door, and be refused by the second. */
  readonly secondDoor?: boolean;
}

const CHAT = '/v1/chat/completions';
/** Costs next to nothing if it does reach a model. */
const PROMPT = JSON.stringify({
  model: 'sallyport-canary',
  messages: [{ role: 'user', content: 'This must be refused.' }],
  max_tokens: 1,
});
const WRONG_KEY = { authorization: 'Bearer sallyport-canary-wrong-key' };

const unkeyed = (name: string, more: Omit<Probe, 'name' | 'refusals'> = {}): Probe => ({
  name,
  refusals: ['credential_missing'],
  ...more,
});

/** A path in a form that somebody on the way might read as another one. */
const trick = (path: string): Probe => ({
  name: `the path ${path}`,
  path,
  refusals: ['path_not_canonical', 'credential_missing', 'operation_unknown'],
});

const seen = (name: string, body: string, code: RefusalCode): Probe => ({
  name,
  body,
  refusals: [code],
  secondDoor: true,
});

export const PROBES: readonly Probe[] = [
  unkeyed('no credential'),
  { name: 'a wrong key', headers: WRONG_KEY, refusals: ['credential_invalid'] },
  {
    name: 'two credentials',
    headers: { ...WRONG_KEY, 'x-api-key': 'sallyport-canary-other-key' },
    refusals: ['credential_conflict'],
  },
  unkeyed('a forged route', { headers: { [BACKEND_HEADER]: 'openai' } }),
  unkeyed('a forged identity', {
    headers: {
      [`${OWN_PREFIX}principal`]: 'admin',
      [`${OWN_PREFIX}tenant`]: 'admin',
      [REQUEST_ID_HEADER]: '1',
    },
  }),
  {
    name: 'a forged header with underscores',
    headers: { x_sallyport_backend: 'openai' },
    refusals: ['header_malformed', 'credential_missing'],
    mayClose: true,
  },
  unkeyed('headers that move the path', {
    headers: { 'x-original-url': '/health', 'x-envoy-original-path': '/health' },
  }),
  unkeyed('a method in a header', { headers: { 'x-http-method-override': 'GET' } }),
  trick('//v1/chat/completions'),
  trick('/v1//chat/completions'),
  trick('/open/../v1/chat/completions'),
  trick('/v1/./chat/completions'),
  trick('/v1%2fchat/completions'),
  trick('/v1/%63hat/completions'),
  trick('/v1/chat/completions;a=1'),
  trick('/v1/chat/completions/'),
  trick('/V1/Chat/Completions'),
  {
    name: 'an unknown path',
    path: '/sallyport-canary',
    refusals: ['operation_unknown', 'credential_missing'],
  },
  { name: 'another method', method: 'PUT', refusals: ['method_not_allowed', 'credential_missing'] },
  unkeyed('the list of models', { method: 'GET', path: '/v1/models' }),
  {
    name: 'a WebSocket',
    method: 'GET',
    path: '/v1/realtime',
    headers: {
      connection: 'upgrade',
      upgrade: 'websocket',
      'sec-websocket-key': 'c2FsbHlwb3J0LWNhbmFyeQ==',
      'sec-websocket-version': '13',
    },
    refusals: ['upgrade_not_allowed', 'operation_unknown', 'credential_missing'],
  },
  seen('a model that no policy has', PROMPT, 'model_not_allowed'),
  seen('a body that is not JSON', '{"model": ', 'body_malformed'),
  seen('a key that stands twice', '{"model":"a","model":"b","messages":[]}', 'body_duplicate_key'),
  seen(
    'a body that is nested too deeply',
    `{"model":"a","messages":${'['.repeat(1000)}${']'.repeat(1000)}}`,
    'body_too_deep',
  ),
];

/** What a probe is sent as, its defaults filled in. */
export function requestOf(probe: Probe, key: string | undefined) {
  const method = probe.method ?? 'POST';
  const body = method === 'GET' ? '' : (probe.body ?? PROMPT);
  const headers: Record<string, string> = { ...probe.headers };
  if (method !== 'GET') headers['content-type'] = 'application/json';
  if (probe.secondDoor && key !== undefined) headers.authorization = `Bearer ${key}`;
  return { method, path: probe.path ?? CHAT, headers, body };
}
