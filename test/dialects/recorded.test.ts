/** The readers on recorded traffic of OpenAI and of those who speak like it; skipped where the recordings are not. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { splice } from '../../src/core/finding.ts';
import type { OperationName } from '../../src/core/operation.ts';
import { isRefusal } from '../../src/core/refusal.ts';
import type { Delta } from '../../src/dialects/dialect.ts';
import type { FramedEvent } from '../../src/dialects/framing/framing.ts';
import { sse } from '../../src/dialects/framing/sse.ts';
import { estimateTokens } from '../../src/dialects/tokens.ts';
import { event, request, response, texts } from './openai/reading.ts';

const SHARED = process.env.SALLYPORT_SHARED ?? join(import.meta.dirname, '../../../shared');
const FOLDER = join(SHARED, 'data/wire');
const skip = existsSync(FOLDER)
  ? false
  : 'no recordings: set SALLYPORT_SHARED to the folder that has data/wire';

interface Row {
  readonly name: OperationName;
  readonly source: string;
  readonly request: { readonly body: { readonly model: string; readonly stream?: boolean } };
  readonly response: { readonly status: number; readonly encoding: string; readonly body: never };
}

const NAMES: readonly (readonly [ending: string, name: OperationName])[] = [
  ['/v1/chat/completions', 'chat'],
  ['/v1/completions', 'completions'],
  ['/v1/embeddings', 'embeddings'],
];

function rows(): Row[] {
  if (skip) return [];
  return readdirSync(FOLDER).flatMap((file) => {
    const lines = gunzipSync(readFileSync(join(FOLDER, file)))
      .toString()
      .trimEnd()
      .split('\n');
    return lines.flatMap((line) => {
      const row = JSON.parse(line);
      const path = row.request.path.split('?')[0];
      const name = NAMES.find(([ending]) => path.endsWith(ending))?.[1];
      // Writer's API shares the path, but not the form.
      return name === undefined || row.provider === 'writer' ? [] : [{ name, ...row }];
    });
  });
}

const ROWS = rows();
const answers = ROWS.filter(({ response: { status, encoding } }) => status === 200 && encoding === 'json');
const streams = ROWS.filter(({ response: { status, encoding } }) => status === 200 && encoding === 'text');

/** Every string below some members, wherever they stand. */
function stringsUnder(value: unknown, keys: ReadonlySet<string>, under = false): string[] {
  if (typeof value === 'string') return under ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    stringsUnder(inner, keys, keys.has(key) || (under && Array.isArray(value))),
  );
}

const SPOKEN = new Set([
  'content',
  'text',
  'arguments',
  'prompt',
  'input',
  'description',
  'reasoning_content',
  'refusal',
]);

function assertFound(
  body: unknown,
  segments: readonly { readonly text: string; readonly json: boolean }[],
): number {
  const found = new Set(segments.map((segment) => segment.text));
  const nested = segments.some((segment) => segment.json);
  const spoken = stringsUnder(body, SPOKEN).filter((text) => text !== '');
  for (const text of spoken) assert(found.has(text) || (nested && text.includes('\\')), text);
  return spoken.length;
}

