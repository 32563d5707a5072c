/** Keys that the policy declares, by digest. */
import type { KeyLookup } from '../../core/ports.ts';
import type { Principal } from '../../core/principal.ts';
import type { Config, Entry } from '../config.ts';
import type { ApiKeyRules } from '../identity-rules.ts';
import type { Report } from '../report.ts';
import type { ApiKeyConfig } from '../schema/api-keys.ts';
import { reportSameIds } from './ids.ts';

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
  const byDigest = new Map<string, DeclaredKey>();
  const places = new Map<string, Entry<ApiKeyConfig>>();
  for (const entry of keys) {
    reportSameDigest(entry, places, report);
    const { expires = Number.POSITIVE_INFINITY, revoked } = entry.value;
    if (expires <= now && revoked !== true) report.warn([...entry.path, 'expires'], 'the key is expired');
    byDigest.set(entry.value.digest, { found: lookupOf(entry.value), expires });
  }
  return Object.freeze({ headers: Object.freeze(distinct(headers, report)), query, find: finder(byDigest) });
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

function lookupOf(key: ApiKeyConfig): KeyLookup {
  return key.revoked === true ? REVOKED : Object.freeze({ found: true, principal: principalOf(key) });
}

const REVOKED: KeyLookup = Object.freeze({ found: false, why: 'revoked' });
const EXPIRED: KeyLookup = Object.freeze({ found: false, why: 'expired' });

const BY_KEY = Object.freeze(['api-key'] as const);

function principalOf(key: ApiKeyConfig): Principal {
  const { id, tenant, team, project, application, user, groups = [] } = key;
  return Object.freeze({
    methods: BY_KEY,
    id,
    key: id,
    ...(user !== undefined && { user }),
    ...(tenant !== undefined && { tenant }),
    ...(team !== undefined && { team }),
    ...(project !== undefined && { project }),
    ...(application !== undefined && { application }),
    groups: Object.freeze([...new Set(groups)]),
  });
}

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
