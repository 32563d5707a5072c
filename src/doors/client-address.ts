/**
 * The caller's own address. Envoy states who connected to it; where that is a proxy, the address of the caller is only
 * in `x-forwarded-for`, of which everything but what trusted proxies added is the caller's own invention.
 */
import { isIP } from 'node:net';
import { type Headers, joined } from '../core/headers.ts';

const FORWARDED_FOR = 'x-forwarded-for';

/**
 * @param peer the address that connected to Envoy
 * @param trustedHops proxies between the caller and Envoy that add the address of whoever connected to them
 * @returns empty where it cannot be known: no network contains that
 */
export function clientAddress(peer: string, headers: Headers, trustedHops: number): string {
  if (trustedHops === 0) return peer;
  const addresses = (joined(headers, FORWARDED_FOR) ?? '').split(',').map((address) => address.trim());
  // With `use_remote_address` Envoy has added the peer's address already.
  if (addresses.at(-1) === peer) addresses.pop();
  const address = addresses.at(-trustedHops) ?? '';
  return isIP(address) === 0 ? '' : address;
}
