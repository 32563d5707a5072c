/** What the members of OpenAI's objects are, as far as texts are concerned. */
import type { Role } from '../dialect.ts';

/** Names of things. As long as they look like one they are no text; if they do not, they are looked at like any. */
const NAMING = new Set(['id', 'type', 'role', 'object', 'tool_call_id', 'call_id', 'item_id', 'file_id']);
const NAME = /^[\w.:-]{0,128}$/;

export function isName(key: string, value: string): boolean {
  return NAMING.has(key) && NAME.test(value);
}

/** Members of an answer that are of a fixed vocabulary, or filling. */
const ANSWER_NAMING = new Set([
  'model',
  'finish_reason',
  'native_finish_reason',
  'system_fingerprint',
  'service_tier',
  'severity',
  'obfuscation',
  'p',
]);
const ANSWER_NAME = /^[\w.:/-]{0,256}$/;

export function isAnswerName(key: string, value: string): boolean {
  return isName(key, value) || (ANSWER_NAMING.has(key) && ANSWER_NAME.test(value));
}

const BINARY = new Set(['data', 'file_data', 'b64_json', 'embedding']);
/** Shorter ones are looked at: they could as well be words. */
const LEAST_BINARY = 64;
const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;
const DATA_URL = /^data:[\w.+/-]{1,100};base64,[A-Za-z0-9+/_-]*={0,2}$/;

/** Images, audio, files and vectors, written in base64: no detector can look into them. */
export function isBinary(key: string, value: string): boolean {
  if (value.startsWith('data:')) return DATA_URL.test(value);
  return value.length >= LEAST_BINARY && BINARY.has(key) && BASE64.test(value);
}

const ROLES: ReadonlyMap<string, Role> = new Map<string, Role>([
  ['reasoning', 'reasoning'],
  ['reasoning_content', 'reasoning'],
  ['reasoning_details', 'reasoning'],
  ['thinking', 'reasoning'],
  ['tool_calls', 'arguments'],
  ['function_call', 'arguments'],
]);

/** The role of what a member holds, where the member itself says so. */
export function roleOf(key: string): Role | undefined {
  return ROLES.get(key);
}

/** Words, or what programmers call their things unless it is long enough to be a secret. */
const PLAIN_KEY = /^(?:[a-z_]{1,64}|[A-Za-z_$][\w$-]{0,23})$/;

/** False for keys that look more like data than like the name of a member. */
export function isPlainKey(key: string): boolean {
  return PLAIN_KEY.test(key);
}
