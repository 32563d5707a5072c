/** OpenAI's SDK in its form for Azure: the deployment stands in the path, the key in `api-key`. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { AzureOpenAI, PermissionDeniedError } from 'openai';
import type { SeenRequest } from './harness/upstream.ts';
import { base, bodyOf, last, pieces, SAID, SECRET, suite } from './sdk-suite.ts';
import { answer, DONE, event } from './stack.ts';

function deployment(request: SeenRequest) {
  const asked = bodyOf(request);
  const said = `You said: ${asked.messages.at(-1).content}`;
  if (asked.stream !== true) return { headers: { 'content-type': 'application/json' }, body: answer(said) };
  const body = [...pieces(said).map((piece) => event(piece)), event('', 'stop'), DONE];
  return { headers: { 'content-type': 'text/event-stream' }, body };
}

suite('AzureOpenAI', 'azure', deployment, (stack) => {
  const client = () =>
    new AzureOpenAI({
      endpoint: base(stack()),
      apiKey: stack().key,
      apiVersion: '2024-10-21',
      maxRetries: 0,
    });
  const ask = { model: 'plain', messages: [{ role: 'user' as const, content: `I am ${SECRET}` }] };

  it('chats and streams, with what was masked restored', async () => {
    const completion = await client().chat.completions.create(ask);
    assert.equal(completion.choices[0]?.message.content, SAID);
    const { path, headers } = last(stack());
    assert.equal(path, '/openai/deployments/plain/chat/completions?api-version=2024-10-21');
    assert.equal(headers['api-key'], 'sk-the-credential-of-the-backend');
    let said = '';
    for await (const chunk of await client().chat.completions.create({ ...ask, stream: true }))
      said += chunk.choices[0]?.delta.content ?? '';
    assert.equal(said, SAID);
    last(stack());
  });

  it('raises its own errors', async () => {
    await assert.rejects(
      client().chat.completions.create({ ...ask, model: 'hidden' }),
      PermissionDeniedError,
    );
  });
});
