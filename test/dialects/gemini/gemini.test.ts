import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isRefusal, REFUSALS, type RefusalCode } from '../../../src/core/refusal.ts';
import { gemini } from '../../../src/dialects/gemini/dialect.ts';
import { asked, headersOf, operationOf, readerOf, said } from '../reader.ts';

const LINE = 'POST /v1beta/models/gemini-2.5-pro:generateContent';
const generate = readerOf(LINE);
const stream = readerOf('POST /v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse');
const hello = (more: object = {}) => ({ contents: [{ role: 'user', parts: [{ text: 'hi' }] }], ...more });
const data = 'iVBOR'.repeat(20);

describe("Gemini's paths and Vertex's", () => {
  it('H6: name the model and what is done with it, and nothing else', () => {
    const found = (line: string, headers?: ReturnType<typeof headersOf>) => {
      const operation = asked(line, headers);
      if (operation === undefined || isRefusal(operation)) return undefined;
      return [operation.dialect, operation.name, operation.pathModel, operation.stream]
        .filter((x) => x !== undefined)
        .join(' ');
    };
    assert.equal(found(LINE), 'gemini chat gemini-2.5-pro');
    assert.equal(found('POST /v1/models/g:generateContent'), 'gemini chat g');
    assert.equal(found('POST /v1beta/models/g:streamGenerateContent?alt=sse'), 'gemini chat g true');
    assert.equal(found('POST /v1beta/models/g:countTokens'), 'gemini tokens.count g');
    assert.equal(found('POST /v1beta/models/g:batchEmbedContents'), 'gemini embeddings g');
    assert.equal(found('GET /v1beta/models'), 'gemini models.list');
    assert.equal(found('GET /v1/models', headersOf({ 'x-goog-api-key': 'x' })), 'gemini models.list');
    assert.equal(
      found('POST /v1/projects/p/locations/us-central1/publishers/google/models/g:generateContent'),
      'vertex chat g',
    );
    assert.equal(
      found(
        'POST /v1beta1/projects/p/locations/l/publishers/anthropic/models/claude-x@2024:streamRawPredict',
      ),
      'anthropic messages claude-x@2024 true',
    );
    assert.equal(found('POST /v1beta/openai/chat/completions'), 'openai chat');
    for (const line of [
      'POST /v1beta/models/g:batchGenerateContent',
      'POST /v1beta/models/g:generateContent:x',
      'POST /v1beta/models/../files:generateContent',
      'POST /v1beta/models/a/b:generateContent',
      'POST /v1beta/models/g:GenerateContent',
      'POST /v1beta/models/g:predict',
    ])
      assert.equal(found(line), undefined, line);
  });
});

