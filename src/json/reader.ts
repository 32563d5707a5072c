/** The pass behind `parse`: recursive descent, its depth bounded, one method a production of RFC 8259. */
import { type Refusal, type RefusalCode, refuse } from '../core/refusal.ts';
import type { JsonBounds, JsonNode, Member } from './document.ts';
import { plainKeyEnd } from './key.ts';
import { escapeEnd, LongStrings, numberEnd, plainEnd } from './lexemes.ts';
import { stringValue } from './string.ts';

const MAX_DEPTH = 1000;
/** Up to here comparing keys one by one is cheaper than a set. */
const FEW_KEYS = 8;

const TAB = 0x09;
const LINE_FEED = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
/** From here on a search is faster than a look at each character. */
const LONG_RUN = 16;

export class JsonReader {
  readonly #text: string;
  readonly #depth: number;
  #valuesLeft: number;
  #at = 0;
  /** Whether the string just passed has escapes. */
  #escaped = false;
  #refusal: Refusal | undefined;
  /** The value of the string just passed, where it had to be decoded. */
  #decoded: string | undefined;
  /** Made where there is a long string. */
  #long: LongStrings | undefined;

  constructor(text: string, bounds: JsonBounds) {
    this.#text = text;
    this.#depth = Math.min(bounds.depth, MAX_DEPTH);
    this.#valuesLeft = bounds.values;
  }

  document(): JsonNode | Refusal {
    const root = this.#value(this.#depth);
    if (root !== undefined && this.#isAtEnd()) return root;
    return this.#refusal ?? refuse('body_malformed');
  }

  #isAtEnd(): boolean {
    this.#next();
    if (this.#at !== this.#text.length) this.#fail('body_malformed', 'the end of the document was expected');
    return this.#refusal === undefined;
  }

  /** Every production answers undefined after this, and so does the document. */
  #fail(code: RefusalCode, what: string): undefined {
    this.#refusal ??= refuse(code, { detail: `At character ${this.#at}: ${what}.` });
    return undefined;
  }

