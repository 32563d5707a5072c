/** The official SDK of AWS, unchanged, as a client of the whole: converse, invoke, their streams, and errors. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import {
  BedrockRuntimeClient,
  ConverseCommand,
  ConverseStreamCommand,
  InvokeModelCommand,
  InvokeModelWithResponseStreamCommand,
} from '@aws-sdk/client-bedrock-runtime';
import { chunks } from '../../src/dialects/bedrock/chunks.ts';
import { awsEventStream } from '../../src/dialects/framing/aws-event-stream.ts';
import type { SeenRequest } from './harness/upstream.ts';
import { base, bodyOf, json, last, pieces, SAID, SECRET, suite } from './sdk-suite.ts';

function bedrock(request: SeenRequest) {
  const asked = bodyOf(request);
  const streamed = { 'content-type': 'application/vnd.amazon.eventstream' };
  if (request.path.endsWith('/invoke'))
    return json({
      inputTextTokenCount: 5,
      results: [{ tokenCount: 7, outputText: `You said: ${asked.inputText}` }],
    });
  const text = `You said: ${asked.inputText ?? asked.messages.at(-1).content[0].text}`;
  if (request.path.endsWith('/invoke-with-response-stream')) {
    const events = pieces(text).map((outputText) => ({ data: JSON.stringify({ outputText }) }));
    return { headers: streamed, body: events.map((one) => chunks.close([one], true)) };
  }
  const usage = { inputTokens: 5, outputTokens: 7, totalTokens: 12 };
  if (request.path.endsWith('/converse'))
    return json({
      output: {
        message: {
          role: 'assistant',
          content: [
            asked.toolConfig === undefined
              ? { text }
              : { toolUse: { toolUseId: 't', name: 'find', input: { who: text } } },
          ],
        },
      },
      stopReason: 'end_turn',
      usage,
      metrics: { latencyMs: 1 },
    });
  const events: [string, object][] = [
    ['messageStart', { role: 'assistant' }],
    ...pieces(text).map((one): [string, object] => [
      'contentBlockDelta',
      { contentBlockIndex: 0, delta: { text: one }, p: 'ab' },
    ]),
    ['contentBlockStop', { contentBlockIndex: 0 }],
    ['messageStop', { stopReason: 'end_turn' }],
    ['metadata', { usage, metrics: { latencyMs: 1 } }],
  ];
  return {
    headers: streamed,
    body: events.map(([name, body]) => awsEventStream.close([{ name, data: JSON.stringify(body) }], true)),
  };
}

suite('@aws-sdk/client-bedrock-runtime', 'bedrock', bedrock, (stack) => {
  const client = (token = stack().key) =>
    new BedrockRuntimeClient({
      region: 'us-east-1',
      endpoint: base(stack()),
      token: { token },
      authSchemePreference: ['httpBearerAuth'],
      maxAttempts: 1,
    });
  const ask = {
    modelId: 'plain',
    messages: [{ role: 'user' as const, content: [{ text: `I am ${SECRET}` }] }],
  };

  it('converses and calls tools', async () => {
    const whole = await client().send(new ConverseCommand(ask));
    assert.equal(whole.output?.message?.content?.[0]?.text, SAID);
    assert.equal(whole.usage?.totalTokens, 12);
    last(stack());
    const toolConfig = { tools: [{ toolSpec: { name: 'find', inputSchema: { json: {} } } }] };
    const call = await client().send(new ConverseCommand({ ...ask, toolConfig }));
    assert.deepEqual(call.output?.message?.content?.[0]?.toolUse?.input, { who: SAID });
  });

  it("streams, in AWS's frames, changed and with new checksums", async () => {
    const { stream } = await client().send(new ConverseStreamCommand(ask));
    let said = '';
    let total: number | undefined;
    for await (const one of stream ?? []) {
      said += one.contentBlockDelta?.delta?.text ?? '';
      total = one.metadata?.usage?.totalTokens ?? total;
    }
    assert.deepEqual([said, total], [SAID, 12]);
    last(stack());
  });

  it('invokes a model in its own words, whole and streamed', async () => {
    const body = JSON.stringify({ inputText: `I am ${SECRET}`, textGenerationConfig: { maxTokenCount: 50 } });
    const whole = await client().send(new InvokeModelCommand({ modelId: 'plain', body }));
    assert.equal(JSON.parse(Buffer.from(whole.body).toString()).results[0].outputText, SAID);
    const streamed = await client().send(
      new InvokeModelWithResponseStreamCommand({ modelId: 'plain', body }),
    );
    let said = '';
    for await (const one of streamed.body ?? [])
      said += JSON.parse(Buffer.from(one.chunk?.bytes ?? []).toString()).outputText;
    assert.equal(said, SAID);
    last(stack());
  });

  it('raises its own errors', async () => {
    const named = (of: Promise<unknown>, name: string) =>
      assert.rejects(of, (error) => error instanceof Error && error.name === name);
    await named(client('sk-wrong').send(new ConverseCommand(ask)), 'UnrecognizedClientException');
    await named(client().send(new ConverseCommand({ ...ask, modelId: 'hidden' })), 'AccessDeniedException');
    await named(
      client().send(new ConverseCommand({ ...ask, inferenceConfig: { maxTokens: 1.5 } })),
      'ValidationException',
    );
  });
});
