/** Which credential a request leaves with. */
import type { TokenSource } from '../core/ports.ts';
import type { Backend, Credential, Snapshot } from '../policy/snapshot.ts';

/** The tenant's own, where the backend has one for it. */
export function credentialFor(backend: Backend, tenant: string | undefined): Credential | undefined {
  const own = tenant === undefined ? undefined : backend.tenantCredentials?.get(tenant);
  return own ?? backend.credential;
}

/** Where the tokens of a policy's backends are had. */
export function tokenSourcesOf(policy: Pick<Snapshot, 'backends'> | undefined): TokenSource[] {
  return [...(policy?.backends.values() ?? [])]
    .flatMap(({ credential, tenantCredentials }) => [credential, ...(tenantCredentials?.values() ?? [])])
    .flatMap((credential) => (credential?.kind === 'token' ? [credential.source] : []));
}
