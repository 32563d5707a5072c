/** Models that a path names: the backend may call them otherwise. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { DialectName } from '../../src/core/operation.ts';
import { chat, type Stack, startStack } from './stack.ts';

const JSON_ANSWER = { headers: { 'content-type': 'application/json' }, body: '{}' };
const TEXT = [{ role: 'user', parts: [{ text: 'hi' }] }];

interface Case {
  readonly dialect: DialectName;
  /** The backend's name for the model. */
  readonly called: string;
  /** As the client asks for `fast`. */
  readonly path: string;
  readonly body: string;
  /** As the backend gets it. */
  readonly sent: string;
  readonly sentBody?: string;
}

const CASES: readonly Case[] = [
  {
    dialect: 'azure',
    called: 'prod-gpt.41_mini',
    path: '/openai/deployments/fast/chat/completions?api-version=2024-10-21',
    body: chat('hi', { model: 'fast' }),
    sent: '/openai/deployments/prod-gpt.41_mini/chat/completions?api-version=2024-10-21',
    sentBody: chat('hi', { model: 'prod-gpt.41_mini' }),
  },
  {
    dialect: 'gemini',
    called: 'gemini-2.5-flash',
    path: '/v1beta/models/fast:generateContent',
    body: JSON.stringify({ contents: TEXT }),
    sent: '/v1beta/models/gemini-2.5-flash:generateContent',
  },
  {
    dialect: 'gemini',
    called: 'gemini-embedding-001',
    path: '/v1beta/models/fast:batchEmbedContents',
    body: '{"requests":[{"model":"models/fast","content":{"parts":[{"text":"hi"}]}}]}',
    sent: '/v1beta/models/gemini-embedding-001:batchEmbedContents',
    sentBody: '{"requests":[{"model":"models/gemini-embedding-001","content":{"parts":[{"text":"hi"}]}}]}',
  },
  {
    dialect: 'vertex',
    called: 'gemini-2.5-pro',
    path: '/v1/projects/acme/locations/eu/publishers/google/models/fast:countTokens',
    body: JSON.stringify({ contents: TEXT }),
    sent: '/v1/projects/acme/locations/eu/publishers/google/models/gemini-2.5-pro:countTokens',
  },
  {
    dialect: 'anthropic',
    called: 'claude-sonnet-4@20250514',
    path: '/v1/projects/acme/locations/eu/publishers/anthropic/models/fast:rawPredict',
    body: '{"anthropic_version":"vertex-2023-10-16","max_tokens":5,"messages":[{"role":"user","content":"hi"}]}',
    sent: '/v1/projects/acme/locations/eu/publishers/anthropic/models/claude-sonnet-4@20250514:rawPredict',
  },
  {
    dialect: 'bedrock',
    called: 'eu.amazon.nova-lite-v1:0',
    path: '/model/fast/converse',
    body: '{"messages":[{"role":"user","content":[{"text":"hi"}]}]}',
    sent: '/model/eu.amazon.nova-lite-v1%3A0/converse',
  },
];

function startWith({ dialect, called }: Case): Promise<Stack> {
  return startStack({ dialect, aliases: { fast: called } });
}

describe('a model that the path names', () => {
  for (const asked of CASES) {
    test(`is called by the backend's own name: ${asked.dialect} ${asked.path}`, async () => {
      await using stack = await startWith(asked);
      stack.upstream.play(() => JSON_ANSWER);
      const got = await stack.ask({ path: asked.path, body: asked.body });
      assert.equal(got.status, 200, got.text);
      const [sent] = stack.upstream.requests;
      assert.equal(sent?.path, asked.sent);
      assert.equal(sent?.body.toString(), asked.sentBody ?? asked.body);
      const [record] = await stack.records(1);
      assert.deepEqual(record?.model, { asked: 'fast', served: asked.called });
    });
  }

  test('in full duplex, too', async () => {
    const [, asked] = CASES;
    assert(asked !== undefined);
    await using stack = await startStack({
      dialect: asked.dialect,
      aliases: { fast: asked.called },
      bodies: 'full-duplex',
    });
    stack.upstream.play(() => JSON_ANSWER);
    const got = await stack.ask({ path: asked.path, body: asked.body });
    assert.equal(got.status, 200, got.text);
    assert.equal(stack.upstream.requests[0]?.path, asked.sent);
  });

  test('is refused where the path cannot say what the backend calls it', async () => {
    await using stack = await startStack({ dialect: 'gemini', aliases: { fast: 'publishers/x' } });
    const got = await stack.ask({
      path: '/v1beta/models/fast:generateContent',
      body: JSON.stringify({ contents: TEXT }),
    });
    assert.equal(got.status, 503, got.text);
    assert.equal(stack.upstream.begun(), 0);
    const [record] = await stack.records(1);
    assert.equal(record?.why, 'model_in_path');
  });
});
