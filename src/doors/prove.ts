/**
 * What proves a request to its backend: the credential of the policy, in place of whatever the client sent. It comes
 * last, since a signature is about the path and the body as they leave.
 */
import { credentialFor } from '../backends/credentials.ts';
import { signature } from '../backends/sign.ts';
import { first, type HeaderChanges, type Headers } from '../core/headers.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { after, type Soon } from '../core/soon.ts';
import { dialectOf } from '../dialects/index.ts';
import { CREDENTIAL_HEADERS } from '../identity/credentials.ts';
import type { AwsKeys, Backend, Credential } from '../policy/snapshot.ts';
import type { JudgedRequest } from './outgoing.ts';
import type { Judging } from './prepare.ts';

/** What a request proves itself with. */
export interface Proof {
  readonly changes: HeaderChanges;
  /** What of it the client must not learn, should the backend repeat it. */
  readonly secrets: readonly string[];
}

const NO_BYTES: Uint8Array = new Uint8Array(0);

/** @param came the body as it came, which leaves where the request keeps it */
export function prove(judged: JudgedRequest, x: Judging, came = NO_BYTES): Soon<JudgedRequest | Refusal> {
  const { backend } = judged.route;
  const credential = credentialFor(backend, x.voucher.principal.tenant);
  const proof =
    credential?.kind === 'aws' ? signed(credential, judged, came, x) : headerProof(credential, backend, x);
  return after(proof, (found) => {
    if (isRefusal(found)) return found;
    const { changes, secrets } = found;
    const { set, remove } = judged.changes;
    return {
      ...judged,
      changes: { set: [...set, ...changes.set], remove: [...remove, ...changes.remove] },
      secrets,
    };
  });
}

/**
 * For a request whose headers leave before its body is read.
 * @returns `mode_unsafe` where the body would have to be signed
 */
export function proveUnread(backend: Backend, x: Judging): Soon<Proof | Refusal> {
  const credential = credentialFor(backend, x.voucher.principal.tenant);
  if (credential?.kind === 'aws')
    return refuse('mode_unsafe', { detail: 'Unsafe: a streamed request that must be signed.' });
  return headerProof(credential, backend, x);
}

function signed(
  keys: AwsKeys,
  judged: JudgedRequest,
  came: Uint8Array,
  { voucher, headers, ports }: Judging,
) {
  const path = pathIn(judged.changes) ?? first(headers, ':path') ?? voucher.path;
  const body = judged.body === 'keep' ? came : judged.body;
  const set = signature({ method: voucher.method, path, body }, keys, ports.clock.now());
  // An error about a signature says what was signed, the session among it.
  return proofOf(set, keys.sessionToken === undefined ? [] : [keys.sessionToken], headers);
}

type Header = HeaderChanges['set'][number];

function headerProof(
  credential: Exclude<Credential, { kind: 'aws' }> | undefined,
  backend: Backend,
  { ports, headers }: Judging,
): Soon<Proof | Refusal> {
  if (credential === undefined) return proofOf([], [], headers);
  if (credential.kind === 'static') {
    const { secret, header } = credential;
    return proofOf(
      [header === undefined ? dialectOf(backend.dialect).credentialHeader(secret) : keyIn(header, secret)],
      [secret],
      headers,
    );
  }
  return after(ports.backendTokens.get(credential.source), (found) =>
    'token' in found
      ? proofOf([['authorization', `Bearer ${found.token}`]], [found.token], headers)
      : refuse('backend_unavailable', { why: 'credential', retryAfter: found.retryAfter }),
  );
}

function keyIn(header: string, secret: string): Header {
  return [header, header === 'authorization' ? `Bearer ${secret}` : secret];
}

/** Of two credentials a backend may believe the client's, so nothing of the kind travels on with ours. */
function proofOf(set: readonly Header[], secrets: readonly string[], headers: Headers): Proof {
  const ours = new Set(set.map(([name]) => name));
  const remove = [...headers.keys()].filter((name) => provesSomebody(name) && !ours.has(name));
  return { changes: { set, remove }, secrets };
}

const PROVING: ReadonlySet<string> = new Set(CREDENTIAL_HEADERS);

/** Parts of AWS's signatures too: what begins so must be signed, or makes ours one of somebody else. */
function provesSomebody(name: string): boolean {
  return PROVING.has(name) || name.startsWith('x-amz-');
}

function pathIn({ set }: HeaderChanges): string | undefined {
  return set.find(([name]) => name === ':path')?.[1];
}
