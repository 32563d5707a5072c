/** Every recorded pair, of all dialects, as `explain --jsonl` reads it; skipped where the recordings are not. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { readPair } from '../../src/cli/explain-recorded.ts';
import { isRefusal } from '../../src/core/refusal.ts';
import type { Framing } from '../../src/dialects/framing/framing.ts';
import { classify, dialectOf } from '../../src/dialects/index.ts';

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

function framingOf({ request, response }: Row): Framing | undefined {
  const [path = '', query = ''] = request.path.split('?');
  const operation = classify({ method: request.method, path, query, headers: new Map() });
  if (operation === undefined || isRefusal(operation)) return undefined;
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
