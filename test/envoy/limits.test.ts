/** Limits on tokens, money and places through a real Envoy, with the official SDK as a client. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import OpenAI from 'openai';
import type { SeenRequest } from './harness/upstream.ts';
import { answer, DONE, event, type Stack, startStack } from './stack.ts';

const usageEvent = (input: number, output: number) =>
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [], usage: { prompt_tokens: input, completion_tokens: output, total_tokens: input + output } })}\n\n`;

/** Says as many words as the prompt asks for, in pieces of ten, a few milliseconds apart. */
function model(request: SeenRequest) {
  const asked = JSON.parse(request.body.toString());
  const words = Number(asked.messages.at(-1).content.match(/\d+/)?.[0] ?? 5);
  if (asked.stream !== true)
    return { headers: { 'content-type': 'application/json' }, body: answer('word '.repeat(words)) };
  async function* body() {
    for (let i = 0; i < words; i += 10) {
      yield event('word '.repeat(10));
      await sleep(2);
    }
    yield event('', 'stop');
    yield usageEvent(12, words);
    yield DONE;
  }
  return { headers: { 'content-type': 'text/event-stream' }, body: body() };
}

function sdk(of: Stack): OpenAI {
  return new OpenAI({ apiKey: of.key, baseURL: `http://127.0.0.1:${of.envoy.port}/v1`, maxRetries: 0 });
}

const say = (content: string) => [{ role: 'user' as const, content }];

/** What the metrics say of one limit. */
async function metrics(stack: Stack): Promise<string> {
  return (await fetch(`http://${stack.service.adminAddress}/metrics`)).text();
}

async function usageOf(stack: Stack): Promise<Record<string, number>> {
  await sleep(1_100);
  const today = new Date().toISOString().slice(0, 10);
  const answered = await fetch(
    `http://${stack.service.adminAddress}/usage?from=${today}&to=${today}&by=model&format=json`,
  );
  assert.equal(answered.status, 200, await answered.clone().text());
  const { rows } = (await answered.json()) as { rows: Record<string, number | string>[] };
  return rows.find((row) => row.model === 'fast') as Record<string, number>;
}

describe('requests', () => {
  test('are told on every answer, in the fields that SDKs and the IETF draft name', async () => {
    await using stack = await startStack({
      policy: 'limits: [{ id: few, per: [key], requests: 3/minute }]',
      script: model,
    });
    const client = sdk(stack);
    const { response } = await client.chat.completions
      .create({ model: 'fast', messages: say('say 5') })
      .withResponse();
    const { headers } = response;
    assert.equal(headers.get('x-ratelimit-limit-requests'), '3');
    assert.equal(headers.get('x-ratelimit-remaining-requests'), '2');
    assert.match(headers.get('x-ratelimit-reset-requests') ?? '', /^\d+s$/);
    assert.equal(headers.get('ratelimit-policy'), '"few";q=3;w=60');
    assert.match(headers.get('ratelimit') ?? '', /^"few";r=2;t=\d+$/);
    const listed = await client.models.list().withResponse();
    assert.equal(listed.response.headers.get('x-ratelimit-remaining-requests'), '1');
  });

  test('beyond the limit raise the SDK’s own error, which says which limit and when to come back', async () => {
    await using stack = await startStack({
      policy: 'limits: [{ id: few, per: [key], requests: 1/minute }]',
      script: model,
    });
    const client = sdk(stack);
    await client.chat.completions.create({ model: 'fast', messages: say('say 5') });
    const failure = await client.chat.completions
      .create({ model: 'fast', messages: say('say 5') })
      .catch((error) => error);
    assert.ok(failure instanceof OpenAI.RateLimitError);
    assert.equal(failure.code, 'rate_limited');
    assert.match(failure.message, /few allows 1 requests/);
    assert.ok(Number(failure.headers.get('retry-after')) >= 1);
    assert.equal(failure.headers.get('x-ratelimit-remaining-requests'), '0');
    assert.match(await metrics(stack), /sallyport_limits_reached_total\{limit="few",outcome="refused"\} 1/);
  });
});

