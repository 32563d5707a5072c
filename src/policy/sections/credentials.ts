/** Credentials of backends, with their secrets in place. */
import { createPrivateKey } from 'node:crypto';
import type { TokenSource } from '../../core/ports.ts';
import { isLocal } from '../local.ts';
import type { Path } from '../mistake.ts';
import type { Report } from '../report.ts';
import type { CredentialConfig } from '../schema/credentials.ts';
import type { BackendConfig } from '../schema/models.ts';
import type { SecretRef } from '../schema/secrets.ts';
import type { Credential } from '../snapshot.ts';
import { nameOf, readSecret, readText, type SecretResolver } from './secrets.ts';

interface Compiling {
  readonly path: Path;
  readonly resolve: SecretResolver;
  readonly report: Report;
}

type Kind<K extends string> = Extract<CredentialConfig, Record<K, unknown>>[K &
  keyof Extract<CredentialConfig, Record<K, unknown>>];

/** @param backend whose credential it is @returns undefined where there is none, or where it is reported */
export function compileCredential(
  config: CredentialConfig | undefined,
  backend: BackendConfig,
  path: Path,
  resolve: SecretResolver,
  report: Report,
): Credential | undefined {
  if (config === undefined) return undefined;
  const x = { path, resolve, report };
  if ('oauth' in config) return tokenOf(oauthSource(config.oauth, within(x, 'oauth')));
  if ('google' in config) return tokenOf(googleSource(config.google, within(x, 'google')));
  if ('azure' in config) return tokenOf(azureSource(config.azure, within(x, 'azure')));
  if ('aws' in config) return awsKeys(config.aws, backend, within(x, 'aws'));
  const secret = readSecret(config, path, resolve, report);
  if (secret === undefined) return undefined;
  return Object.freeze({ kind: 'static', secret, ...(config.header && { header: config.header }) });
}

const within = (x: Compiling, key: string): Compiling => ({ ...x, path: [...x.path, key] });

const secretAt = (ref: SecretRef, key: string, { path, resolve, report }: Compiling): string | undefined =>
  readSecret(ref, [...path, key], resolve, report);

function tokenOf(source: TokenSource | undefined): Credential | undefined {
  return source === undefined ? undefined : Object.freeze({ kind: 'token', source: Object.freeze(source) });
}

function oauthSource(config: Kind<'oauth'>, x: Compiling): TokenSource | undefined {
  const clientSecret = secretAt(config.clientSecret, 'clientSecret', x);
  if (clientSecret === undefined) return undefined;
  const { tokenUrl, clientId, authentication, scopes = [], audience } = config;
  const scope = scopes.join(' ');
  return {
    kind: 'client',
    tokenUrl,
    clientId,
    clientSecret,
    authentication,
    scope,
    ...(audience && { audience }),
  };
}

/** Microsoft identity platform, client credentials: the v2.0 token endpoint of a directory. */
function azureSource(config: Kind<'azure'>, x: Compiling): TokenSource | undefined {
  const { tenant, clientId, clientSecret: secret, federatedToken, scope, authority } = config;
  const proof = oneOf({ clientSecret: secret, federatedToken }, x);
  if (proof === undefined) return undefined;
  const clientSecret = secretAt(proof, secret === undefined ? 'federatedToken' : 'clientSecret', x);
  if (clientSecret === undefined) return undefined;
  const tokenUrl = `${authority.replace(/\/$/, '')}/${tenant}/oauth2/v2.0/token`;
  const authentication = secret === undefined ? 'federated' : 'post';
  return { kind: 'client', tokenUrl, clientId, clientSecret, authentication, scope };
}

/** The only one that is given; undefined where there is none or more than one, which is reported. */
function oneOf<T>(
  given: Readonly<Record<string, T | undefined>>,
  { path, report }: Compiling,
): T | undefined {
  const [only, ...more] = Object.values(given).filter((value) => value !== undefined);
  if (only !== undefined && more.length === 0) return only;
  report.error(path, `expected either ${Object.keys(given).join(' or ')}`, 'key');
  return undefined;
}

/** Compute Engine, "Authenticate to Google Cloud": reached from inside alone, so it speaks plain HTTP. */
const GOOGLE_METADATA =
  'http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token';

function googleSource(config: Kind<'google'>, x: Compiling): TokenSource | undefined {
  const { serviceAccount, scopes } = config;
  const metadata = config.metadata === true ? true : undefined;
  if (oneOf<unknown>({ serviceAccount, metadata }, x) === undefined) return undefined;
  if (serviceAccount !== undefined) return accountSource(serviceAccount, scopes.join(' '), x);
  const tokenUrl = `${GOOGLE_METADATA}?${new URLSearchParams({ scopes: scopes.join(',') })}`;
  return { kind: 'machine', tokenUrl, header: ['metadata-flavor', 'Google'] };
}

function accountSource(
  ref: SecretRef,
  scope: string,
  { path, resolve, report }: Compiling,
): TokenSource | undefined {
  const at = [...path, 'serviceAccount'];
  const text = readText(ref, at, resolve, report);
  if (text === undefined) return undefined;
  const account = accountIn(text);
  if (account !== undefined) return { kind: 'assertion', ...account, scope };
  report.error(at, `the ${nameOf(ref)} holds no key of a service account`);
  return undefined;
}

/** The members of Google's key file that matter: whose key it is, the key, and where a token is given for it. */
function accountIn(
  text: string,
): Omit<Extract<TokenSource, { kind: 'assertion' }>, 'kind' | 'scope'> | undefined {
  try {
    const {
      client_email: issuer,
      private_key: pem,
      private_key_id: keyId,
      token_uri: tokenUrl,
    } = JSON.parse(text);
    const strings = [issuer, pem, keyId, tokenUrl].every((value) => typeof value === 'string');
    if (!strings || !isTrusted(tokenUrl)) return undefined;
    const key = createPrivateKey(pem);
    return key.asymmetricKeyType === 'rsa' ? { issuer, key, keyId, tokenUrl } : undefined;
  } catch {
    return undefined;
  }
}

/** A key file says where its key goes: never in the clear, but on this machine. */
function isTrusted(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol } = new URL(url);
  return protocol === 'https:' || (protocol === 'http:' && isLocal(url));
}

/** `bedrock-runtime.eu-central-1.amazonaws.com`. */
const REGION_IN_HOST = /\.([a-z]{2}(?:-[a-z]+)+-\d{1,2})\.(?:amazonaws\.com|api\.aws)(?:\.cn)?$/;

function awsKeys(config: Kind<'aws'>, { url }: BackendConfig, x: Compiling): Credential | undefined {
  const accessKeyId = secretAt(config.accessKeyId, 'accessKeyId', x);
  const secretAccessKey = secretAt(config.secretAccessKey, 'secretAccessKey', x);
  const sessionToken = config.sessionToken && secretAt(config.sessionToken, 'sessionToken', x);
  if (url === undefined || new URL(url).pathname !== '/') {
    x.report.error(
      x.path,
      'the backend needs a url without a path: its host is a part of what is signed',
      'key',
    );
    return undefined;
  }
  const region = config.region ?? REGION_IN_HOST.exec(new URL(url).hostname)?.[1];
  if (region === undefined) {
    x.report.error(x.path, "names no region, and neither does the backend's url: expected region", 'key');
    return undefined;
  }
  const missing = config.sessionToken !== undefined && sessionToken === undefined;
  if (accessKeyId === undefined || secretAccessKey === undefined || missing) return undefined;
  const keys = { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
  return Object.freeze({ kind: 'aws', ...keys, region, service: config.service, host: new URL(url).host });
}