describe('a file for Gemini', () => {
  const PATH = '/upload/v1beta/files';
  const piece = (query: string, headers: Record<string, string> = {}) =>
    asked(`POST ${PATH}?${query}`, headersOf(headers));
  const refusalOf = (read: ReturnType<typeof asked>) =>
    read !== undefined && isRefusal(read) ? read.refused : undefined;

  it('H19: is announced, and then comes whole or in pieces', () => {
    const at = { dialect: 'gemini', body: 'bytes' };
    assert.deepEqual(asked(`POST ${PATH}`), { name: 'uploads.create', dialect: 'gemini', body: 'json' });
    const ends = { 'x-goog-upload-command': 'upload, finalize' };
    assert.deepEqual(piece('upload_id=a', ends), { name: 'uploads.complete', ...at });
    const last = { ...ends, 'x-goog-upload-offset': '8388608' };
    assert.deepEqual(piece('upload_id=a', last), { name: 'uploads.complete', ...at, piece: true });
    const first = { 'x-goog-upload-command': 'upload' };
    assert.deepEqual(piece('upload_id=a', first), { name: 'uploads.part', ...at, piece: true });
    assert.equal(refusalOf(asked(`GET ${PATH}?upload_id=a`)), 'method_not_allowed');
  });

  it('H19: is of one upload, however its id is written', () => {
    assert.equal(refusalOf(piece('upload_id=mine&upload_id=theirs')), 'path_not_canonical');
    assert.equal(refusalOf(piece('upload_id=mine&upload%5Fid=theirs')), 'path_not_canonical');
    const operation = piece('upload%5Fid=a');
    assert.ok(operation !== undefined && !isRefusal(operation));
    assert.deepEqual(gemini.queryObjects(operation, 'upload%5Fid=a'), [{ kind: 'upload', id: 'a' }]);
  });

  it('goes on coming here: whatever addresses the answer names', () => {
    const answer = headersOf({
      'x-goog-upload-url': 'https://provider.example.org/upload/v1beta/files?upload_id=a&x=1',
      'x-goog-upload-control-url': 'https://provider.example.org/upload/v1beta/files?upload_id=a',
    });
    const origin = 'https://llm.example.org';
    assert.deepEqual(gemini.headerObjects?.(answer), [{ kind: 'upload', id: 'a' }]);
    assert.deepEqual(gemini.ownAddresses?.(answer, origin), [
      ['x-goog-upload-url', `${origin}${PATH}?upload_id=a&x=1`],
      ['x-goog-upload-control-url', `${origin}${PATH}?upload_id=a`],
    ]);
    const broken = headersOf({ 'x-goog-upload-url': '//nowhere' });
    assert.deepEqual(gemini.ownAddresses?.(broken, origin), [['x-goog-upload-url', `${origin}/`]]);
    assert.deepEqual(gemini.ownAddresses?.(headersOf({}), origin), []);
  });
});

describe('the texts of contents', () => {
  it('J3, J6: are those of every role and part, each with who says it', () => {
    const body = {
      systemInstruction: { parts: [{ text: 'be kind' }] },
      contents: [
        { role: 'user', parts: [{ text: 'hi' }, { inlineData: { mimeType: 'image/png', data } }] },
        {
          role: 'model',
          parts: [
            { text: 'hmm', thought: true, thoughtSignature: 'QUJD'.repeat(10) },
            { functionCall: { name: 'f', args: { q: 'rain' } } },
            { executableCode: { language: 'PYTHON', code: 'print(1)' } },
            { codeExecutionResult: { outcome: 'OUTCOME_OK', output: '1' } },
          ],
        },
        {
          role: 'user',
          parts: [
            { functionResponse: { name: 'f', response: { a: 'wet' } } },
            { fileData: { mimeType: 'audio/mp3', fileUri: 'gs://b/a.mp3' } },
          ],
        },
      ],
      tools: [
        {
          functionDeclarations: [
            {
              name: 'f',
              description: 'looks up',
              parameters: { type: 'OBJECT', properties: { q: { description: 'what' } } },
            },
          ],
        },
      ],
      generationConfig: { stopSequences: ['END'] },
    };
    const view = generate.request(body);
    assert.deepEqual(said(body, view.segments), [
      'system: be kind',
      'user: hi',
      'user: image/png',
      'reasoning: hmm',
      'arguments: f',
      'arguments: rain',
      'arguments: PYTHON',
      'arguments: print(1)',
      'tool: OUTCOME_OK',
      'tool: 1',
      'tool: f',
      'tool: wet',
      'user: audio/mp3',
      'user: gs://b/a.mp3',
      'tool: f',
      'tool: looks up',
      'tool: OBJECT',
      'tool: what',
      'system: END',
    ]);
    assert.deepEqual(view.opaque, ['image', 'sealed', 'remote']);
    assert.equal(view.model?.name, 'gemini-2.5-pro');
    assert.deepEqual([view.stream, stream.request(hello()).stream], [false, true]);
  });

  it('are read in both spellings, and refused in both at once', () => {
    const body = {
      contents: [{ role: 'user', parts: [{ inline_data: { mime_type: 'image/png', data } }] }],
      system_instruction: { parts: { text: 'be kind' } },
      generation_config: { max_output_tokens: 5 },
    };
    const view = generate.request(body);
    assert.deepEqual(view.opaque, ['image']);
    assert.equal(view.maxOutputTokens, 5);
    assert(said(body, view.segments).includes('system: be kind'));
    for (const bad of [
      hello({ generationConfig: { maxOutputTokens: 1 }, generation_config: { maxOutputTokens: 9 } }),
      hello({ generationConfig: { maxOutputTokens: 1, max_output_tokens: 9 } }),
      hello({ systemInstruction: 'a', system_instruction: 'b' }),
    ])
      assert.equal(generate.refused(bad), 'A key stands in two spellings.');
  });

  it('D3, D11, I3: are refused where two readers could take them differently', () => {
    for (const bad of [
      [],
      hello({ Contents: [] }),
      hello({ ſystemInstruction: 'x' }),
      hello({ generationConfig: { maxOutputTokens: '5' } }),
      hello({ generationConfig: { candidateCount: 1.5 } }),
      hello({ generationConfig: [] }),
      hello({ generationConfig: { MaxOutputTokens: 5 } }),
      { contents: 5 },
      { contents: [{ role: 'user', Parts: [{ text: 'x' }] }] },
      { contents: [{ role: 'user', parts: [{ Text: 'x' }] }] },
      hello({ base_url: 'http://evil' }),
    ])
      generate.refused(bad);
  });

  it('H5: a body that names another model than the path is told apart', () => {
    const embed = readerOf('POST /v1beta/models/e:batchEmbedContents');
    const body = (model: string) => ({ requests: [{ model, content: { parts: [{ text: 'a' }] } }] });
    assert.equal(embed.request(body('models/e')).model?.name, 'e');
    assert.equal(embed.request(body('models/f')).model?.disputed, true);
    assert.deepEqual(said(body('models/e'), embed.request(body('models/e')).segments), ['user: a']);
  });
});

