/** The official SDK of Google, unchanged, as a client of the whole: contents, streams, functions, embeddings and errors. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ApiError, GoogleGenAI } from '@google/genai';
import type { SeenRequest } from './harness/upstream.ts';
import { base, bodyOf, json, last, pieces, SAID, SECRET, suite } from './sdk-suite.ts';

function google(request: SeenRequest) {
  if (request.path.startsWith('/upload/')) return upload(request);
  const asked = bodyOf(request);
  if (request.path.includes(':countTokens')) return json({ totalTokens: 12 });
  if (request.path.includes(':batchEmbedContents')) return json({ embeddings: [{ values: [0.25, -0.5] }] });
  const text = `You said: ${asked.contents.at(-1).parts[0].text}`;
  const usageMetadata = { promptTokenCount: 5, candidatesTokenCount: 7, totalTokenCount: 12 };
  const piece = (parts: object[], finishReason?: string) => ({
    candidates: [{ content: { role: 'model', parts }, index: 0, ...(finishReason && { finishReason }) }],
    usageMetadata,
    modelVersion: 'plain',
  });
  if (request.path.includes(':streamGenerateContent'))
    return {
      headers: { 'content-type': 'text/event-stream' },
      body: [...pieces(text).map((one) => piece([{ text: one }])), piece([{ text: '' }], 'STOP')].map(
        (one) => `data: ${JSON.stringify(one)}\r\n\r\n`,
      ),
    };
  return json(
    piece(
      asked.tools === undefined ? [{ text }] : [{ functionCall: { name: 'find', args: { who: text } } }],
      'STOP',
    ),
  );
}

/** A file is announced, and then sent to an address that the provider gives. */
function upload({ path, headers, body }: SeenRequest) {
  if (!path.includes('upload_id=')) {
    const url =
      'https://generativelanguage.googleapis.com/upload/v1beta/files?upload_id=up_1&upload_protocol=resumable';
    return {
      headers: {
        'content-type': 'application/json',
        'x-goog-upload-url': url,
        'x-goog-upload-status': 'active',
      },
      body: '{}',
    };
  }
  const file = {
    name: 'files/abc',
    uri: 'https://generativelanguage.googleapis.com/v1beta/files/abc',
    mimeType: 'text/plain',
    sizeBytes: String(body.length),
    state: 'ACTIVE',
  };
  assert.match(String(headers['x-goog-upload-command']), /finalize/);
  const { headers: type, ...rest } = json({ file });
  return { ...rest, headers: { ...type, 'x-goog-upload-status': 'final' } };
}

suite('@google/genai', 'gemini', google, (stack) => {
  const client = (apiKey = stack().key) =>
    new GoogleGenAI({ apiKey, httpOptions: { baseUrl: base(stack()) } });
  const ask = { model: 'plain', contents: `I am ${SECRET}` };

  it('generates, streams, calls, counts and embeds', async () => {
    const whole = await client().models.generateContent(ask);
    assert.equal(whole.text, SAID);
    assert.equal(whole.usageMetadata?.totalTokenCount, 12);
    assert.equal(last(stack()).headers['x-goog-api-key'], 'sk-the-credential-of-the-backend');
    assert.equal(bodyOf(last(stack())).generationConfig.maxOutputTokens, 1000);
    let said = '';
    for await (const chunk of await client().models.generateContentStream(ask)) said += chunk.text ?? '';
    assert.equal(said, SAID);
    const tools = [{ functionDeclarations: [{ name: 'find' }] }];
    const call = await client().models.generateContent({ ...ask, config: { tools } });
    assert.deepEqual(call.functionCalls?.[0]?.args, { who: SAID });
    assert.equal((await client().models.countTokens(ask)).totalTokens, 12);
    assert.deepEqual((await client().models.embedContent(ask)).embeddings?.[0]?.values, [0.25, -0.5]);
  });

  it('H19: uploads a file past both doors, to be named by its owner', async () => {
    const file = await client().files.upload({
      file: new Blob(['Nothing personal here.'], { type: 'text/plain' }),
      config: { mimeType: 'text/plain', displayName: 'notes' },
    });
    assert.equal(file.name, 'files/abc');
    const sent = last(stack());
    assert.equal(sent.path, '/upload/v1beta/files?upload_id=up_1&upload_protocol=resumable');
    assert.equal(sent.body.toString(), 'Nothing personal here.');
    assert.equal(sent.headers['x-goog-api-key'], 'sk-the-credential-of-the-backend');
    const before = stack().upstream.begun();
    const named = await stack().ask({
      path: '/upload/v1beta/files?upload_id=up_2&upload_protocol=resumable',
      headers: { 'content-type': 'text/plain', 'x-goog-upload-command': 'upload, finalize' },
      body: 'x',
    });
    assert.equal(named.status, 404, named.text);
    const personal = await stack().ask({
      path: '/upload/v1beta/files?upload_id=up_1&upload_protocol=resumable',
      headers: { 'content-type': 'text/plain', 'x-goog-upload-command': 'upload, finalize' },
      body: `I am ${SECRET}`,
    });
    assert.equal(personal.status, 400, personal.text);
    assert.equal(stack().upstream.begun(), before);
  });

  it('raises its own errors', async () => {
    const status = (of: Promise<unknown>, code: number) =>
      assert.rejects(of, (error) => error instanceof ApiError && error.status === code);
    await status(client('sk-wrong').models.generateContent(ask), 401);
    await status(client().models.generateContent({ ...ask, model: 'hidden' }), 403);
    await status(client().models.generateContent({ ...ask, config: { tools: [{ googleSearch: {} }] } }), 403);
  });
});
