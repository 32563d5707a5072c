/** What the members of all dialects' objects are, as far as texts are concerned. */
import type { OpaqueKind, Role } from '../dialect.ts';

/** Names of things. As long as they look like one they are no text; if they do not, they are looked at like any. */
const NAMING = new Set([
  'id',
  'type',
  'role',
  'object',
  'tool_call_id',
  'call_id',
  'item_id',
  'file_id',
  'tool_use_id',
  'toolUseId',
  'tool_plan_id',
]);
const NAME = /^[\w.:-]{0,128}$/;

const CALLS = new Set(['tool_use_id', 'toolUseId', 'tool_call_id', 'call_id']);

/** Which call of a tool is meant: no model reads it. */
export function isCallId(key: string, value: string): boolean {
  return CALLS.has(key) && NAME.test(value);
}

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
  'stop_reason',
  'stopReason',
  'finishReason',
  'done_reason',
  'modelVersion',
  'responseId',
  'createTime',
  'created_at',
  'event_type',
  'category',
  'probability',
  'blockReason',
  'trafficType',
  'modality',
  'severity',
  'obfuscation',
  'p',
]);
const ANSWER_NAME = /^[\w.:/-]{0,256}$/;

export function isAnswerName(key: string, value: string): boolean {
  return isName(key, value) || (ANSWER_NAMING.has(key) && ANSWER_NAME.test(value));
}

/** Members that hold bytes in base64, and bytes of what. */
const BINARY: ReadonlyMap<string, OpaqueKind> = new Map<string, OpaqueKind>([
  ['data', 'file'],
  ['bytes', 'file'],
  ['file_data', 'file'],
  ['b64_json', 'image'],
  ['image', 'image'],
  ['images', 'image'],
  ['embedding', 'tokens'],
]);

/** What a provider wrote for itself alone: reasoning that it hides, proofs that it made something. */
const SEALED = new Set([
  'signature',
  'thoughtSignature',
  'thought_signature',
  'encrypted_content',
  'encrypted_index',
  'redactedContent',
]);
/** Shorter ones are looked at: they could as well be words. */
const LEAST_BINARY = 64;
const LEAST_SEALED = 16;
const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;
const DATA_URL = /^data:[\w.+/-]{1,100};base64,[A-Za-z0-9+/_-]*={0,2}$/;

/** Images, audio, files and vectors, written in base64, and what is sealed: no detector can look into them. */
export function opaqueKindOf(key: string, value: string): OpaqueKind | undefined {
  if (value.startsWith('data:')) return DATA_URL.test(value) ? kindOfMedia(value.slice(5, 16)) : undefined;
  if (value.length >= LEAST_SEALED && SEALED.has(key)) return BASE64.test(value) ? 'sealed' : undefined;
  const kind = value.length >= LEAST_BINARY ? BINARY.get(key) : undefined;
  return kind !== undefined && BASE64.test(value) ? kind : undefined;
}

const MEDIA: readonly OpaqueKind[] = ['image', 'audio', 'video'];

/** @param media a media type, or the name of a part that says what it holds */
export function kindOfMedia(media: string): OpaqueKind {
  return MEDIA.find((kind) => media.includes(kind)) ?? 'file';
}

const ROLES: ReadonlyMap<string, Role> = new Map<string, Role>([
  ['reasoning', 'reasoning'],
  ['reasoning_content', 'reasoning'],
  ['reasoning_details', 'reasoning'],
  ['thinking', 'reasoning'],
  ['reasoningContent', 'reasoning'],
  ['tool_calls', 'arguments'],
  ['function_call', 'arguments'],
  ['functionCall', 'arguments'],
  ['toolUse', 'arguments'],
  ['functionResponse', 'tool'],
  ['toolResult', 'tool'],
  ['tool_results', 'tool'],
]);

/** The role of what a member holds, where the member itself says so. */
export function roleOf(key: string): Role | undefined {
  return ROLES.get(key);
}

/** What programmers call their things, unless it is long enough to be a secret. */
const SHORT_NAME = /^[A-Za-z_$][\w$-]{0,23}$/;
const LONGEST_WORDS = 64;

/** False for keys that look more like data than like the name of a member. */
export function isPlainKey(key: string): boolean {
  return isWords(key) || SHORT_NAME.test(key);
}

/** Lower case letters and underscores. Asked of every key, and quicker than a pattern on short ones. */
function isWords(key: string): boolean {
  for (let at = 0; at < key.length; at += 1) {
    const c = key.charCodeAt(at);
    if (!((c >= LOWER_A && c <= LOWER_Z) || c === UNDERSCORE)) return false;
  }
  return key !== '' && key.length <= LONGEST_WORDS;
}

const UNDERSCORE = 0x5f;
const LOWER_A = 0x61;
const LOWER_Z = 0x7a;
