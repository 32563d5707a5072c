/**
 * What proves a request to its backend: the credential of the policy, in place of whatever the client sent. It comes
 * last, since a signature is about the path and the body as they leave.
 */
import { credentialFor } from '../backends/credentials.ts';
import { signature } from '../backends/sign.ts';
import { first, type HeaderChanges } from '../core/headers.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { after, type Soon } from '../core/soon.ts';
import { dialectOf } from '../dialects/index.ts';
import type { Backend, Credential } from '../policy/snapshot.ts';
import type { JudgedRequest } from './outgoing.ts';
import type { Judging } from './prepare.ts';

/** @param came the body as it came, which leaves where the request keeps it */
export function prove(judged: JudgedRequest, came: Uint8Array, x: Judging): Soon<JudgedRequest | Refusal> {
  const { backend } = judged.route;
  const credential = credentialFor(backend, x.voucher.principal.tenant);
  if (credential === undefined) return judged;
  if (credential.kind === 'aws') {
    const path = pathIn(judged.changes) ?? first(x.headers, ':path') ?? x.voucher.path;
    const body = judged.body === 'keep' ? came : judged.body;
    const signed = signature({ method: x.voucher.method, path, body }, credential, x.ports.clock.now());
    return withChanges(judged, signed);
  }
  return after(headerOf(credential, backend, x), (header) => {
    if (isRefusal(header)) return header;
    const secret = header[1].replace(/^Bearer /, '');
    return { ...withChanges(judged, { set: [header], remove: [] }), secret };
  });
}

/**
 * For a request whose headers leave before its body is read.
 * @returns `mode_unsafe` where the body would have to be signed
 */
export function proveUnread(backend: Backend, x: Judging): Soon<HeaderChanges['set'] | Refusal> {
  const credential = credentialFor(backend, x.voucher.principal.tenant);
  if (credential === undefined) return [];
  if (credential.kind === 'aws')
    return refuse('mode_unsafe', { detail: 'Unsafe: a streamed request that must be signed.' });
  return after(headerOf(credential, backend, x), (header) => (isRefusal(header) ? header : [header]));
}

type Header = HeaderChanges['set'][number];

function headerOf(
  credential: Exclude<Credential, { kind: 'aws' }>,
  { dialect }: Backend,
  { ports }: Judging,
): Soon<Header | Refusal> {
  if (credential.kind === 'static') return dialectOf(dialect).credentialHeader(credential.secret);
  return after(ports.backendTokens.get(credential.source), (found): Header | Refusal =>
    'token' in found
      ? ['authorization', `Bearer ${found.token}`]
      : refuse('backend_unavailable', { why: 'credential', retryAfter: found.retryAfter }),
  );
}

function pathIn({ set }: HeaderChanges): string | undefined {
  return set.find(([name]) => name === ':path')?.[1];
}

function withChanges(judged: JudgedRequest, { set, remove }: HeaderChanges): JudgedRequest {
  const { changes } = judged;
  return {
    ...judged,
    changes: { set: [...changes.set, ...set], remove: [...changes.remove, ...remove] },
  };
}
