/** What holds for every dialect, whatever its words: sections 1.D, 1.E, 1.H and 1.K of the catalogue, by their ids. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { FEATURES, type FeatureChanges } from '../../src/core/feature.ts';
import { DIALECTS } from '../../src/core/operation.ts';
import { isRefusal, REFUSALS, type RefusalCode } from '../../src/core/refusal.ts';
import { dialectOf } from '../../src/dialects/index.ts';
import { decodeUtf8, parse } from '../../src/json/document.ts';
import { BOUNDS, headersOf, NO_HEADERS, readerOf } from './reader.ts';

interface Sample {
  readonly line: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** Where the path names the model, or nothing does. */
  readonly modelInPath?: boolean;
  /** The member of which a look-alike is tried. */
  readonly governed: string;
}

const hi = [{ role: 'user', content: 'hi' }];
const parts = [{ role: 'user', parts: [{ text: 'hi' }] }];
const blocks = [{ role: 'user', content: [{ text: 'hi' }] }];

const SAMPLES: readonly Sample[] = [
  { line: 'POST /v1/chat/completions', body: { model: 'm', messages: hi }, governed: 'model' },
  { line: 'POST /v1/completions', body: { model: 'm', prompt: 'hi' }, governed: 'prompt' },
  { line: 'POST /v1/responses', body: { model: 'm', input: 'hi' }, governed: 'input' },
  { line: 'POST /v1/embeddings', body: { model: 'm', input: 'hi' }, governed: 'model' },
  { line: 'POST /v1/images/generations', body: { model: 'm', prompt: 'hi' }, governed: 'model' },
  {
    line: 'POST /openai/deployments/m/chat/completions',
    body: { messages: hi },
    modelInPath: true,
    governed: 'messages',
  },
  { line: 'POST /v1/messages', body: { model: 'm', max_tokens: 5, messages: hi }, governed: 'max_tokens' },
  {
    line: 'POST /v1beta/models/m:generateContent',
    body: { contents: parts },
    modelInPath: true,
    governed: 'contents',
  },
  {
    line: 'POST /v1/projects/p/locations/l/publishers/google/models/m:generateContent',
    body: { contents: parts },
    modelInPath: true,
    governed: 'contents',
  },
  { line: 'POST /model/m/converse', body: { messages: blocks }, modelInPath: true, governed: 'messages' },
  {
    line: 'POST /model/m/invoke',
    body: { prompt: 'hi', max_gen_len: 5 },
    modelInPath: true,
    governed: 'max_gen_len',
  },
  { line: 'POST /v2/chat', body: { model: 'm', messages: hi }, governed: 'model' },
  { line: 'POST /v1/chat', body: { model: 'm', message: 'hi' }, governed: 'message' },
  { line: 'POST /v2/embed', body: { model: 'm', texts: ['hi'] }, governed: 'model' },
  { line: 'POST /v1/rerank', body: { model: 'm', query: 'hi', documents: ['a'] }, governed: 'query' },
  { line: 'POST /api/chat', body: { model: 'm', messages: hi }, governed: 'stream' },
  { line: 'POST /api/generate', body: { model: 'm', prompt: 'hi' }, governed: 'model' },
  { line: 'POST /generate', body: { inputs: 'hi' }, modelInPath: true, governed: 'inputs' },
];

const readers = SAMPLES.map((sample) => ({ ...sample, ...readerOf(sample.line) }));
const seen = new Set(readers.map(({ operation }) => operation.dialect));