describe('what contents ask for', () => {
  it('H12, H15: tools, configuration, media, in either spelling', () => {
    const of = (more: object) => generate.features(hello(more));
    assert.deepEqual(
      of({
        tools: [
          { functionDeclarations: [] },
          { googleSearch: {} },
          { google_search_retrieval: {} },
          { urlContext: {} },
          { codeExecution: {} },
          { computer_use: {} },
          { fileSearch: {} },
          { teleport: {} },
        ],
      }),
      [
        'functions',
        'web_access',
        'web_access',
        'web_access',
        'code_execution',
        'computer_use',
        'file_search',
        'unknown_tools',
      ],
    );
    const config = (generationConfig: object) => of({ generationConfig });
    assert.deepEqual(config({ responseMimeType: 'application/json', responseSchema: {} }), [
      'structured_output',
      'structured_output',
    ]);
    assert.deepEqual(config({ responseMimeType: 'text/plain', temperature: 1 }), []);
    assert.deepEqual(config({ candidateCount: 3 }), ['n 3']);
    assert.deepEqual(config({ responseModalities: ['TEXT', 'IMAGE', 'AUDIO'] }), [
      'image_output',
      'audio_output',
    ]);
    assert.deepEqual(config({ thinkingConfig: { thinkingBudget: 0 } }), ['reasoning 0']);
    assert.deepEqual(config({ thinkingConfig: { thinkingBudget: -1 } }), ['reasoning Infinity']);
    assert.deepEqual(config({ thinking_config: { thinking_level: 'LOW' } }), ['reasoning 2']);
    assert.deepEqual(config({ responseLogprobs: true, novelty: 1 }), ['logprobs', 'unknown_fields']);
    assert.deepEqual(of({ cachedContent: 'cachedContents/c' }), ['stored']);
    assert.deepEqual(
      generate.features({
        contents: [
          {
            parts: [
              { inlineData: { mimeType: 'audio/wav', data } },
              { fileData: { mimeType: 'application/pdf', fileUri: 'files/x' } },
            ],
          },
        ],
      }),
      ['audio_input', 'file_input'],
    );
  });

  it('is asked for no more once it was taken out', () => {
    const body = hello({
      tools: [{ googleSearch: {}, functionDeclarations: [] }, { codeExecution: {} }],
      generationConfig: {
        candidateCount: 4,
        thinkingConfig: { thinkingBudget: -1 },
        responseLogprobs: true,
        responseModalities: ['TEXT', 'IMAGE'],
      },
    });
    const made = generate.adapted(
      body,
      ['web_access', 'code_execution', 'logprobs', 'image_output'],
      [
        ['n', 2],
        ['reasoning', 1],
        ['max_output_tokens', 9],
      ],
    );
    assert(typeof made !== 'string');
    assert.deepEqual(
      made.body,
      hello({
        tools: [{ functionDeclarations: [] }],
        generationConfig: {
          candidateCount: 2,
          thinkingConfig: { thinkingBudget: 1024 },
          responseModalities: ['TEXT'],
          maxOutputTokens: 9,
        },
      }),
    );
    assert.deepEqual(generate.features(made.body), ['functions', 'n 2', 'reasoning 1']);
    const none = generate.adapted(
      hello({ tools: [{ googleSearch: {} }], toolConfig: {} }),
      ['web_access'],
      [['max_output_tokens', 9]],
    );
    assert(typeof none !== 'string');
    assert.deepEqual(none.body, hello({ generationConfig: { maxOutputTokens: 9 } }));
    assert.equal(generate.adapted(hello(), ['file_input']), 'file_input cannot be taken out.');
  });

  it("H18: files and cached contents are the caller's own", () => {
    const body = {
      contents: [
        { parts: [{ fileData: { fileUri: 'https://generativelanguage.googleapis.com/v1beta/files/abc' } }] },
      ],
      cachedContent: 'cachedContents/c1',
    };
    assert.deepEqual(generate.request(body).objects, [
      { kind: 'file', id: 'abc' },
      { kind: 'cache', id: 'c1' },
    ]);
    assert.deepEqual(generate.request(hello({ cachedContent: 'c1' })).objects, [{ kind: 'cache', id: '' }]);
    assert.deepEqual(readerOf('POST /v1beta/cachedContents').response({ name: 'cachedContents/c2' }).made, [
      { kind: 'cache', id: 'c2' },
    ]);
    const list = {
      cachedContents: [{ name: 'cachedContents/a' }, { name: 'cachedContents/b' }],
      nextPageToken: 't',
    };
    const text = JSON.stringify(list);
    const listed = readerOf('GET /v1beta/cachedContents').response(list).listed ?? [];
    assert.deepEqual(
      listed.map(({ id }) => id),
      ['a', 'b'],
    );
    const [edit] = gemini.shorten(text, { kind: 'null', start: 0, end: 0 }, listed);
    assert.equal(edit, undefined);
  });
});