describe('recorded traffic', { skip }, () => {
  it('requests are read, and their texts found', () => {
    let spoken = 0;
    for (const row of ROWS) {
      const view = request(row.name, row.request.body);
      assert.equal(view.model?.name, row.request.body.model);
      assert.equal(view.stream, row.request.body.stream === true);
      texts(row.request.body, view.segments);
      spoken += assertFound(row.request.body, view.segments);
      const body = JSON.parse(splice(JSON.stringify(row.request.body), view.usageEdits));
      if (view.stream) assert.equal(body.stream_options.include_usage, true);
      else assert.deepEqual(body, row.request.body);
    }
    assert(ROWS.length > 300 && spoken > 600, `${ROWS.length} requests, ${spoken} texts`);
  });

  it('whole answers are read, with their texts, usage and model', () => {
    let spoken = 0;
    for (const row of answers) {
      const view = response(row.name, row.response.body);
      const { usage, model } = row.response.body as Reported;
      spoken += assertFound(row.response.body, view.segments);
      texts(row.response.body, view.segments);
      assert.equal(view.model, model);
      assert.notEqual(view.usage, 'implausible');
      const read = view.usage === 'implausible' ? undefined : view.usage;
      assert.equal(read?.input, usage?.prompt_tokens ?? usage?.total_tokens);
      if (usage?.completion_tokens !== undefined) assert.equal(read?.output, usage.completion_tokens);
    }
    assert(answers.length > 250 && spoken > 200, `${answers.length} answers, ${spoken} texts`);
  });

  it('streams are read the same in pieces of any size, and nothing of them is lost', () => {
    for (const row of streams) {
      const bytes = Buffer.from(row.response.body);
      const whole = frame(bytes, bytes.length);
      assert(Buffer.concat(whole.map(({ raw }) => raw)).equals(bytes));
      for (const size of [1, 2, 3, 7, 61, 1024]) {
        assert.deepEqual(frame(bytes, size).map(shown), whole.map(shown));
      }
    }
    assert(streams.length > 90, `${streams.length} streams`);
  });

  it('streams are read event by event, with each text on its channel, the usage and the end', () => {
    for (const row of streams) {
      const views = dataOf(row.response.body).map((data) => event(row.name, data));
      const said = joined(views.flatMap((view) => view.deltas));
      for (const [channel, text] of spokenIn(row.response.body))
        assert.equal(said.get(channel), text, row.source);
      assert(
        views.some((view) => view.end),
        row.source,
      );
      for (const view of views.filter(({ usageOnly }) => usageOnly)) assert.deepEqual(view.deltas, []);
    }
  });

  it('tokens are estimated within a fifth of what was reported, for most answers', () => {
    const errors = answers.flatMap((row) => {
      const { choices, usage } = row.response.body as Reported;
      const [choice, more] = choices ?? [];
      const counted = usage?.completion_tokens ?? 0;
      const text = choice?.message?.content;
      if (more || typeof text !== 'string' || choice?.message?.tool_calls || counted < 20) return [];
      if (usage?.completion_tokens_details?.reasoning_tokens) return [];
      return [Math.abs(estimateTokens(text) / counted - 1)];
    });
    errors.sort((a, b) => a - b);
    assert(errors.length > 50, `${errors.length} answers`);
    assert((errors[Math.floor(errors.length * 0.9)] ?? 1) < 0.2, `${errors}`);
  });
});

interface Reported {
  readonly model?: string;
  readonly choices?: readonly {
    readonly message?: { readonly content?: unknown; readonly tool_calls?: unknown };
  }[];
  readonly usage?: {
    readonly prompt_tokens?: number;
    readonly total_tokens?: number;
    readonly completion_tokens?: number;
    readonly completion_tokens_details?: { readonly reasoning_tokens?: number };
  };
}

const shown = ({ raw, data }: FramedEvent) => [Buffer.from(raw).toString(), data];

function frame(bytes: Uint8Array, size: number): FramedEvent[] {
  const framer = sse.open(1 << 20);
  const events: FramedEvent[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    const some = framer.push(bytes.subarray(at, at + size));
    if (isRefusal(some)) assert.fail(some.refused);
    events.push(...some);
  }
  const tail = framer.finish();
  if (isRefusal(tail)) assert.fail(tail.refused);
  return [...events, ...tail];
}

function dataOf(stream: string): string[] {
  return frame(Buffer.from(stream), 4096).flatMap(({ data }) => (data === undefined ? [] : [data]));
}

function joined(deltas: readonly Delta[]): Map<string, string> {
  const said = new Map<string, string>();
  for (const { channel, text } of deltas) said.set(channel, (said.get(channel) ?? '') + text);
  return said;
}

/** What a plain reader of the chunks makes of them. */
function spokenIn(stream: string): Map<string, string> {
  const said = new Map<string, string>();
  const add = (channel: string, text: unknown) => {
    if (typeof text === 'string' && text !== '') said.set(channel, (said.get(channel) ?? '') + text);
  };
  for (const line of stream.split('\n')) {
    if (!line.startsWith('data: {')) continue;
    for (const { index, delta, text } of JSON.parse(line.slice(6)).choices ?? []) {
      add(`${index}.text`, text);
      add(`${index}.content`, delta?.content);
      add(`${index}.reasoning_content`, delta?.reasoning_content);
      for (const call of delta?.tool_calls ?? []) {
        const piece = call.function?.arguments;
        // Escapes are shown as white space there; the length is kept.
        if (typeof piece === 'string' && !piece.includes('\\'))
          add(`${index}.tool.${call.index}.arguments`, piece);
      }
    }
  }
  return said;
}
