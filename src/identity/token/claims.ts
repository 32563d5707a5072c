/** Claims to a principal, as the policy maps them. A claim that cannot be used makes the whole token unusable. */
import type { Principal } from '../../core/principal.ts';
import type { ClaimPath, ClaimRules, TokenRules } from '../../policy/identity-rules.ts';
import type { CredentialFault } from '../challenge.ts';
import { type JsonObjectValue, memberIn } from './jws.ts';

/** Groups, or scopes, of one principal. */
const MOST_VALUES = 256;
/** Printable, as names of people and teams are; what the policy's own attributes may be. */
const VALUE = /^[^\p{C}\p{Z}][^\p{Cc}\p{Zl}\p{Zp}\p{Cs}]{0,254}$/u;
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]{1,128}$/;

/** @returns the principal, or that the claims do not make one */
export function principalOf(
  claims: JsonObjectValue,
  rules: TokenRules,
  method: 'oidc' | 'introspection',
): Principal | CredentialFault {
  try {
    return read(claims, rules, method);
  } catch (error) {
    if (error instanceof Unusable) return 'claims_unusable';
    throw error;
  }
}

/** Thrown and caught in this file alone: a claim deep in a map ends the reading of all. */
class Unusable extends Error {}

function read(claims: JsonObjectValue, rules: TokenRules, method: 'oidc' | 'introspection'): Principal {
  const { id: issuer, assign } = rules;
  const map: ClaimRules = rules.claims;
  const subject = required(textAt(claims, map.subject));
  const id = `${issuer}/${subject}`;
  if (id.length > 256) throw new Unusable();
  const scopes = valuesAt(claims, map.scopes, SCOPE);
  return {
    methods: [method],
    id,
    issuer,
    ...optional('user', claims, map.user),
    ...optional('tenant', claims, map.tenant),
    ...optional('team', claims, map.team),
    ...optional('project', claims, map.project),
    ...optional('application', claims, map.application),
    groups: valuesAt(claims, map.groups, VALUE) ?? [],
    ...(scopes !== undefined && { scopes }),
    ...(map.labels.size > 0 && { labels: labelsIn(claims, map.labels) }),
    ...assign,
  };
}

function required(value: string | undefined): string {
  if (value === undefined) throw new Unusable();
  return value;
}

function optional<K extends string>(
  name: K,
  claims: JsonObjectValue,
  path: ClaimPath | undefined,
): Partial<Record<K, string>> {
  const value = path === undefined ? undefined : textAt(claims, path);
  return value === undefined ? {} : ({ [name]: value } as Record<K, string>);
}

function at(claims: JsonObjectValue, path: ClaimPath): unknown {
  let value: unknown = claims;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    value = memberIn(value as JsonObjectValue, name);
  }
  return value ?? undefined;
}

/** @returns undefined where there is none */
function textAt(claims: JsonObjectValue, path: ClaimPath): string | undefined {
  const value = at(claims, path);
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || !VALUE.test(value)) throw new Unusable();
  return value;
}

/** @returns undefined where none of the paths leads anywhere */
function valuesAt(
  claims: JsonObjectValue,
  paths: readonly ClaimPath[],
  form: RegExp,
): readonly string[] | undefined {
  const found = paths.map((path) => at(claims, path)).filter((value) => value !== undefined);
  if (found.length === 0) return undefined;
  const values = new Set(found.flatMap((value) => listOf(value, form)));
  if (values.size > MOST_VALUES) throw new Unusable();
  return [...values];
}

/** A list of texts, or for scopes words between spaces (RFC 8693, section 4.2). */
function listOf(value: unknown, form: RegExp): readonly string[] {
  const list =
    typeof value === 'string' ? (form === SCOPE ? value.split(' ').filter(Boolean) : [value]) : value;
  if (!Array.isArray(list) || list.length > 4 * MOST_VALUES) throw new Unusable();
  for (const item of list) if (typeof item !== 'string' || !form.test(item)) throw new Unusable();
  return list;
}

function labelsIn(
  claims: JsonObjectValue,
  paths: ReadonlyMap<string, ClaimPath>,
): Readonly<Record<string, string>> {
  const labels: [string, string][] = [];
  for (const [name, path] of paths) {
    const value = textAt(claims, path);
    if (value !== undefined) labels.push([name, value]);
  }
  return Object.fromEntries(labels);
}
