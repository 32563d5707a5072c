/**
 * Every text of an answer or of a chunk of one, with its channel. Nothing is left out because it is not known: a
 * member that a backend invents is read like `content`.
 */
import type { Edit, Span } from '../../core/finding.ts';
import { type JsonNode, type JsonString, type Member, memberOf, stringValue } from '../../json/document.ts';
import { nestedView } from '../../json/string.ts';
import type { Delta, Role } from '../dialect.ts';
import { isAnswerName, isBinary, isPlainKey, roleOf } from './fields.ts';

export interface AnswerTexts {
  readonly deltas: readonly Delta[];
  readonly leaks: readonly Edit[];
  readonly closes: readonly string[];
}

/** Channels of texts that nothing continues: they are closed with the event that they came in. */
const WHOLE = 'whole.';

/** The tokens of the text once more, by their spelling or number. */
const REPEATING = new Set(['logprobs', 'prompt_logprobs', 'token_ids', 'prompt_token_ids']);

/** Members that only wrap others, and so are no part of a channel's name. */
const WRAPPING = new Set(['delta', 'message', 'function']);

export function readAnswer(text: string, root: JsonNode): AnswerTexts {
  return new AnswerReader(text).read(root);
}

class AnswerReader implements AnswerTexts {
  readonly deltas: Delta[] = [];
  readonly leaks: Edit[] = [];
  readonly closes: string[] = [];
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  read(root: JsonNode): AnswerTexts {
    if (root.kind === 'object') {
      for (const member of root.members) {
        if (member.key === 'choices' && member.value.kind === 'array') this.#choices(member.value.items);
        else this.#member(member, WHOLE, 'output');
      }
    }
    if (this.deltas.some((delta) => delta.channel.startsWith(WHOLE))) this.closes.push(WHOLE);
    return this;
  }

  #choices(choices: readonly JsonNode[]): void {
    choices.forEach((choice, position) => {
      const channel = `${this.#indexOf(choice) ?? position}.`;
      const before = this.deltas.length;
      this.#walk(choice, channel, 'output');
      const finish = memberOf(choice, 'finish_reason');
      if (finish !== undefined && finish.kind !== 'null') this.closes.push(channel);
      // A model reasons before it speaks; without this, the end of the one would hold back all of the other.
      else if (this.#speaksSince(before)) this.closes.push(`${channel}reasoning`);
    });
  }

  #speaksSince(position: number): boolean {
    for (let i = position; i < this.deltas.length; i += 1)
      if (this.deltas[i]?.role !== 'reasoning') return true;
    return false;
  }

  #walk(node: JsonNode, channel: string, role: Role): void {
    if (node.kind === 'object') for (const member of node.members) this.#member(member, channel, role);
    else if (node.kind === 'array')
      for (const [i, item] of node.items.entries()) this.#item(item, i, channel, role);
  }

  /** Parts of a list that are numbered continue those of the same number in other chunks. */
  #item(item: JsonNode, position: number, channel: string, role: Role): void {
    const name = `${channel}${this.#indexOf(item) ?? position}`;
    if (item.kind === 'string') this.#string(item, '', name, role);
    else this.#walk(item, `${name}.`, role);
  }

  #member({ key, keyStart, keyEnd, value }: Member, channel: string, role: Role): void {
    if (!isPlainKey(key)) this.#add({ start: keyStart, end: keyEnd }, key, WHOLE, role, false);
    if (REPEATING.has(key)) {
      if (value.kind !== 'null') this.leaks.push({ start: value.start, end: value.end, text: 'null' });
      return;
    }
    const inner = roleOf(key) ?? role;
    if (value.kind === 'string') this.#string(value, key, channel + key, inner);
    else
      this.#walk(
        value,
        WRAPPING.has(key) ? channel : `${channel}${key === 'tool_calls' ? 'tool' : key}.`,
        inner,
      );
  }

  #string(node: JsonString, key: string, channel: string, role: Role): void {
    const value = stringValue(this.#text, node);
    if (value === '' || isAnswerName(key, value)) return;
    if (isBinary(key, value)) {
      // Speech repeats its transcript; a client can do with none.
      if (key === 'data') this.leaks.push({ start: node.start, end: node.end, text: '""' });
      return;
    }
    if (key === 'arguments') this.#add(node, nestedView(value), channel, 'arguments', true);
    // A function's name comes in one piece; waiting for more of it would hold back its arguments.
    else this.#add(node, value, key === 'name' ? WHOLE + channel : channel, role, false);
  }

  #add(place: Span, text: string, channel: string, role: Role, json: boolean): void {
    this.deltas.push({ role, text, place, json, channel });
  }

  #indexOf(node: JsonNode): string | undefined {
    const index = memberOf(node, 'index');
    if (index?.kind !== 'number') return undefined;
    const digits = this.#text.slice(index.start, index.end);
    return /^\d{1,6}$/.test(digits) ? digits : undefined;
  }
}