  /** The next character that is not white space, left to be read; NaN at the end. */
  #next(): number {
    const text = this.#text;
    let at = this.#at;
    let c = text.charCodeAt(at);
    while (c === SPACE || c === LINE_FEED || c === RETURN || c === TAB) c = text.charCodeAt(++at);
    this.#at = at;
    return c;
  }

  #value(depth: number): JsonNode | undefined {
    const c = this.#next();
    if (--this.#valuesLeft < 0) return this.#fail('body_too_complex', 'more values than allowed');
    if (c === QUOTE) return this.#string();
    if (c === OPEN_OBJECT) return depth > 0 ? this.#object(depth - 1) : this.#tooDeep();
    if (c === OPEN_ARRAY) return depth > 0 ? this.#array(depth - 1) : this.#tooDeep();
    if (c === MINUS || (c >= ZERO && c <= NINE)) return this.#number();
    return this.#word('true') ?? this.#word('false') ?? this.#word('null') ?? this.#noValue();
  }

  #tooDeep(): undefined {
    return this.#fail('body_too_deep', 'more levels than allowed');
  }

  #noValue(): undefined {
    return this.#fail('body_malformed', 'a value was expected');
  }

  #word(kind: 'true' | 'false' | 'null'): JsonNode | undefined {
    const start = this.#at;
    if (!this.#text.startsWith(kind, start)) return undefined;
    this.#at += kind.length;
    return { kind, start, end: this.#at };
  }

  // — objects —

  #object(depth: number): JsonNode | undefined {
    const start = this.#at++;
    const members: Member[] = [];
    if (this.#next() === CLOSE_OBJECT) return { kind: 'object', start, end: ++this.#at, members };
    let keys: Set<string> | undefined;
    for (;;) {
      const member = this.#member(depth);
      if (member === undefined) return undefined;
      if (members.length === FEW_KEYS) keys = new Set(members.map(({ key }) => key));
      if (isAmong(member.key, members, keys))
        return this.#fail('body_duplicate_key', 'a key stands twice in one object');
      members.push(member);
      keys?.add(member.key);
      const c = this.#next();
      if (c !== COMMA && c !== CLOSE_OBJECT)
        return this.#fail('body_malformed', 'a comma or brace was expected');
      this.#at += 1;
      if (c === CLOSE_OBJECT) return { kind: 'object', start, end: this.#at, members };
    }
  }

  #member(depth: number): Member | undefined {
    if (this.#next() !== QUOTE) return this.#fail('body_malformed', 'a key was expected');
    const keyStart = this.#at;
    const wordEnd = plainKeyEnd(this.#text, keyStart + 1);
    const key = wordEnd < 0 ? this.#oddKey() : this.#text.slice(keyStart + 1, wordEnd);
    if (key === undefined) return undefined;
    if (wordEnd >= 0) this.#at = wordEnd + 1;
    const keyEnd = this.#at;
    if (this.#next() !== COLON) return this.#fail('body_malformed', 'a colon was expected');
    this.#at += 1;
    const value = this.#value(depth);
    return value === undefined ? undefined : { key, plain: wordEnd >= 0, keyStart, keyEnd, value };
  }

  #oddKey(): string | undefined {
    const start = this.#at;
    if (!this.#passString()) return undefined;
    return this.#decoded ?? stringValue(this.#text, { start, end: this.#at, escaped: this.#escaped });
  }

  // — arrays —

  #array(depth: number): JsonNode | undefined {
    const start = this.#at++;
    const first = this.#next();
    const items: JsonNode[] = [];
    if (first === CLOSE_ARRAY) return { kind: 'array', start, end: ++this.#at, items };
    if (first === MINUS || (first >= ZERO && first <= NINE)) {
      const count = this.#numbers();
      if (count < 0) return undefined;
      if (count > 0) return { kind: 'numbers', start, end: this.#at, count };
      this.#at = start + 1;
    }
    for (;;) {
      const item = this.#value(depth);
      if (item === undefined) return undefined;
      items.push(item);
      const c = this.#next();
      if (c !== COMMA && c !== CLOSE_ARRAY)
        return this.#fail('body_malformed', 'a comma or bracket was expected');
      this.#at += 1;
      if (c === CLOSE_ARRAY) return { kind: 'array', start, end: this.#at, items };
    }
  }

  /** @returns how many numbers the array holds, 0 if something else stands among them, -1 if one is refused */
  #numbers(): number {
    for (let count = 1; ; count += 1) {
      if (!this.#passNumber()) return -1;
      const c = this.#next();
      if (c !== COMMA && c !== CLOSE_ARRAY) return 0;
      this.#at += 1;
      if (c === CLOSE_ARRAY) return count;
      const next = this.#next();
      if (next !== MINUS && !(next >= ZERO && next <= NINE)) return 0;
    }
  }

  // — numbers —

  #number(): JsonNode | undefined {
    const start = this.#at;
    return this.#passNumber() ? { kind: 'number', start, end: this.#at } : undefined;
  }

  #passNumber(): boolean {
    const end = numberEnd(this.#text, this.#at);
    if (typeof end === 'string') this.#fail('body_malformed', end);
    else this.#at = end;
    return typeof end === 'number';
  }

  // — strings —

  #string(): JsonNode | undefined {
    const start = this.#at;
    if (!this.#passString()) return undefined;
    return { kind: 'string', start, end: this.#at, escaped: this.#escaped, value: this.#decoded };
  }

  #passString(): boolean {
    const text = this.#text;
    const runEnd = this.#at + LONG_RUN;
    let at = this.#at + 1;
    this.#decoded = undefined;
    let escaped = false;
    for (;;) {
      const c = text.charCodeAt(at);
      if (c === QUOTE) break;
      if (at >= runEnd) return this.#passLongString();
      if (c === BACKSLASH) {
        escaped = true;
        at = this.#escape(at);
        if (at < 0) return false;
      } else if (c >= SPACE) at += 1;
      else return this.#noStringAt(at);
    }
    this.#escaped = escaped;
    this.#at = at + 1;
    return true;
  }

  #passLongString(): boolean {
    this.#long ??= new LongStrings(this.#text);
    const found = this.#long.at(this.#at);
    if (found === undefined) return this.#passSlowly();
    this.#escaped = found.value !== undefined;
    this.#decoded = found.value;
    this.#at = found.end;
    return true;
  }

  /** Says what is wrong with a string, and where. */
  #passSlowly(): boolean {
    let at = this.#at + 1;
    for (;;) {
      at = plainEnd(this.#text, at);
      const c = this.#text.charCodeAt(at);
      if (c === QUOTE) break;
      if (c !== BACKSLASH) return this.#noStringAt(at);
      at = this.#escape(at);
      if (at < 0) return false;
    }
    this.#escaped = true;
    this.#at = at + 1;
    return true;
  }

  #noStringAt(at: number): false {
    this.#at = at;
    this.#fail(
      'body_malformed',
      at < this.#text.length ? 'a control character in a string' : 'a string has no end',
    );
    return false;
  }

  /** @returns where the escape that starts here ends, -1 if it is refused */
  #escape(at: number): number {
    const end = escapeEnd(this.#text, at);
    if (typeof end === 'number') return end;
    this.#at = at;
    this.#fail('body_malformed', end);
    return -1;
  }
}

function isAmong(key: string, members: readonly Member[], keys: Set<string> | undefined): boolean {
  if (keys !== undefined) return keys.has(key);
  for (const member of members) if (member.key === key) return true;
  return false;
}
