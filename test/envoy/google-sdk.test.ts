/** The official SDK of Google, unchanged, as a client of the whole: contents, streams, functions, embeddings and errors. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ApiError, GoogleGenAI } from '@google/genai';
import type { SeenRequest } from './harness/upstream.ts';
import { base, bodyOf, json, last, pieces, SAID, SECRET, suite } from './sdk-suite.ts';

function google(request: SeenRequest) {
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

  it('raises its own errors', async () => {
    const status = (of: Promise<unknown>, code: number) =>
      assert.rejects(of, (error) => error instanceof ApiError && error.status === code);
    await status(client('sk-wrong').models.generateContent(ask), 401);
    await status(client().models.generateContent({ ...ask, model: 'hidden' }), 403);
    await status(client().models.generateContent({ ...ask, config: { tools: [{ googleSearch: {} }] } }), 403);
  });
});
