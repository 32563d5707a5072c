/** Keys that the policy declares, by digest. */

import { type KeyOwner, lookupOf } from '../../core/key-owner.ts';
import type { KeyLookup } from '../../core/ports.ts';
import type { Config, Entry } from '../config.ts';
import type { ApiKeyRules } from '../identity-rules.ts';
import type { Report } from '../report.ts';
import type { ApiKeyConfig } from '../schema/api-keys.ts';
import { didYouMean } from '../suggest.ts';
import { idOf, reportSameIds } from './ids.ts';

interface DeclaredKey {
  readonly found: KeyLookup;
  /** Milliseconds; from then on the key is expired. */
  readonly expires: number;
}

/** @param now wall clock, milliseconds; only for warnings, since keys expire by the clock of each request */
export function compileApiKeys(config: Config, now: number, report: Report): ApiKeyRules | undefined {
  const { apiKeys } = config.identity;
  if (apiKeys === undefined) return undefined;
  const { headers, query, keys } = apiKeys;
  reportSameIds(keys, report);
  reportGrants(keys, config, report);
  const byDigest = new Map<string, DeclaredKey>();
  const places = new Map<string, Entry<ApiKeyConfig>>();
  for (const entry of keys) {
    reportSameDigest(entry, places, report);
    const { expires = Number.POSITIVE_INFINITY, revoked } = entry.value;
    if (expires <= now && revoked !== true) report.warn([...entry.path, 'expires'], 'the key is expired');
    byDigest.set(entry.value.digest, { found: foundBy(entry.value), expires });
  }
  return Object.freeze({ headers: Object.freeze(distinct(headers, report)), query, find: finder(byDigest) });
}

/** A key bound to a grant that is not there could never be used. */
function reportGrants(keys: readonly Entry<ApiKeyConfig>[], { grants }: Config, report: Report): void {
  const known = new Set(grants.map(idOf));
  for (const { path, value } of keys) {
    value.grants?.forEach((grant, i) => {
      if (!known.has(grant))
        report.error([...path, 'grants', i], `no grant ${JSON.stringify(grant)}${didYouMean(grant, known)}`);
    });
  }
}

/** Two keys of one digest are one key with two owners. */
function reportSameDigest(
  entry: Entry<ApiKeyConfig>,
  seen: Map<string, Entry<ApiKeyConfig>>,
  report: Report,
): void {
  const before = seen.get(entry.value.digest);
  if (before === undefined) seen.set(entry.value.digest, entry);
  else
    report.error(
      [...entry.path, 'digest'],
      `the digest is that of the key at ${report.where([...before.path, 'id'])}`,
    );
}

function foundBy(key: ApiKeyConfig): KeyLookup {
  return key.revoked === true ? REVOKED : Object.freeze(lookupOf(key.id, ownerOf(key)));
}

/** Attributes that are not given are absent, not undefined. */
function ownerOf({
  id: _,
  digest: __,
  expires: ___,
  revoked: ____,
  groups = [],
  ...rest
}: ApiKeyConfig): KeyOwner {
  const given = Object.entries(rest).filter(([, value]) => value !== undefined);
  return Object.freeze({ ...Object.fromEntries(given), groups: Object.freeze([...new Set(groups)]) });
}

const REVOKED: KeyLookup = Object.freeze({ found: false, why: 'revoked' });
const EXPIRED: KeyLookup = Object.freeze({ found: false, why: 'expired' });

function finder(byDigest: ReadonlyMap<string, DeclaredKey>): ApiKeyRules['find'] {
  return (digest, now) => {
    const key = byDigest.get(digest);
    if (key === undefined) return undefined;
    return key.found.found && key.expires <= now ? EXPIRED : key.found;
  };
}

function distinct(headers: readonly string[], report: Report): string[] {
  headers.forEach((name, i) => {
    if (headers.indexOf(name) < i) {
      report.error(['identity', 'apiKeys', 'headers', i], `the header ${JSON.stringify(name)} stands twice`);
    }
  });
  return [...headers];
}
