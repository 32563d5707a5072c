/** `sallyport keys`: API keys of the state, made, listed, rotated and revoked. A key is shown once, when it is made. */

import type { KeyOwner } from '../core/key-owner.ts';
import type { Random } from '../core/ports.ts';
import type { BoundLimit } from '../core/principal.ts';
import { printable } from '../core/printable.ts';
import { digestOf, mint, type Pepper } from '../identity/api-key.ts';
import type { KeyImport, KeyProblem, KeyRow, KeyStore, NewKey } from '../identity/key-store.ts';
import {
  isMisuse,
  type Misuse,
  type OwnerOptions,
  readExpiry,
  readOverlap,
  readOwner,
} from './key-options.ts';
import type { Outcome } from './outcome.ts';
import { table } from './table.ts';

/** How long a rotated key stays good beside its replacement, if nothing else is said. */
const DEFAULT_OVERLAP = '24h';
const DECLARED_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

export interface CreateOptions extends OwnerOptions {
  /** A duration, a time or a date; never, if it is left out. */
  readonly expires?: string | undefined;
  readonly json?: boolean | undefined;
}

export interface RotateOptions {
  readonly overlap?: string | undefined;
  /** Of the new key; as long as the old one was made for, if it is left out. */
  readonly expires?: string | undefined;
  readonly json?: boolean | undefined;
}

interface Shown {
  readonly json?: boolean | undefined;
}

/** Makes a key and shows it. @param now wall clock, milliseconds */
export async function createKey(keys: KeyStore, options: CreateOptions, now: number): Promise<Outcome> {
  const owner = readOwner(options);
  if (isMisuse(owner)) return refused(2, owner.misuse, options);
  const expires = readExpiry(options.expires, now);
  if (isMisuse(expires)) return refused(2, expires.misuse, options);
  return showNew(await keys.create(owner, expires), options, []);
}

/** Makes a key that is stored nowhere and shows it with the entry that declares it in a policy. */
export function declareKey(
  id: string,
  options: CreateOptions,
  now: number,
  random: Random,
  pepper?: Pepper,
): Outcome {
  if (!DECLARED_ID.test(id))
    return refused(2, 'expected an id: letters, digits, ".", "_" and "-", at most 64', options);
  const owner = readOwner(options);
  if (isMisuse(owner)) return refused(2, owner.misuse, options);
  const expires = readExpiry(options.expires, now);
  if (isMisuse(expires)) return refused(2, expires.misuse, options);
  const key = mint(random);
  const entry = {
    id,
    digest: digestOf(key, pepper),
    ...attributesOf(owner),
    ...(expires !== null && { expires: timeOf(expires) }),
  };
  if (options.json) return done(JSON.stringify({ key, entry }));
  const fields = Object.entries(entry).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return done(
    ['Under identity.apiKeys.keys:', '', `  - { ${fields.join(', ')} }`, '', ...secretLines(key)].join('\n'),
  );
}

/** More at once would be a mistake, or an attack on the memory. */
const MOST_IMPORTED = 1_000_000;

/**
 * Stores keys from lines of JSON, all or none: attributes as in a policy, `expires`, and `digest` for a key that exists
 * already. Keys that are made here are shown, a line each, in the order of the lines.
 */
