/**
 * Seals vouchers with HMAC-SHA-256: `v1.`, 43 characters of base64url, `.`, and the payload as it is. It hides nothing;
 * it proves that one of us wrote it. The tag is part of what is authenticated, so that a later form cannot be passed
 * off as this one.
 *
 * A seal says nothing about age or about the request that it belongs to: both are in the payload, and whoever opens it
 * compares them.
 */
import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { Sealer } from '../core/ports.ts';

const TAG = 'v1.';
/** So that no digest of a text is the seal of another. */
const OTHER = 'mac.';
const MAC_LENGTH = 43;
const PAYLOAD_AT = TAG.length + MAC_LENGTH + 1;
const MIN_SECRET = 32;

export interface SealSecrets {
  /** At least 32 bytes; the same for all replicas that share a proxy. */
  readonly current: Uint8Array;
  /** Still opens, no longer seals: for the minutes in which replicas change over. */
  readonly previous?: Uint8Array | undefined;
}

/** @throws RangeError if a secret is shorter than 32 bytes */
export function createSealer(secrets: SealSecrets): Sealer {
  const current = keyOf(secrets.current);
  const accepted = secrets.previous === undefined ? [current] : [current, keyOf(secrets.previous)];
  return {
    mac: (text) => createHmac('sha256', current).update(OTHER).update(text).digest(),
    seal: (payload) => `${TAG}${macOf(current, payload)}.${payload}`,
    open(sealed) {
      if (!sealed.startsWith(TAG) || sealed.charAt(PAYLOAD_AT - 1) !== '.') return undefined;
      const mac = sealed.slice(TAG.length, PAYLOAD_AT - 1);
      const payload = sealed.slice(PAYLOAD_AT);
      return accepted.some((key) => same(mac, macOf(key, payload))) ? payload : undefined;
    },
  };
}

function macOf(key: KeyObject, payload: string): string {
  return createHmac('sha256', key).update(TAG).update(payload).digest('base64url');
}

/** Compares the encoded text, not what it decodes to: one seal has one spelling. */
function same(given: string, right: string): boolean {
  const a = Buffer.from(given, 'utf8');
  const b = Buffer.from(right, 'utf8');
  return a.length === b.length && timingSafeEqual(a, b);
}

function keyOf(secret: Uint8Array): KeyObject {
  if (secret.length < MIN_SECRET)
    throw new RangeError(`A sealing secret needs at least ${MIN_SECRET} bytes.`);
  return createSecretKey(secret);
}
