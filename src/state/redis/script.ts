/** The Lua scripts beside this file. Each is the text about counters and its own. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { LEASE_MS } from '../../core/quota.ts';

export interface Script {
  readonly text: string;
  readonly sha: string;
}

const read = (name: string): string => readFileSync(new URL(`./lua/${name}.lua`, import.meta.url), 'utf8');

/** How long it is remembered what a request did, to do nothing twice. Costs about 250 bytes a request. */
export const REMEMBERED_MS = 15 * 60_000;

const CONSTANTS = `local LEASE_MS, REMEMBERED_MS = ${LEASE_MS}, ${REMEMBERED_MS}`;
const COUNTERS = `${CONSTANTS}\n${read('counters')}`;

export function script(text: string): Script {
  return { text, sha: createHash('sha1').update(text).digest('hex') };
}

const onCounters = (name: string): Script => script(`${COUNTERS}\n${read(name)}`);

export const TAKE = onCounters('take');
export const SETTLE = onCounters('settle');
export const UNDO = onCounters('undo');
export const RENEW = onCounters('renew');
export const KEYS_CHANGE = script(read('keys-change'));
export const KEYS_SINCE = script(read('keys-since'));
export const KEYS_USED = script(read('keys-used'));
export const OBJECTS_KEEP = script(read('objects-keep'));
export const USAGE_ADD = script(read('usage-add'));

/** Of the request path. */
export const QUOTA_SCRIPTS: readonly Script[] = [TAKE, SETTLE, UNDO, RENEW];
