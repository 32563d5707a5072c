/** The demo as a person starts it, with the official SDK as its client. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import OpenAI from 'openai';

const DEMO = new URL('../../demo/run.ts', import.meta.url).pathname;

let demo: ChildProcess;
let url = '';
let key = '';
const printed: string[] = [];

before(async () => {
  demo = spawn(process.execPath, [DEMO], {
    env: { ...process.env, TOUR: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (demo.stdout === null) throw new Error('the demo prints nothing');
  for await (const line of createInterface({ input: demo.stdout })) {
    printed.push(line);
    url = /curl (http:\S+)\/v1\//.exec(line)?.[1] ?? url;
    key = /Bearer (sp_\w+)/.exec(line)?.[1] ?? key;
    if (line.startsWith('The policy is')) break;
  }
});

after(async () => {
  demo.kill('SIGINT');
  if (demo.exitCode === null) await once(demo, 'exit');
});

const sdk = (apiKey: string) => new OpenAI({ apiKey, baseURL: `${url}/v1`, maxRetries: 0 });
const messages = [{ role: 'user' as const, content: 'Write to jo@example.org' }];

test('the tour does what it says, and a curl line to try is printed', () => {
  assert.ok(printed.includes('Every step did what it says.'), printed.join('\n'));
  assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/);
});

test('the SDK chats, streams, embeds and lists models against it', async () => {
  const client = sdk(key);
  const completion = await client.chat.completions.create({ model: 'fast', messages });
  assert.match(completion.choices[0]?.message.content ?? '', /jo@example\.org/);
  let said = '';
  for await (const chunk of await client.chat.completions.create({ model: 'fast', messages, stream: true })) {
    said += chunk.choices[0]?.delta.content ?? '';
  }
  assert.match(said, /jo@example\.org/);
  const { data } = await client.embeddings.create({ model: 'fast', input: 'hello' });
  assert.ok((data[0]?.embedding.length ?? 0) > 0);
  const names: string[] = [];
  for await (const model of client.models.list()) names.push(model.id);
  assert.deepEqual(names, ['fast']);
});

test('the SDK raises its own errors for 401, 403 and 429', async () => {
  const ask = (apiKey: string, model: string) => sdk(apiKey).chat.completions.create({ model, messages });
  await assert.rejects(ask('sk-wrong', 'fast'), OpenAI.AuthenticationError);
  await assert.rejects(ask(key, 'large'), OpenAI.PermissionDeniedError);
  const untilLimited = async () => {
    for (let i = 0; i < 20; i++) await ask(key, 'fast');
  };
  await assert.rejects(untilLimited(), OpenAI.RateLimitError);
});
