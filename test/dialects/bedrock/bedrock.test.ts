import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isRefusal, REFUSALS, type RefusalCode } from '../../../src/core/refusal.ts';
import { chunks } from '../../../src/dialects/bedrock/chunks.ts';
import { bedrock } from '../../../src/dialects/bedrock/dialect.ts';
import { awsEventStream } from '../../../src/dialects/framing/aws-event-stream.ts';
import { asked, headersOf, readerOf, said } from '../reader.ts';

const converse = readerOf('POST /model/anthropic.claude-v2%3A1/converse');
const stream = readerOf('POST /model/m/converse-stream');
const invoke = readerOf('POST /model/m/invoke');
const chunk = readerOf('POST /model/m/invoke-with-response-stream');
const hello = (more: object = {}) => ({ messages: [{ role: 'user', content: [{ text: 'hi' }] }], ...more });
const bytes = 'iVBOR'.repeat(20);

describe("Bedrock's paths", () => {
  it('H7: name the model, decoded once', () => {
    const modelOf = (line: string) => {
      const found = asked(line);
      return found === undefined || isRefusal(found) ? undefined : found.pathModel;
    };
    assert.equal(modelOf('POST /model/anthropic.claude-v2%3A1/converse'), 'anthropic.claude-v2:1');
    const arn = 'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-v2:1';
    assert.equal(modelOf(`POST /model/${encodeURIComponent(arn)}/invoke`), arn);
    assert.equal(modelOf(`POST /model/${arn.replaceAll(':', '%3a').replaceAll('/', '%2f')}/invoke`), arn);
    for (const id of ['a%253A', 'a%2F..%2Fb', '..', 'a%00', 'a%2F%2Fb', ''])
      assert.equal(modelOf(`POST /model/${id}/invoke`), undefined, id);
    assert.equal(modelOf('POST /model/a/b/invoke'), undefined);
    assert.equal(modelOf('POST /model/a/invoke-async'), undefined);
  });
});