export async function importKeys(
  keys: KeyStore,
  text: string,
  options: Shown,
  now: number,
): Promise<Outcome> {
  const lines = text.split('\n');
  const imports: KeyImport[] = [];
  for (const [i, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const read = readImport(line, now);
    if (isMisuse(read)) return refused(2, `line ${i + 1}: ${read.misuse}`, options);
    if (imports.push(read) > MOST_IMPORTED) return refused(2, `more than ${MOST_IMPORTED} keys`, options);
  }
  const stored = await keys.createAll(imports);
  if ('problem' in stored) return refused(1, explain('', stored), options);
  const shown = stored.map((one) =>
    'secret' in one ? { ...described(one.row, now), key: one.secret } : described(one, now),
  );
  return done(shown.map((one) => JSON.stringify(one)).join('\n'));
}

const IMPORTED = new Set(['digest', 'expires', 'labels']);
const DIGEST = /^(?:sha256|hmac-sha256):[0-9a-f]{64}$/;

function readImport(line: string, now: number): KeyImport | Misuse {
  const value = objectOf(line);
  if (value === undefined) return { misuse: 'expected an object in JSON' };
  const { digest, expires, labels } = value;
  const rest = Object.fromEntries(Object.entries(value).filter(([name]) => !IMPORTED.has(name)));
  const pairs =
    labels === undefined ? undefined : Object.entries(labels as object).map(([n, v]) => `${n}=${v}`);
  const owner = readOwner({ ...rest, ...(pairs && { labels: pairs }) });
  if (isMisuse(owner)) return owner;
  const until = readExpiry(expires === undefined ? undefined : String(expires), now);
  if (isMisuse(until)) return until;
  if (digest === undefined) return { owner, expires: until };
  return typeof digest === 'string' && DIGEST.test(digest)
    ? { owner, expires: until, digest }
    : { misuse: 'digest: expected sha256: or hmac-sha256: and 64 hexadecimal digits' };
}

function objectOf(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** Lists all keys ever made, oldest first. */
export async function listKeys(keys: KeyStore, options: Shown, now: number): Promise<Outcome> {
  const rows = await keys.list();
  if (options.json) return done(JSON.stringify(rows.map((row) => described(row, now))));
  if (rows.length === 0) return done('No keys.');
  const header = ['ID', 'KEY', 'STATE', 'OWNER', 'CREATED', 'EXPIRES', 'LAST USED'];
  return done(table([header, ...rows.map((row) => columnsOf(row, now))]));
}

/** Makes a replacement and shows it; the old key stays good for a while. */
export async function rotateKey(
  keys: KeyStore,
  id: string,
  options: RotateOptions,
  now: number,
): Promise<Outcome> {
  const overlap = readOverlap(options.overlap ?? DEFAULT_OVERLAP);
  if (isMisuse(overlap)) return refused(2, overlap.misuse, options);
  const expires = readExpiry(options.expires, now);
  if (isMisuse(expires)) return refused(2, expires.misuse, options);
  const made = await keys.rotate(id, overlap, expires ?? undefined);
  if ('problem' in made) return refused(1, explain(id, made), options);
  const until = `The old key ${printable(id)} stays good until ${timeOf(now + overlap)}, or until it expires.`;
  return showNew(made, options, [overlap === 0 ? `The old key ${printable(id)} is no longer good.` : until]);
}

/** Ends a key, now and for good. */
export async function revokeKey(keys: KeyStore, id: string, options: Shown, now: number): Promise<Outcome> {
  const row = await keys.revoke(id);
  if ('problem' in row) return refused(1, explain(id, row), options);
  if (options.json) return done(JSON.stringify(described(row, now)));
  return done(`Key ${row.id} is revoked. A running service refuses it within a second.`);
}

function showNew({ row, secret }: NewKey, options: Shown, more: readonly string[]): Outcome {
  if (options.json)
    return done(JSON.stringify({ ...described(row, row.created), key: secret, digest: row.digest }));
  const expiry = row.expires === null ? 'It does not expire.' : `It expires ${timeOf(row.expires)}.`;
  return done(
    [`Key ${row.id} for ${ownerText(row.owner)}. ${expiry}`, ...more, '', ...secretLines(secret)].join('\n'),
  );
}

const secretLines = (key: string): string[] => [
  `  ${key}`,
  '',
  'This is the only time that the key is shown; only its digest is stored.',
];

/** A key for programs: everything but its digest. */
function described(row: KeyRow, now: number): object {
  return {
    id: row.id,
    hint: row.hint,
    state: stateOf(row, now),
    ...attributesOf(row.owner),
    created: timeOf(row.created),
    expires: row.expires === null ? null : timeOf(row.expires),
    revoked: row.revoked === null ? null : timeOf(row.revoked),
    rotatedFrom: row.rotatedFrom,
    lastUsed: row.lastUsed === null ? null : timeOf(row.lastUsed),
  };
}

/** As a policy writes it. */
function attributesOf(owner: KeyOwner): object {
  const { groups, limits, ...attributes } = owner;
  return {
    ...attributes,
    ...(groups.length > 0 && { groups }),
    ...(limits !== undefined && { limits: limits.map(rateText) }),
  };
}

/** A rate as it is written: in whole seconds, which every window is. */
const rateText = ({ requests, windowMs }: BoundLimit): string => `${requests}/${windowMs / 1000}s`;

function stateOf(row: KeyRow, now: number): 'good' | 'revoked' | 'expired' {
  if (row.revoked !== null) return 'revoked';
  return row.expires !== null && row.expires <= now ? 'expired' : 'good';
}

function columnsOf(row: KeyRow, now: number): string[] {
  const times = [row.created, row.expires, row.lastUsed].map((time) => (time === null ? '-' : timeOf(time)));
  return [row.id, row.hint, stateOf(row, now), ownerText(row.owner), ...times];
}

function ownerText(owner: KeyOwner): string {
  const parts = Object.entries(attributesOf(owner)).map(([name, value]) => `${name} ${wordsOf(value)}`);
  return parts.length === 0 ? 'nobody in particular' : parts.join(', ');
}

function wordsOf(value: unknown): string {
  if (Array.isArray(value)) return value.join(' ');
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .map(([name, label]) => `${name}=${label}`)
    .join(' ');
}

function explain(id: string, problem: KeyProblem): string {
  switch (problem.problem) {
    case 'unknown_key':
      return `There is no key ${printable(id)}.`;
    case 'already_revoked':
      return `Key ${printable(id)} was revoked ${timeOf(problem.at)}.`;
    case 'expired':
      return `Key ${printable(id)} expired ${timeOf(problem.at)}. Make a new one.`;
    case 'known_digest':
      return `The key of line ${problem.at + 1} is stored already.`;
    case 'already_rotated':
      return `Key ${printable(id)} was already replaced by ${problem.to}. Rotate that one, or revoke it first.`;
  }
}

const done = (output: string): Outcome => ({ exitCode: 0, output });

function refused(exitCode: 1 | 2, error: string, options: Shown): Outcome {
  return { exitCode, output: options.json ? JSON.stringify({ error }) : error };
}

/** RFC 3339, UTC, whole seconds. */
function timeOf(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
