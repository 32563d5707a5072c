/** Every recorded pair, of all dialects, as `explain --jsonl` reads it; skipped where the recordings are not. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { readPair } from '../../src/cli/explain-recorded.ts';
import type { Operation } from '../../src/core/operation.ts';
import { isRefusal } from '../../src/core/refusal.ts';
import type { Framing } from '../../src/dialects/framing/framing.ts';
import { classify, dialectOf } from '../../src/dialects/index.ts';
import { parse } from '../../src/json/document.ts';

const SHARED = process.env.SALLYPORT_SHARED ?? join(import.meta.dirname, '../../../shared');
const FOLDER = join(SHARED, 'data/wire');
const skip = existsSync(FOLDER)
  ? false
  : 'no recordings: set SALLYPORT_SHARED to the folder that has data/wire';

type Row = Parameters<typeof readPair>[0] & { readonly provider: string; readonly stream: boolean };

function rows(): Row[] {
  if (skip) return [];
  return readdirSync(FOLDER).flatMap((file) =>
    gunzipSync(readFileSync(join(FOLDER, file)))
      .toString()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Row),
  );
}

/** Paths of providers whose APIs are none of ours, and of what is no model's. */
const UNSERVED = /^(?:alephalpha|replicate|watsonx)$|\/v1\/traces\/ingest/;
const served = rows().filter((row) => !UNSERVED.test(row.provider) && !UNSERVED.test(row.request.path));

const bytesOf = ({ encoding, body }: Row['response']): Buffer =>
  encoding === 'base64' ? Buffer.from(String(body), 'base64') : Buffer.from(String(body));

describe('recorded pairs', { skip }, () => {
  it('D14: are read without an error, but for one that is no JSON', () => {
    const errors = served.flatMap((row) => readPair(row).error ?? []);
    assert(served.length > 850, `${served.length} pairs`);
    assert.deepEqual(errors, ['body_malformed: At character 597: a key was expected.']);
  });

  it('are read with their model, their stream, and unchanged', () => {
    for (const row of served) {
      const reading = readPair(row);
      const body = row.request.body as { readonly model?: string; readonly stream?: boolean } | null;
      if (reading.error === null && typeof body === 'object') {
        assert.equal(reading.stream, row.stream, row.request.path);
        const path = decodeURIComponent(row.request.path);
        assert(
          body?.model === undefined || reading.model === body.model || path.includes(`/${reading.model}/`),
        );
      }
      assert(reading.unchanged, row.request.path);
    }
  });

  it('are read with the usage that they report', () => {
    let compared = 0;
    for (const row of served) {
      const { usage } = readPair(row);
      const found = JSON.stringify(row.response.body).match(
        /"(?:prompt_tokens|input_tokens|inputTokens|promptTokenCount|prompt_eval_count)\\?": ?([1-9]\d*)/,
      );
      if (found === null || usage === null) continue;
      compared += 1;
      assert(usage.input > 0 && usage.output >= 0);
    }
    assert(compared > 500, `${compared} usages`);
  });

  it('are streamed the same in pieces of any size, and nothing of them is lost', () => {
    let streams = 0;
    for (const row of served) {
      if (!row.stream || row.response.status !== 200 || !['text', 'base64'].includes(row.response.encoding))
        continue;
      const framing = framingOf(row);
      assert(framing !== undefined, row.request.path);
      const bytes = bytesOf(row.response);
      const whole = frame(framing, bytes, bytes.length);
      for (const size of [1, 2, 3, 7, 61, 1024])
        assert.deepEqual(frame(framing, bytes, size), whole, row.request.path);
      assert.equal(whole.map(([raw]) => raw).join(''), bytes.toString('latin1'));
      streams += 1;
    }
    assert(streams > 250, `${streams} streams`);
  });
});

describe('recorded bodies, damaged', { skip }, () => {
  /** A few characters taken out, said twice, or put in the place of others: the same damage each time. */
  const damaged = (text: string, random: () => number): string => {
    const at = Math.floor(random() * text.length);
    const until = Math.min(text.length, at + 1 + Math.floor(random() * 8));
    const other = ['', text.slice(at, until).repeat(2), '"', '{', ',', 'null', '1e999', '\\u0000', ']'];
    return text.slice(0, at) + other[Math.floor(random() * other.length)] + text.slice(until);
  };

  it('D1, D8, D12: make no reader throw, and are read as JSON.parse reads them or refused', () => {
    let state = 7;
    const random = () => {
      state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
      return state / 2 ** 31;
    };
    let [accepted, refused] = [0, 0];
    for (const { request, response } of served) {
      const operation = operationOf(request.method, request.path);
      if (operation === undefined || request.encoding !== 'json') continue;
      const dialect = dialectOf(operation.dialect);
      for (const body of [request.body, ...(response.encoding === 'json' ? [response.body] : [])]) {
        for (let round = 0; round < 4; round += 1) {
          const text = damaged(JSON.stringify(body), random).toWellFormed();
          const root = parse(text, { depth: 128, values: 1_000_000 });
          if (isRefusal(root)) {
            refused += 1;
            continue;
          }
          accepted += 1;
          JSON.parse(text);
          dialect.readRequest(operation, text, root, new Map());
          dialect.readResponse(operation, text, root);
          dialect.readEvent(operation, { data: text });
        }
      }
    }
    assert(accepted > 1000 && refused > 1000, `${accepted} accepted, ${refused} refused`);
  });
});

function operationOf(method: string, whole: string): Operation | undefined {
  const [path = '', query = ''] = whole.split('?');
  const operation = classify({ method, path, query, headers: new Map() });
  return operation === undefined || isRefusal(operation) ? undefined : operation;
}

function framingOf({ request, response }: Row): Framing | undefined {
  const operation = operationOf(request.method, request.path);
  if (operation === undefined) return undefined;
  const media = (response.content_type ?? '').split(';', 1)[0]?.trim() ?? '';
  return dialectOf(operation.dialect).framing(operation, media === '' ? 'text/event-stream' : media);
}

function frame(framing: Framing, bytes: Uint8Array, size: number): [string, string | undefined][] {
  const framer = framing.open(1 << 24);
  const events: [string, string | undefined][] = [];
  const take = (some: ReturnType<typeof framer.push>) => {
    if (isRefusal(some)) assert.fail(some.refused);
    for (const { raw, data } of some) events.push([Buffer.from(raw).toString('latin1'), data]);
  };
  for (let at = 0; at < bytes.length; at += size) take(framer.push(bytes.subarray(at, at + size)));
  take(framer.finish());
  return events;
}