describe('tokens', () => {
  test('are reserved, settled by the report, and told as they stand', async () => {
    await using stack = await startStack({
      policy: 'limits: [{ id: tokens, per: [key], tokens: 2000/minute }]',
      script: model,
    });
    const client = sdk(stack);
    const first = await client.chat.completions
      .create({ model: 'fast', messages: say('say 5'), max_tokens: 100 })
      .withResponse();
    const remaining = Number(first.response.headers.get('x-ratelimit-remaining-tokens'));
    assert.ok(remaining >= 2000 - 100 - 40 && remaining <= 1900, `${remaining} while it ran`);
    // It is settled when its stream is over, which is after its client has read it.
    await stack.records(1);
    const second = await client.chat.completions
      .create({ model: 'fast', messages: say('say 5'), max_tokens: 100 })
      .withResponse();
    // The first was settled to the 17 tokens that the model reports. While the tokenizer starts, a prompt is estimated,
    // which may be a token off.
    const left = Number(second.response.headers.get('x-ratelimit-remaining-tokens'));
    assert.ok(Math.abs(left - (remaining - 17)) <= 2, `${left} after ${remaining}`);
  });

  test('I2: a request that does not fit never reaches the model', async () => {
    await using stack = await startStack({
      policy: 'limits: [{ id: tokens, per: [key], tokens: 50/minute }]',
      script: model,
    });
    const failure = await sdk(stack)
      .chat.completions.create({ model: 'fast', messages: say('say 5') })
      .catch((error) => error);
    assert.ok(failure instanceof OpenAI.RateLimitError);
    assert.equal(failure.code, 'tokens_limited');
    assert.equal(stack.upstream.requests.length, 0);
  });

  test('I2: what is left bounds the answer where the limit says so, and the answer says that it was', async () => {
    await using stack = await startStack({
      policy: 'limits: [{ id: tokens, per: [key], tokens: 300/minute, clamp: true }]',
      script: model,
    });
    const { response } = await sdk(stack)
      .chat.completions.create({ model: 'fast', messages: say('say 5') })
      .withResponse();
    const sent = JSON.parse(stack.upstream.requests[0]?.body.toString() ?? '{}');
    const bound = sent.max_completion_tokens ?? sent.max_tokens;
    assert.ok(bound > 200 && bound < 300, `${bound}`);
    assert.equal(response.headers.get('x-sallyport-clamped'), 'max_output_tokens');
  });

  test('a stream that passes its limit ends as the SDK expects it, within a step of the limit', async () => {
    await using stack = await startStack({
      policy: 'limits: [{ id: tokens, per: [key], tokens: 1000/minute, whenUsedUp: stop }]',
      script: model,
    });
    const stream = await sdk(stack).chat.completions.create({
      model: 'fast',
      messages: say('say 3000'),
      stream: true,
    });
    let said = 0;
    let finish: string | null | undefined;
    for await (const chunk of stream) {
      said += chunk.choices[0]?.delta.content?.split(' ').filter(Boolean).length ?? 0;
      finish = chunk.choices[0]?.finish_reason ?? finish;
    }
    assert.ok(said >= 700 && said <= 1_100, `${said} words`);
    assert.ok(finish !== null && finish !== undefined && finish !== 'stop', `finished with ${finish}`);
    const [record] = await stack.records(1);
    assert.equal(record?.outcome, 'cut');
    assert.equal(record?.reason, 'tokens_limited');
  });

  test('I6: a client that leaves mid-stream pays for what was said', async () => {
    await using stack = await startStack({
      policy: 'limits: [{ id: tokens, per: [key], tokens: 1M/hour }]',
      script: model,
    });
    const stream = await sdk(stack).chat.completions.create({
      model: 'fast',
      messages: say('say 100000'),
      stream: true,
    });
    let chunks = 0;
    for await (const _ of stream) if (++chunks === 20) break;
    const [record] = await stack.records(1);
    assert.equal(record?.outcome, 'abandoned');
    assert.equal(record?.tokens?.source, 'estimated');
    assert.ok((record?.tokens?.output ?? 0) >= 150, `${record?.tokens?.output}`);
    assert.equal((await usageOf(stack)).output, record?.tokens?.output);
  });
});

