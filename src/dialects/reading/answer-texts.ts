/**
 * Every text of an answer or of a chunk of one, with its channel. Nothing is left out because it is not known: a
 * member that a backend invents is read like `content`.
 */
import type { Edit, Span } from '../../core/finding.ts';
import { type JsonNode, type JsonString, type Member, memberOf, stringValue } from '../../json/document.ts';
import { nestedView } from '../../json/string.ts';
import type { Delta, EventView, OpaqueKind, Role } from '../dialect.ts';
import { isAnswerName, isPlainKey, opaqueKindOf, roleOf } from './fields.ts';

/** Channels of texts that nothing continues: they are closed with the event that they came in. */
export const WHOLE = 'whole.';

/** The tokens of the text once more, by their spelling or number. */
const REPEATING: ReadonlySet<string> = new Set([
  'logprobs',
  'prompt_logprobs',
  'token_ids',
  'prompt_token_ids',
  'logprobsResult',
  'token_likelihoods',
]);

/** Members that only wrap others, and so are no part of a channel's name. */
const WRAPPING = new Set(['delta', 'message', 'function']);

/** Texts that are JSON themselves, or pieces of it. */
const JSON_TEXTS = new Set(['arguments', 'partial_json']);

export class AnswerTexts {
  readonly deltas: Delta[] = [];
  readonly leaks: Edit[] = [];
  readonly closes: string[] = [];
  readonly opaque: OpaqueKind[] = [];
  readonly #text: string;
  readonly #repeating: ReadonlySet<string>;

  /** @param repeating members that say the tokens of the text once more */
  constructor(text: string, repeating = REPEATING) {
    this.#text = text;
    this.#repeating = repeating;
  }

  /** To be asked for when all is read. */
  get result(): Pick<EventView, 'deltas' | 'leaks' | 'closes' | 'opaque'> {
    const { deltas, leaks, closes, opaque } = this;
    const whole = deltas.some((delta) => delta.channel.startsWith(WHOLE));
    return { deltas, leaks, closes: whole ? [...closes, WHOLE] : closes, opaque };
  }

  /** Everything below a node. @param key the member that holds it, for what its items are */
  walk(node: JsonNode, channel: string, role: Role, key = ''): void {
    if (node.kind === 'object') for (const member of node.members) this.member(member, channel, role);
    else if (node.kind === 'array')
      for (const [i, item] of node.items.entries()) this.#item(item, i, key, channel, role);
  }

  /** Parts of a list that are numbered continue those of the same number in other chunks. */
  #item(item: JsonNode, position: number, key: string, channel: string, role: Role): void {
    const name = `${channel}${this.indexOf(item) ?? position}`;
    if (item.kind === 'string') this.#string(item, key, name, role);
    else this.walk(item, `${name}.`, role);
  }

  member({ key, keyStart, keyEnd, value }: Member, channel: string, role: Role): void {
    if (!isPlainKey(key)) this.#add({ start: keyStart, end: keyEnd }, key, WHOLE, role, false);
    if (this.#repeating.has(key) || (key === 'context' && value.kind === 'numbers')) {
      if (value.kind !== 'null') this.leaks.push({ start: value.start, end: value.end, text: 'null' });
      return;
    }
    const inner = roleOf(key) ?? role;
    if (value.kind === 'string') this.#string(value, key, channel + key, inner);
    else
      this.walk(
        value,
        WRAPPING.has(key) ? channel : `${channel}${key === 'tool_calls' ? 'tool' : key}.`,
        inner,
        key,
      );
  }

  #string(node: JsonString, key: string, channel: string, role: Role): void {
    const value = stringValue(this.#text, node);
    if (value === '' || isAnswerName(key, value)) return;
    const opaque = opaqueKindOf(key, value);
    if (opaque !== undefined) {
      this.opaque.push(opaque);
      // Speech repeats its transcript; a client can do with none.
      if (channel.endsWith('audio.data')) this.leaks.push({ start: node.start, end: node.end, text: '""' });
      return;
    }
    if (JSON_TEXTS.has(key)) this.#add(node, nestedView(value), channel, 'arguments', true);
    // A function's name comes in one piece; waiting for more of it would hold back its arguments.
    else this.#add(node, value, key === 'name' ? WHOLE + channel : channel, role, false);
  }

  /** A piece of a JSON text, as the input of a tool comes. */
  piece(node: JsonString, channel: string): void {
    const value = stringValue(this.#text, node);
    if (value !== '') this.#add(node, nestedView(value), channel, 'arguments', true);
  }

  #add(place: Span, text: string, channel: string, role: Role, json: boolean): void {
    this.deltas.push({ role, text, place, json, channel });
  }

  /** The number that a part says of itself. */
  indexOf(node: JsonNode): string | undefined {
    const index = memberOf(node, 'index');
    if (index?.kind !== 'number') return undefined;
    const digits = this.#text.slice(index.start, index.end);
    return /^\d{1,6}$/.test(digits) ? digits : undefined;
  }
}
