/**
 * A compact JWS (RFC 7515, section 7.1) taken apart, before anything of it is believed. Strict, so that no two readers
 * could take it differently: base64url without slack, JSON without doubled members.
 */

import { isRefusal } from '../../core/refusal.ts';
import { decodeUtf8, type JsonNode, parse } from '../../json/document.ts';

export type JsonObjectValue = Readonly<Record<string, unknown>>;

export interface Jws {
  readonly header: JsonObjectValue;
  readonly payload: JsonObjectValue;
}

/** Far more than any token has use for. */
const BOUNDS = { depth: 12, values: 2000 };
const BASE64URL = /^[A-Za-z0-9_-]+$/;

/** Has a text the form of a JWS or JWE? Nothing is decoded. */
export function looksLikeJwt(text: string): boolean {
  return text.startsWith('ey') && text.includes('.');
}

/** @returns undefined for anything but a JWS whose header and payload are JSON objects; a JWE is none */
export function readJws(token: string): Jws | undefined {
  const parts = token.split('.');
  const [header = '', payload = '', signature = ''] = parts;
  if (parts.length !== 3 || bytesIn(signature) === undefined) return undefined;
  const read = { header: objectIn(header), payload: objectIn(payload) };
  return read.header === undefined || read.payload === undefined
    ? undefined
    : { header: read.header, payload: read.payload };
}

function objectIn(part: string): JsonObjectValue | undefined {
  const bytes = bytesIn(part);
  const text = bytes === undefined ? undefined : decodeUtf8(bytes);
  return typeof text === 'string' ? objectOf(text) : undefined;
}

/** Bits left over at the end would make two spellings of one part. */
function bytesIn(part: string): Buffer | undefined {
  if (!BASE64URL.test(part)) return undefined;
  const bytes = Buffer.from(part, 'base64url');
  return bytes.toString('base64url') === part ? bytes : undefined;
}

/** The strict reader judges; what it accepts, every reader takes alike. */
export function objectOf(text: string): JsonObjectValue | undefined {
  const root: JsonNode | object = parse(text, BOUNDS);
  if (isRefusal(root) || (root as JsonNode).kind !== 'object') return undefined;
  return JSON.parse(text) as JsonObjectValue;
}

/** A member that is there itself, not one that every object has. */
export function memberIn(object: JsonObjectValue, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}
