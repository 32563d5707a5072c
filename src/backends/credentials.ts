/** Which credential a request leaves with. */
import type { TokenSource } from '../core/ports.ts';
import type { Backend, Credential, Snapshot } from '../policy/snapshot.ts';

/** The tenant's own, where the backend has one for it. */
export function credentialFor(backend: Backend, tenant: string | undefined): Credential | undefined {
  const own = tenant === undefined ? undefined : backend.tenantCredentials?.get(tenant);
  return own ?? backend.credential;
}

type Backends = Pick<Snapshot, 'backends'>;

/** Where the tokens of a policy's backends are had. */
export function tokenSourcesOf(policy: Backends | undefined): TokenSource[] {
  return credentialsOf(policy).flatMap((credential) =>
    credential.kind === 'token' ? [credential.source] : [],
  );
}

/** Headers, beside those that dialects have for it, in which a policy sends credentials. */
export function keyHeadersOf(policy: Backends): string[] {
  return credentialsOf(policy).flatMap((credential) =>
    credential.kind === 'static' && credential.header !== undefined ? [credential.header] : [],
  );
}

function credentialsOf(policy: Backends | undefined): Credential[] {
  return [...(policy?.backends.values() ?? [])].flatMap(({ credential, tenantCredentials }) => [
    ...(credential === undefined ? [] : [credential]),
    ...(tenantCredentials?.values() ?? []),
  ]);
}