describe('an answer of Gemini', () => {
  it('K4, K6: is every text of every candidate, grounding and citations included', () => {
    const body = {
      candidates: [
        {
          content: { role: 'model', parts: [{ text: 'so', thought: true }, { text: 'Hi' }] },
          finishReason: 'STOP',
          index: 0,
          safetyRatings: [{ category: 'HARM_CATEGORY_HARASSMENT', probability: 'LOW' }],
        },
        {
          content: { parts: [{ functionCall: { name: 'f', args: { a: 'b' } } }] },
          index: 1,
          groundingMetadata: { webSearchQueries: ['rain'] },
          citationMetadata: { citationSources: [{ uri: 'https://a' }] },
        },
      ],
      usageMetadata: {
        promptTokenCount: 5,
        candidatesTokenCount: 7,
        thoughtsTokenCount: 3,
        cachedContentTokenCount: 2,
        totalTokenCount: 15,
      },
      modelVersion: 'gemini-2.5-pro',
    };
    const view = generate.response(body);
    assert.deepEqual(said(body, view.segments), [
      'reasoning: so',
      'output: Hi',
      'arguments: f',
      'arguments: b',
      'output: rain',
      'output: https://a',
    ]);
    assert.deepEqual(view.usage, { input: 5, output: 10, cachedInput: 2, reasoning: 3, source: 'reported' });
    assert.equal(view.model, 'gemini-2.5-pro');
  });

  it('K9: streams as events or as an array, and as nothing else', () => {
    const array = operationOf('POST /v1beta/models/g:streamGenerateContent');
    assert(gemini.framing(array, 'text/event-stream') !== undefined);
    assert(gemini.framing(array, 'application/json') !== undefined);
    assert.equal(gemini.framing(operationOf(LINE), 'application/json'), undefined);
  });

  it('K2: each candidate goes on from piece to piece, thoughts apart', () => {
    const of = (body: object) => stream.event(body);
    const first = of({
      candidates: [{ content: { parts: [{ text: 'so', thought: true }] }, index: 0 }],
      usageMetadata: { promptTokenCount: 5 },
    });
    assert.deepEqual(
      first.deltas.map(({ channel, role }) => [channel, role]),
      [['0.thought.text', 'reasoning']],
    );
    assert.deepEqual(first.usage, { input: 5 });
    const second = of({ candidates: [{ content: { parts: [{ text: 'Hi' }] } }] });
    assert.deepEqual(
      second.deltas.map(({ channel }) => channel),
      ['0.said.text'],
    );
    assert.deepEqual(second.closes, ['0.thought.']);
    const last = of({
      candidates: [{ finishReason: 'STOP' }],
      usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 9, totalTokenCount: 14 },
    });
    assert.deepEqual([last.end, last.usage, last.closes], [true, { input: 5, output: 9 }, ['0.']]);
    for (const bad of ['{', '[]', 'x']) assert(isRefusal(gemini.readEvent(stream.operation, { data: bad })));
  });
});