describe('converse', () => {
  it('J3, J6: has the texts of every block, each with who says it', () => {
    const body = hello({
      system: [{ text: 'be kind' }, { cachePoint: { type: 'default' } }],
      messages: [
        {
          role: 'user',
          content: [
            { text: 'hi' },
            { image: { format: 'png', source: { bytes } } },
            { document: { format: 'pdf', name: 'Paper', source: { s3Location: { uri: 's3://b/a' } } } },
          ],
        },
        {
          role: 'assistant',
          content: [
            { reasoningContent: { reasoningText: { text: 'hmm', signature: 'QUJD'.repeat(10) } } },
            { toolUse: { toolUseId: 't1', name: 'f', input: { q: 'rain' } } },
          ],
        },
        {
          role: 'user',
          content: [
            {
              toolResult: {
                toolUseId: 't1',
                content: [{ json: { a: 'wet' } }, { text: 'very' }],
                status: 'success',
              },
            },
          ],
        },
      ],
      toolConfig: {
        tools: [
          { toolSpec: { name: 'f', description: 'looks up', inputSchema: { json: { type: 'object' } } } },
        ],
      },
      inferenceConfig: { maxTokens: 5, stopSequences: ['END'] },
    });
    const view = converse.request(body);
    assert.deepEqual(
      said(body, view.segments).filter((line) => !line.endsWith('default')),
      [
        'user: hi',
        'user: png',
        'user: pdf',
        'user: Paper',
        'user: s3://b/a',
        'reasoning: hmm',
        'arguments: f',
        'arguments: rain',
        'tool: wet',
        'tool: very',
        'system: be kind',
        'tool: f',
        'tool: looks up',
        'user: END',
      ],
    );
    assert.deepEqual(view.opaque, ['image', 'remote', 'sealed']);
    assert.equal(view.model?.name, 'anthropic.claude-v2:1');
    assert.equal(view.maxOutputTokens, 5);
  });

  it('D3, D11, I3: is refused where two readers could take it differently', () => {
    for (const bad of [
      [],
      hello({ Messages: [] }),
      hello({ inferenceConfig: { maxTokens: 1.5 } }),
      hello({ inferenceConfig: { MaxTokens: 5 } }),
      hello({ inferenceConfig: { maxtokens: 5 } }),
      hello({ inferenceconfig: { maxTokens: 5 } }),
      hello({ toolconfig: { tools: [] } }),
      hello({ inferenceConfig: { maxTokens: 5 }, max_tokens: 9 }),
      hello({ messages: 'x' }),
      { messages: [{ role: 'user', Content: [] }] },
      { messages: [{ role: 'user', content: [{ Text: 'x' }] }] },
      { messages: [{ role: 'user', content: [{ tooluse: { name: 'x', input: {} } }] }] },
      { messages: [{ role: 'user', content: 5 }] },
    ])
      converse.refused(bad);
  });

  it("H12, H15, H16: asks by tools, media, tiers, the model's own members and stored prompts", () => {
    const of = (more: object) => converse.features(hello(more));
    assert.deepEqual(
      of({
        toolConfig: {
          tools: [
            { toolSpec: {} },
            { cachePoint: {} },
            { systemTool: { name: 'nova_grounding' } },
            { systemTool: { name: 'x' } },
            { y: {} },
          ],
        },
      }),
      ['functions', 'web_access', 'unknown_tools', 'unknown_tools'],
    );
    assert.deepEqual(of({ performanceConfig: { latency: 'optimized' }, serviceTier: { type: 'priority' } }), [
      'service_tier',
      'service_tier',
    ]);
    assert.deepEqual(
      of({
        additionalModelRequestFields: {
          thinking: { type: 'enabled', budget_tokens: 1024 },
          anthropic_beta: ['computer-use-2024-10-22'],
          tools: [{ type: 'bash_20250124' }],
        },
      }),
      ['reasoning 1', 'computer_use', 'code_execution'],
    );
    assert.deepEqual(
      converse.features({
        messages: [
          { role: 'user', content: [{ image: {} }, { toolResult: { content: [{ document: {} }] } }] },
        ],
      }),
      ['image_input', 'file_input'],
    );
    const prompt = readerOf(
      `POST /model/${encodeURIComponent('arn:aws:bedrock:us-east-1:1:prompt/P1')}/converse`,
    );
    assert.deepEqual(prompt.features({}), ['stored_prompt']);
  });

  it('is asked for no more once it was taken out', () => {
    const body = hello({
      toolConfig: { tools: [{ toolSpec: { name: 'f' } }, { systemTool: { name: 'nova_grounding' } }] },
      performanceConfig: { latency: 'optimized' },
      novelty: 1,
    });
    const made = converse.adapted(
      body,
      ['web_access', 'service_tier', 'unknown_fields'],
      [['max_output_tokens', 9]],
    );
    assert(typeof made !== 'string');
    assert.deepEqual(
      made.body,
      hello({ toolConfig: { tools: [{ toolSpec: { name: 'f' } }] }, inferenceConfig: { maxTokens: 9 } }),
    );
    const none = converse.adapted(
      hello({ toolConfig: { tools: [{ toolSpec: {} }, { cachePoint: {} }], toolChoice: { any: {} } } }),
      ['functions'],
    );
    assert(typeof none !== 'string');
    assert.deepEqual(none.body, hello());
    assert.equal(converse.adapted(hello(), ['reasoning']), 'reasoning cannot be taken out.');
    const lowered = invoke.adapted({ prompt: 'x', max_gen_len: 90 }, [], [['max_output_tokens', 9]]);
    assert(typeof lowered !== 'string');
    assert.deepEqual(lowered.body, { prompt: 'x', max_gen_len: 9 });
  });

  it('K3, K6: answers with texts, reasoning, calls, and what a guardrail says', () => {
    const body = {
      output: {
        message: {
          role: 'assistant',
          content: [
            { text: 'Hi' },
            { reasoningContent: { reasoningText: { text: 'so', signature: 'QUJD'.repeat(10) } } },
            { toolUse: { toolUseId: 't', name: 'f', input: { a: 'b' } } },
          ],
        },
      },
      stopReason: 'end_turn',
      usage: { inputTokens: 5, outputTokens: 7, cacheReadInputTokens: 10, totalTokens: 22 },
      trace: { guardrail: { modelOutput: ['blocked words'] } },
    };
    const view = converse.response(body);
    assert.deepEqual(said(body, view.segments), [
      'output: Hi',
      'reasoning: so',
      'arguments: f',
      'arguments: b',
      'output: blocked words',
    ]);
    assert.deepEqual(view.usage, { input: 15, output: 7, cachedInput: 10, source: 'reported' });
  });

  it('K2: streams each block on a channel of its own, the input of tools as JSON', () => {
    const text = stream.event({ contentBlockIndex: 0, delta: { text: 'Hi' }, p: 'abc' }, 'contentBlockDelta');
    assert.deepEqual(
      text.deltas.map(({ channel, text: value }) => [channel, value]),
      [['0.text', 'Hi']],
    );
    const call = stream.event(
      { contentBlockIndex: 1, delta: { toolUse: { input: '{"a":' } } },
      'contentBlockDelta',
    );
    assert.deepEqual(
      call.deltas.map(({ channel, role, json }) => [channel, role, json]),
      [['1.input', 'arguments', true]],
    );
    const thought = stream.event(
      { contentBlockIndex: 2, delta: { reasoningContent: { text: 'so' } } },
      'contentBlockDelta',
    );
    assert.deepEqual(
      thought.deltas.map(({ channel, role }) => [channel, role]),
      [['2.reasoningContent.text', 'reasoning']],
    );
    assert.deepEqual(stream.event({ contentBlockIndex: 1 }, 'contentBlockStop').closes, ['1.']);
    const last = stream.event({ usage: { inputTokens: 5, outputTokens: 7 } }, 'metadata');
    assert.deepEqual([last.end, last.usage], [true, { input: 5, output: 7 }]);
    const failed = stream.event({ message: 'too many' }, 'throttlingException');
    assert.deepEqual([failed.end, failed.deltas[0]?.text], [true, 'too many']);
  });
});

