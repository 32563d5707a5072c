/** What a request brings to the identity methods, for tests: nothing, or a credential, or what a test adds. */
import type { Credential } from '../../src/identity/credentials.ts';
import type { Evidence } from '../../src/identity/method.ts';

export function evidenceOf(more: Partial<Evidence> = {}): Evidence {
  return {
    credential: undefined,
    headers: new Map(),
    method: 'POST',
    route: '/v1/chat/completions',
    authority: 'api.example.org',
    peerAddress: '192.0.2.7',
    peer: undefined,
    clientAddress: '192.0.2.7',
    ...more,
  };
}

/** With a credential in the `authorization` header. */
export function bearing(
  token: string,
  scheme: Credential['scheme'] = 'bearer',
  more: Partial<Evidence> = {},
): Evidence {
  return evidenceOf({ credential: { header: 'authorization', scheme, token }, ...more });
}
