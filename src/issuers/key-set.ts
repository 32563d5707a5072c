/** A JSON Web Key Set (RFC 7517) to keys that signatures are verified with. What is no such key is left out. */
import { importJWK, type JWK } from 'jose';
import type { SigningKey } from '../core/ports.ts';
import { isObject } from './http.ts';

const MOST_KEYS = 64;
const LEAST_RSA_BITS = 2048;

/** One key, under each algorithm that it may be used with. */
export interface KnownKey {
  readonly kid: string | undefined;
  readonly keys: ReadonlyMap<string, SigningKey>;
}

const CURVES: ReadonlyMap<string, string> = new Map([
  ['P-256', 'ES256'],
  ['P-384', 'ES384'],
  ['P-521', 'ES512'],
  ['Ed25519', 'EdDSA'],
]);
const RSA = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'];
/** Members of a private or symmetric key: whoever publishes one has lost it. */
const SECRET = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

/** @returns undefined where it is no key set, or none of its keys is of use */
export async function readKeySet(json: unknown): Promise<readonly KnownKey[] | undefined> {
  if (!isObject(json) || !Array.isArray(json.keys) || json.keys.length > MOST_KEYS) return undefined;
  const read = await Promise.all(json.keys.map(readKey));
  const keys = read.filter((key) => key !== undefined);
  return keys.length === 0 ? undefined : keys;
}

async function readKey(jwk: unknown): Promise<KnownKey | undefined> {
  if (!isObject(jwk) || (jwk.use !== undefined && jwk.use !== 'sig')) return undefined;
  if (SECRET.some((name) => Object.hasOwn(jwk, name))) return undefined;
  const { kid } = jwk;
  if (kid !== undefined && (typeof kid !== 'string' || kid.length > 128)) return undefined;
  const keys = new Map<string, SigningKey>();
  for (const algorithm of algorithmsOf(jwk)) {
    const key = await importKey(jwk as JWK, algorithm);
    if (key !== undefined) keys.set(algorithm, key);
  }
  return keys.size === 0 ? undefined : { kid, keys };
}

/** What the key's kind allows, narrowed to what it says of itself. */
function algorithmsOf(jwk: Readonly<Record<string, unknown>>): readonly string[] {
  const possible = jwk.kty === 'RSA' ? RSA : [CURVES.get(String(jwk.crv))].filter((one) => one !== undefined);
  return jwk.alg === undefined ? possible : possible.filter((algorithm) => algorithm === jwk.alg);
}

async function importKey(jwk: JWK, algorithm: string): Promise<SigningKey | undefined> {
  try {
    const { kty, n, e, crv, x, y } = jwk;
    const key = await importJWK({ kty, n, e, crv, x, y } as JWK, algorithm);
    if (key instanceof Uint8Array || key.type !== 'public') return undefined;
    const bits = (key.algorithm as { readonly modulusLength?: number }).modulusLength;
    return bits !== undefined && bits < LEAST_RSA_BITS ? undefined : key;
  } catch {
    // A key that cannot be imported is of no use to anybody.
    return undefined;
  }
}