describe('invoke', () => {
  it('J6: reads every model in its own words, Claude as Claude', () => {
    const claude = {
      anthropic_version: 'bedrock-2023-05-31',
      max_tokens: 5,
      messages: [{ role: 'user', content: 'hi' }],
      thinking: { type: 'enabled', budget_tokens: 1024 },
    };
    assert.deepEqual(said(claude, invoke.request(claude).segments), ['user: hi']);
    assert.equal(invoke.request(claude).model?.name, 'm');
    assert.deepEqual(invoke.features(claude), ['reasoning 1']);
    for (const [body, text] of [
      [{ inputText: 'hi', textGenerationConfig: { maxTokenCount: 5 } }, 'user: hi'],
      [{ prompt: 'hi', max_gen_len: 5 }, 'user: hi'],
      [{ message: 'hi', chat_history: [{ role: 'CHATBOT', message: 'yo' }], max_tokens: 5 }, 'user: hi'],
      [
        {
          schemaVersion: 'messages-v1',
          messages: [{ role: 'user', content: [{ text: 'hi' }] }],
          inferenceConfig: { max_new_tokens: 5 },
        },
        'user: hi',
      ],
    ] as const) {
      const view = invoke.request(body);
      assert.equal(said(body, view.segments)[0], text);
      assert.equal(view.maxOutputTokens, 5);
      assert.deepEqual(invoke.features(body), []);
    }
  });

  it('E1: is read as JSON, whatever its clients call it', () => {
    assert.equal(invoke.operation.untyped, true);
    assert.equal(converse.operation.untyped, undefined);
  });

  it('counts what each model says that it used', () => {
    for (const [body, input, output] of [
      [{ type: 'message', content: [], usage: { input_tokens: 5, output_tokens: 7 } }, 5, 7],
      [{ inputTextTokenCount: 5, results: [{ tokenCount: 7, outputText: 'x' }] }, 5, 7],
      [{ prompt_token_count: 5, generation_token_count: 7 }, 5, 7],
      [{ usage: { inputTokens: 5, outputTokens: 7, cacheReadInputTokenCount: 0 } }, 5, 7],
      [{ usage: { prompt_tokens: 5, completion_tokens: 7 } }, 5, 7],
    ] as const)
      assert.partialDeepStrictEqual(invoke.response(body).usage, { input, output });
    assert.equal(invoke.response({ outputs: [{ text: 'x' }] }).usage, undefined);
  });

  it("K1: streams chunks, each a model's own event within base64, padding and all", () => {
    const inner = '{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"é"}}';
    const payload = JSON.stringify({ bytes: Buffer.from(inner).toString('base64'), p: 'abcdef' });
    const raw = awsEventStream.close([{ name: 'chunk', data: payload }], false);
    const events = chunks.open(1 << 20).push(raw);
    assert(!isRefusal(events));
    const [event] = events;
    assert.equal(event?.data, inner);
    assert.deepEqual(Buffer.from(event?.rewrite(inner) ?? []), Buffer.from(raw));
    const other = chunks.open(1 << 20).push(event?.rewrite(inner.replace('é', 'x')) ?? raw);
    assert(!isRefusal(other));
    assert.equal(other[0]?.data, inner.replace('é', 'x'));
    for (const bad of ['{}', '{"bytes":"&&"}', '{"bytes":1}', 'x', '{"bytes":"//8="}'])
      assert(
        isRefusal(chunks.open(1 << 20).push(awsEventStream.close([{ name: 'chunk', data: bad }], false))),
        bad,
      );
  });

  it('reads the chunks of Claude, Nova and the others', () => {
    const claude = chunk.event(
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hi' } },
      'chunk',
    );
    assert.deepEqual(
      claude.deltas.map(({ channel }) => channel),
      ['0.text'],
    );
    const nova = chunk.event({ contentBlockDelta: { delta: { text: 'Hi' }, contentBlockIndex: 0 } }, 'chunk');
    assert.deepEqual(
      nova.deltas.map(({ channel }) => channel),
      ['0.text'],
    );
    const titan = chunk.event(
      {
        outputText: 'Hi',
        index: 0,
        'amazon-bedrock-invocationMetrics': { inputTokenCount: 5, outputTokenCount: 7 },
      },
      'chunk',
    );
    assert.deepEqual(
      [titan.deltas[0]?.channel, titan.usage, titan.end],
      ['text.outputText', { input: 5, output: 7 }, true],
    );
    const failed = chunk.event({ message: 'no' }, 'modelStreamErrorException');
    assert.deepEqual([failed.end, failed.deltas[0]?.text], [true, 'no']);
  });
});