describe("what Sallyport says in Google's words", () => {
  it('every refusal has a status that its SDKs know', () => {
    for (const refused of Object.keys(REFUSALS) as RefusalCode[]) {
      const { error } = JSON.parse(gemini.error({ refused }).body);
      assert.equal(error.code, REFUSALS[refused].status);
      assert.match(error.status, /^[A-Z_]+$/);
      assert.equal(error.details[0].reason, refused.toUpperCase());
    }
  });

  it('K18: an answer that a rule stops ends as one that the provider stops', () => {
    const [last] = gemini.cut(
      stream.operation,
      { refused: 'answer_blocked' },
      { first: undefined, last: undefined },
    );
    assert.equal(JSON.parse(last?.data ?? '').candidates[0].finishReason, 'SAFETY');
    const [failed] = gemini.cut(
      stream.operation,
      { refused: 'answer_unreadable' },
      { first: undefined, last: undefined },
    );
    assert.equal(JSON.parse(failed?.data ?? '').error.status, 'INTERNAL');
  });
});

describe('a file that the provider is to fetch', () => {
  const read = (fileUri: string) =>
    generate.tryRequest({ contents: [{ parts: [{ fileData: { mimeType: 'audio/mp3', fileUri } }] }] });

  it('H15: comes from its own storage, or from where anybody could get it', () => {
    for (const uri of [
      'gs://bucket/a.mp3',
      'files/abc',
      'https://generativelanguage.googleapis.com/v1beta/files/abc',
      'https://www.youtube.com/watch?v=x',
    ])
      assert(!isRefusal(read(uri)), uri);
    for (const uri of [
      'http://example.org/a',
      'https://10.0.0.1/a',
      'https://metadata.internal/',
      'file:///etc/passwd',
      'x',
    ])
      assert(isRefusal(read(uri)), uri);
  });
});