describe('money', () => {
  test('is spent by the price of the model; used up, it is told without an invitation to retry', async () => {
    // 0.4 and 1.6 USD per million: 12 and 5 tokens are 12.8 micro-USD.
    await using stack = await startStack({
      policy: 'limits: [{ id: month, per: [tenant], cost: 0.0001 USD/month, alert: [10%] }]',
      script: model,
    });
    const client = sdk(stack);
    const ask = () =>
      client.chat.completions.create({ model: 'fast', messages: say('say 5'), max_tokens: 20 });
    let served = 0;
    let failure: unknown;
    for (; served < 20 && failure === undefined; served++) await ask().catch((error) => (failure = error));
    assert.ok(failure instanceof OpenAI.RateLimitError);
    assert.equal(failure.code, 'budget_exhausted');
    assert.equal(failure.headers.get('x-should-retry'), 'false');
    assert.ok(served >= 4 && served <= 8, `${served} were served`);
    const records = await stack.records(served);
    const spent = records.reduce((sum, { cost_nano }) => sum + (cost_nano ?? 0), 0);
    assert.ok(spent <= 100_000, `${spent} of 100,000 nano-USD`);
    assert.equal((await usageOf(stack)).cost_nano, spent);
    assert.match(await metrics(stack), /sallyport_signals_total\{kind="limit_threshold",limit="month"\} 1/);
  });

  test('I16: a model whose price nobody knows is refused under a budget', async () => {
    await using stack = await startStack({
      policy: 'limits: [{ per: [tenant], cost: 5 USD/month }]',
      script: model,
    });
    const failure = await sdk(stack)
      .chat.completions.create({ model: 'plain', messages: say('say 5') })
      .catch((error) => error);
    assert.ok(failure instanceof OpenAI.PermissionDeniedError);
    assert.equal(failure.code, 'price_unknown');
    assert.equal(stack.upstream.requests.length, 0);
  });
});

describe('places', () => {
  const policy = 'limits: [{ id: at-once, per: [key], concurrent: 2 }]';

  test('all taken, turn the next one away, and come free when a client leaves mid-stream', async () => {
    await using stack = await startStack({ policy, script: model });
    const client = sdk(stack);
    const open = () =>
      client.chat.completions.create({ model: 'fast', messages: say('say 100000'), stream: true });
    const streams = [await open(), await open()];
    const failure = await open().catch((error) => error);
    assert.ok(failure instanceof OpenAI.RateLimitError);
    assert.equal(failure.code, 'concurrency_limited');
    for (const stream of streams) stream.controller.abort();
    await stack.records(3);
    const [again, once] = [await open(), await open()];
    again.controller.abort();
    once.controller.abort();
    await stack.records(5);
  });

  test('I21: stay free after 300 clients that left at random moments', async () => {
    await using stack = await startStack({
      policy: 'limits: [{ id: at-once, per: [key], concurrent: 40 }]',
      script: model,
    });
    const client = sdk(stack);
    const one = async (i: number) => {
      const leaving = new AbortController();
      setTimeout(() => leaving.abort(), (i * 7) % 60);
      const stream = i % 3 !== 0;
      const asked = client.chat.completions.create(
        { model: 'fast', messages: say(`say ${stream ? 1000 : 3}`), stream },
        { signal: leaving.signal },
      );
      const answered = await asked.catch(() => undefined);
      if (answered !== undefined && 'controller' in answered)
        for await (const _ of answered) if (leaving.signal.aborted) break;
    };
    for (let i = 0; i < 300; i += 20)
      await Promise.all(Array.from({ length: 20 }, (_, j) => one(i + j).catch(() => undefined)));
    // What never reached the second door is free after its lease.
    await sleep(10_500);
    const streams = await Promise.all(
      Array.from({ length: 40 }, () =>
        client.chat.completions.create({ model: 'fast', messages: say('say 2000'), stream: true }),
      ),
    );
    assert.equal(streams.length, 40);
    for (const stream of streams) stream.controller.abort();
  });
});
