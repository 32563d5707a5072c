/** Collects the texts of a request. */
import type { Span } from '../../core/finding.ts';
import { type JsonNode, type JsonString, type Member, stringValue } from '../../json/document.ts';
import { nestedView } from '../../json/string.ts';
import type { OpaqueKind, Role, Segment } from '../dialect.ts';
import { isCallId, isName, isPlainKey, kindOfMedia, opaqueKindOf } from './fields.ts';

/** What `type` says in a schema or a tool: part of the language, not of a text. */
const TYPE_WORDS = new Set([
  'object',
  'array',
  'string',
  'number',
  'integer',
  'boolean',
  'null',
  'function',
  'custom',
  'text',
  'json_object',
  'json_schema',
  'ephemeral',
  'enabled',
  'adaptive',
  'disabled',
  'char_location',
  'page_location',
  'content_block_location',
  'search_result_location',
  'web_search_result_location',
]);

/** Members that say where a part is to be had. */
const ADDRESSES = new Set(['url', 'image_url', 'file_url', 'video_url', 'uri', 'fileUri', 'file_uri']);
const REMOTE = /^(?:https?|gs|s3|ftp):\/\//i;
const STORED = new Set(['file_id', 'fileId']);

export class RequestTexts {
  readonly segments: Segment[] = [];
  /** Parts that no detector can look into. */
  readonly opaque: OpaqueKind[] = [];
  /** Given as numbers. */
  tokenInputs = 0;
  /** What the part at hand is, as its members tell, should it hold no bytes. */
  #hint: OpaqueKind | undefined;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  textOf(node: JsonString): string {
    return stringValue(this.#text, node);
  }

  /** One text. */
  string(node: JsonString, role: Role): void {
    this.#add(node, this.textOf(node), role, false);
  }

  /**
   * Every string below a node, and the keys that look like more than names.
   * @param key the member that holds the node, empty if none does
   */
  all(node: JsonNode, role: Role, key = ''): void {
    if (node.kind === 'string') this.#unlessOpaque(node, role, key);
    else if (node.kind === 'array') for (const item of node.items) this.all(item, role, key);
    else if (node.kind === 'object') {
      for (const member of node.members) {
        this.#key(member, role);
        this.all(member.value, role, member.key);
      }
    }
  }

  /** A text as its tokens, which only the model's own tokenizer could read. */
  tokens(count: number): void {
    this.opaque.push('tokens');
    this.tokenInputs += count;
  }

  /**
   * A part of a message that is more than text: whatever strings it has are read, and it counts as not looked into,
   * once, as what it holds.
   * @param type what the part calls itself
   */
  part(type: string, read: () => void): void {
    const before = this.opaque.length;
    this.#hint = undefined;
    read();
    const bytes = this.opaque[before];
    const named = kindByName(type);
    const known = bytes !== undefined && bytes !== 'file' ? bytes : this.#hint;
    const kind = known ?? (named === 'unknown' ? (bytes ?? named) : named);
    this.opaque.length = before;
    this.opaque.push(kind);
  }

  /** Texts and token lists, mixed as they come. */
  prompts(node: JsonNode): void {
    if (node.kind === 'array')
      for (const item of node.items)
        if (item.kind === 'numbers' || item.kind === 'number')
          this.tokens(item.kind === 'numbers' ? item.count : 1);
    this.all(node, 'user');
  }

  /** Calls of tools as an assistant's message repeats them. */
  calls(node: JsonNode): void {
    if (node.kind === 'array') for (const item of node.items) this.calls(item);
    else if (node.kind === 'string') this.string(node, 'arguments');
    else if (node.kind === 'object') for (const member of node.members) this.#call(member);
  }

  #call(member: Member): void {
    const { key, value } = member;
    this.#key(member, 'arguments');
    if (value.kind !== 'string') this.calls(value);
    else if (key === 'arguments') this.#add(value, nestedView(this.textOf(value)), 'arguments', true);
    else if (!isName(key, this.textOf(value))) this.string(value, 'arguments');
  }

  #key({ key, keyStart, keyEnd }: Member, role: Role): void {
    if (!isPlainKey(key)) this.#add({ start: keyStart, end: keyEnd }, key, role, false);
  }

  #unlessOpaque(node: JsonString, role: Role, key: string): void {
    const value = this.textOf(node);
    const opaque = opaqueKindOf(key, value);
    if (ADDRESSES.has(key) && REMOTE.test(value)) this.#hint = 'remote';
    if (STORED.has(key)) this.#hint = 'stored';
    if (opaque !== undefined) this.opaque.push(opaque);
    else if (isCallId(key, value)) return;
    else if (key !== 'type' || !TYPE_WORDS.has(value)) this.#add(node, value, role, false);
  }

  #add(place: Span, text: string, role: Role, json: boolean): void {
    if (text !== '') this.segments.push({ role, text, place, json });
  }
}

/** A part that says of itself what it is, or one that nobody knows. */
function kindByName(type: string): OpaqueKind {
  if (type === 'sealed') return type;
  if (/file|document/i.test(type)) return 'file';
  const kind = kindOfMedia(type.toLowerCase());
  return kind === 'file' ? 'unknown' : kind;
}