describe('every dialect', () => {
  it('is among the samples', () => {
    // Messages of MCP have an envelope of their own: mcp.test.ts.
    assert.deepEqual(
      DIALECTS.filter((name) => !seen.has(name)),
      ['mcp'],
    );
  });

  for (const { line, body, governed, modelInPath, request, tryRequest, features } of readers) {
    describe(line, () => {
      it('reads its plainest request, with its model and its text', () => {
        const view = request(body);
        assert.equal(view.model?.name, line === 'POST /generate' ? undefined : 'm');
        assert.equal(view.model?.places.length === 0, modelInPath === true && view.model !== undefined);
        assert(view.segments.some(({ text }) => text === 'hi'));
        assert.deepEqual(view.opaque, []);
      });

      it('D1, D2, D5, D6, D8, D12, D13, D14: refuses bytes that two parsers could read differently', () => {
        const text = JSON.stringify(body);
        const [key = ''] = Object.keys(body);
        const escaped = `\\u00${key.charCodeAt(0).toString(16)}${key.slice(1)}`;
        for (const bad of [
          text.replace('{', `{"${key}":1,`),
          text.replace('{', `{"${escaped}":1,`),
          `${text}{}`,
          `${text}\u0000`,
          `\u00a0${text}`,
          text.replace('"hi"', '"hi\\ud800"'),
          text.replace('{', '{"x":NaN,'),
          text.replace('{', '{"x":1e400,'),
          `/* */${text}`,
          text.replace(/\}$/, ',}'),
        ])
          assert(isRefusal(tryRequest(bad)), bad);
        for (const bytes of [
          Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(text)]),
          Buffer.from(text, 'utf16le'),
          Buffer.from(text.replace('hi', 'h\u00ff'), 'latin1'),
        ])
          assert(isRefusal(decodeUtf8(bytes)) || isRefusal(tryRequest(bytes.toString())));
      });

      it('D3, D4, D16: refuses names that some readers fold into a governed one', () => {
        const value = body[governed] ?? true;
        for (const odd of [
          governed.toUpperCase(),
          governed.charAt(0).toUpperCase() + governed.slice(1),
          governed.replace('s', 'ſ'),
          governed.replace('k', '\u212a'),
        ])
          if (odd !== governed) assert(isRefusal(tryRequest({ ...body, [odd]: value })), odd);
        assert(isRefusal(tryRequest(`{"__proto__":{},${JSON.stringify(body).slice(1)}`)));
      });

      it('D15, D18: is read within bounds of depth and number', () => {
        const deep = '['.repeat(200) + ']'.repeat(200);
        assert(isRefusal(tryRequest(`{"x":${deep},${JSON.stringify(body).slice(1)}`)));
      });

      it('D17: is an object, and nothing else', () => {
        for (const other of ['[]', 'null', '"x"', '1', 'true', '[{}]'])
          assert(isRefusal(tryRequest(other)), other);
      });

      it('D19, J22: passes on what it does not know, after reading every text of it, keys included', () => {
        const extra = { novelty: { 'a key with words': ['and a text', { more: 'text below' }] } };
        const view = request({ ...body, ...extra });
        const texts = view.segments.map(({ text }) => text);
        for (const text of ['a key with words', 'and a text', 'text below'])
          assert(texts.includes(text), text);
        assert(features({ ...body, ...extra }).includes('unknown_fields'));
        assert(features({ ...body, agent_search: {} }).includes('unknown_tools'));
      });

      it('H1, H10: has exactly one model, by a plain name', () => {
        if (modelInPath === true) return;
        for (const model of ['m ', ' m', 'm\u200b', 'ｍ', '', 5, null, ['m']]) {
          const view = tryRequest({ ...body, model });
          if (model === ' m' || model === 'm ') assert(isRefusal(view), String(model));
          else assert(isRefusal(view) || view.model === undefined, String(model));
        }
        const { model: _, ...without } = body;
        assert(isRefusal(tryRequest(without)));
      });

      it('H9: cannot be sent elsewhere, or as somebody else', () => {
        for (const key of ['api_base', 'base_url', 'api_key', 'extra_headers', 'custom_host', 'Base_URL'])
          assert(isRefusal(tryRequest({ ...body, [key]: 'http://169.254.169.254' })), key);
      });

      it('H26: is held to a most, and is read again as holding to it', () => {
        const { operation } = readerOf(line);
        const asks = request(body).features.some(({ feature }) => feature === 'max_output_tokens');
        const spoken = ['chat', 'completions', 'responses', 'messages'].includes(operation.name);
        assert.equal(asks, spoken || operation.name === 'invoke');
        if (!asks) return;
        const made = readerOf(line).adapted(body, [], [['max_output_tokens', 3]]);
        assert(typeof made !== 'string');
        const [use] = request(made.body).features.filter(({ feature }) => feature === 'max_output_tokens');
        assert.equal(use?.amount, 3);
      });
    });
  }
});

/** JSON that is like a body of some dialect, and JSON that is like none. */
const WORDS = fc.constantFrom(
  'model',
  'messages',
  'role',
  'content',
  'type',
  'text',
  'parts',
  'contents',
  'tools',
  'function',
  'arguments',
  'input',
  'stream',
  'id',
  'index',
  'delta',
  'choices',
  'candidates',
  'message',
  'usage',
  'data',
  'options',
  'parameters',
  'generationConfig',
  'toolConfig',
  'thinking',
  'output',
  'event_type',
  'done',
  'response',
  'token',
  'source',
);
const VALUES = fc.constantFrom(
  'user',
  'text',
  'tool_use',
  'image',
  'hi there',
  'content_block_delta',
  'a\u{1f600}',
  '',
  'data:image/png;base64,AAAA',
  'file-1',
);
const anything = fc.letrec<{ node: unknown }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    VALUES,
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('node'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(WORDS, fc.string({ maxLength: 6 })), tie('node'), { maxKeys: 5 }),
  ),
})).node;