describe("what Sallyport says in AWS's words", () => {
  it('every refusal has a type that its SDKs know', () => {
    for (const refused of Object.keys(REFUSALS) as RefusalCode[]) {
      const { body, headers } = bedrock.error({ refused });
      assert.equal(JSON.parse(body).code, refused);
      assert.match(headers?.[0]?.[1] ?? '', /Exception$/);
    }
  });

  it('K18: a stream that a rule stops ends as a guardrail ends it', () => {
    const last = JSON.stringify({ contentBlockIndex: 3, delta: { text: 'x' } });
    const names = (
      reader: typeof stream,
      first: string | undefined,
      refused: RefusalCode = 'answer_blocked',
    ) =>
      bedrock
        .cut(reader.operation, { refused }, { first, last: first === undefined ? undefined : last })
        .map(({ name, failure }) => `${name}${failure === true ? '!' : ''}`);
    assert.deepEqual(names(stream, '{}'), ['contentBlockStop', 'messageStop', 'metadata']);
    assert.deepEqual(names(stream, '{}', 'answer_unreadable'), ['validationException!']);
    assert.deepEqual(names(chunk, '{"type":"message_start"}'), ['message_delta', 'message_stop']);
    assert.deepEqual(names(chunk, '{"outputText":"x"}'), ['modelStreamErrorException!']);
  });
});

it('what Bedrock counted is told by headers where no body does', () => {
  const of = (input: string, output: string) =>
    bedrock.headerUsage?.(
      headersOf({
        'x-amzn-bedrock-input-token-count': input,
        'x-amzn-bedrock-output-token-count': output,
      }),
    );
  assert.deepEqual(of('12', '5'), { input: 12, output: 5, source: 'reported' });
  for (const [input, output] of [
    ['', '5'],
    ['12', ''],
    ['0', '5'],
    ['-1', '5'],
    ['1e3', '5'],
    ['999999999', '5'],
  ])
    assert.equal(of(input ?? '', output ?? ''), undefined);
});
