/** A real OpenID provider: the npm package `oidc-provider`, on a port that stays the same over restarts. */

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import Provider from 'oidc-provider';

export const AUDIENCE = 'urn:acme:ai';

export interface IdentityProvider extends AsyncDisposable {
  readonly issuer: string;
  /** An access token by client credentials. Opaque tokens are known to the provider alone. */
  token(client: string, format: 'jwt' | 'opaque', headers?: Record<string, string>): Promise<string>;
  /** Signs with a new key from now on, and publishes that one only. */
  rotate(): Promise<void>;
  /** Answers nobody any more. */
  leave(): Promise<void>;
  comeBack(): Promise<void>;
  /** Milliseconds before each answer. */
  slow(ms: number): void;
}

/** Clients `acme` and `globex`, each with the secret `secret-of-<client>`; the client's name is its tenant. */
export async function startProvider(): Promise<IdentityProvider> {
  let delay = 0;
  let provider: Provider | undefined;
  const listener = (
    request: import('node:http').IncomingMessage,
    response: import('node:http').ServerResponse,
  ) => {
    setTimeout(() => provider?.callback()(request, response), delay);
  };
  let server: Server = createServer(listener);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const issuer = `http://127.0.0.1:${port}`;
  let serial = 0;
  const rotate = async () => {
    serial += 1;
    provider = makeProvider(issuer, await signingKey(`key-${serial}`));
  };
  await rotate();
  const leave = async () => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  return {
    issuer,
    rotate,
    leave,
    async comeBack() {
      server = createServer(listener);
      await once(server.listen(port, '127.0.0.1'), 'listening');
    },
    slow(ms) {
      delay = ms;
    },
    async token(client, format, headers = {}) {
      const body = new URLSearchParams({
        grant_type: 'client_credentials',
        scope: 'model:invoke model:read',
        resource: format === 'jwt' ? AUDIENCE : `${AUDIENCE}:opaque`,
      });
      const basic = Buffer.from(`${client}:secret-of-${client}`).toString('base64');
      const response = await fetch(`${issuer}/token`, {
        method: 'POST',
        body,
        headers: { authorization: `Basic ${basic}`, ...headers },
      });
      const answer = (await response.json()) as { access_token?: string };
      if (answer.access_token === undefined) throw new Error(`no token: ${JSON.stringify(answer)}`);
      return answer.access_token;
    },
    [Symbol.asyncDispose]: leave,
  };
}

async function signingKey(kid: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  return { ...(await exportJWK(privateKey)), kid, use: 'sig', alg: 'RS256' };
}

function makeProvider(issuer: string, key: JWK): Provider {
  const scope = 'model:invoke model:read';
  return new Provider(issuer, {
    jwks: { keys: [key] },
    clients: ['acme', 'globex', 'sallyport'].map((client) => ({
      client_id: client,
      client_secret: `secret-of-${client}`,
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
      scope,
    })),
    scopes: scope.split(' '),
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      introspection: { enabled: true, allowedPolicy: () => true },
      dPoP: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_context, resource) => ({
          scope,
          audience: AUDIENCE,
          accessTokenTTL: 300,
          accessTokenFormat: resource === AUDIENCE ? 'jwt' : 'opaque',
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
    extraTokenClaims: (_context, token) => ({ tenant: 'clientId' in token ? token.clientId : undefined }),
  });
}