describe('no input', () => {
  const changes = {
    strip: new Set(FEATURES),
    clamp: new Map([
      ['n', 1],
      ['max_output_tokens', 1],
      ['reasoning', 0],
    ]),
  } as unknown as FeatureChanges;
  const some = { strip: new Set(), clamp: changes.clamp } as FeatureChanges;

  it('makes a reader throw, nor gives a place that is not in the text', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...readers),
        anything,
        fc.dictionary(WORDS, anything, { maxKeys: 6 }),
        ({ body, operation, dialect }, whole, more) => {
          for (const document of [whole, { ...body, ...more }]) {
            const text = JSON.stringify(document);
            const root = parse(text, BOUNDS);
            if (isRefusal(root)) return;
            const view = dialect.readRequest(operation, text, root, NO_HEADERS);
            if (!isRefusal(view))
              for (const { place, json, text: value } of view.segments) {
                const read = JSON.parse(text.slice(place.start, place.end));
                assert(json || read === value);
              }
            for (const asked of [changes, some]) {
              const made = dialect.adapt(operation, text, root, asked, NO_HEADERS);
              if (isRefusal(made)) continue;
              let at = 0;
              for (const { start, end } of made.edits) {
                assert(start >= at && end >= start && end <= text.length);
                at = end;
              }
            }
            const answer = dialect.readResponse(operation, text, root);
            if (!isRefusal(answer))
              for (const { place } of answer.segments) JSON.parse(text.slice(place.start, place.end));
            const event = dialect.readEvent(operation, { data: text, name: 'contentBlockDelta' });
            if (!isRefusal(event))
              for (const { place } of event.deltas) JSON.parse(text.slice(place.start, place.end));
          }
        },
      ),
      { seed: 66, numRuns: 3000 },
    );
  });

  it('leaves a request, changed as its grants want it, that is no request any more', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...readers),
        fc.dictionary(WORDS, anything, { maxKeys: 4 }),
        ({ body, operation, dialect }, more) => {
          const text = JSON.stringify({ ...body, ...more });
          const root = parse(text, BOUNDS);
          if (isRefusal(root) || isRefusal(dialect.readRequest(operation, text, root, NO_HEADERS))) return;
          const made = dialect.adapt(operation, text, root, some, NO_HEADERS);
          if (isRefusal(made)) return;
          let adapted = '';
          let at = 0;
          for (const edit of made.edits) {
            adapted += text.slice(at, edit.start) + edit.text;
            at = edit.end;
          }
          JSON.parse(adapted + text.slice(at));
        },
      ),
      { seed: 67, numRuns: 1500 },
    );
  });

  it('takes more than linear time', () => {
    for (const { line, body, operation, dialect } of readers) {
      const cost = (count: number) => {
        const list = Array.from({ length: count }, (_, i) => ({
          role: 'user',
          content: `text ${i}`,
          parts: [{ text: `text ${i}` }],
          type: 'text',
          [`key number ${i}`]: i,
        }));
        const text = JSON.stringify({
          ...body,
          messages: list,
          contents: list,
          input: list,
          tools: list,
          novelty: list,
        });
        const root = parse(text, { depth: 128, values: 10_000_000 });
        assert(!isRefusal(root));
        const start = process.cpuUsage();
        dialect.readRequest(operation, text, root, NO_HEADERS);
        dialect.adapt(operation, text, root, some, NO_HEADERS);
        dialect.readResponse(operation, text, root);
        const { user, system } = process.cpuUsage(start);
        return user + system;
      };
      const least = (count: number) => Math.min(...Array.from({ length: 3 }, () => cost(count)));
      const [small, large] = [least(200), cost(6400)];
      // 32 times as much; what grows with the square would take a thousand times as long.
      assert(large < 320 * Math.max(small, 1000), `${line}: ${small} and ${large} µs`);
    }
  });
});

describe('every answer of ours', () => {
  it('K18: has a form in every dialect, for every refusal', () => {
    for (const name of DIALECTS)
      for (const refused of Object.keys(REFUSALS) as RefusalCode[]) {
        const { body, contentType } = dialectOf(name).error({ refused });
        assert(body.includes(REFUSALS[refused].text), `${name} ${refused}`);
        assert.equal(contentType, 'application/json');
        JSON.parse(body);
      }
  });

  it('K18: ends a stream in events that its own reader reads', () => {
    for (const { line, operation, dialect } of readers) {
      const media = ['text/event-stream', 'application/x-ndjson', 'application/vnd.amazon.eventstream'].find(
        (type) => dialect.framing(operation, type) !== undefined,
      );
      assert(media !== undefined, line);
      const framing = dialect.framing(operation, media);
      for (const refused of ['answer_blocked', 'answer_unreadable'] as const) {
        const own = dialect.cut(operation, { refused }, { first: undefined, last: undefined });
        const events = framing?.open(1 << 20).push(framing.close(own, true));
        assert(events !== undefined && !isRefusal(events), line);
        for (const { data, name } of events)
          if (data !== undefined)
            assert(!isRefusal(dialect.readEvent(operation, { data, name })), `${line}: ${data}`);
      }
    }
  });

  it('tells limits in headers, and a credential in one', () => {
    for (const name of DIALECTS) {
      const dialect = dialectOf(name);
      assert.equal(
        dialect.quotaHeaders({ of: 'requests', limit: 3, remaining: 2, resetMs: 1_000 }, 0).length,
        3,
      );
      assert.equal(dialect.credentialHeader('x')[1].endsWith('x'), true);
      JSON.parse(dialect.listModels(['a']));
      JSON.parse(dialect.describeModel('a'));
    }
  });
});

describe('headers', () => {
  it('E6: a beta that stands in any line is the same beta', () => {
    const messages = readerOf(
      'POST /v1/messages',
      headersOf({ 'anthropic-beta': ['a', 'computer-use-2025-01-24'] }),
    );
    assert(messages.features({ model: 'm', max_tokens: 1, messages: [] }).includes('computer_use'));
  });
});
