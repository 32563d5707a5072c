import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import OpenAI from 'openai';
import { type MockModel, startMockModel } from '../../demo/mock-model.ts';

let model: MockModel;
let openai: OpenAI;
const prompts: string[] = [];

before(async () => {
  model = await startMockModel({
    key: 'sk-test',
    models: ['a', 'b'],
    onPrompt: (prompt) => prompts.push(prompt),
  });
  openai = new OpenAI({ apiKey: 'sk-test', baseURL: `${model.url}/v1`, maxRetries: 0 });
});
after(() => model.stop());

const messages = [
  { role: 'system' as const, content: 'Be brief.' },
  { role: 'user' as const, content: 'My mail is jo@example.org' },
];

test('repeats the last thing that the user said, and tells the whole prompt', async () => {
  const answer = await openai.chat.completions.create({ model: 'a', messages });
  assert.equal(answer.choices[0]?.message.content, 'You said: My mail is jo@example.org');
  assert.deepEqual(answer.usage, { prompt_tokens: 6, completion_tokens: 6, total_tokens: 12 });
  assert.equal(prompts.at(-1), 'Be brief.\nMy mail is jo@example.org');
});

test('streams the same answer in pieces that cut words, with usage only where it is asked for', async () => {
  const read = async (include_usage: boolean) => {
    const stream = await openai.chat.completions.create({
      model: 'a',
      messages,
      stream: true,
      ...(include_usage && { stream_options: { include_usage } }),
    });
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    return chunks;
  };
  const plain = await read(false);
  const text = plain.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('');
  assert.equal(text, 'You said: My mail is jo@example.org');
  assert.ok(plain.length > 7);
  assert.ok(plain.every((chunk) => chunk.usage === undefined));
  const counted = await read(true);
  assert.equal(counted.length, plain.length + 1);
  assert.deepEqual(counted.at(-1)?.choices, []);
  assert.equal(counted.at(-1)?.usage?.total_tokens, 12);
});

test('completes, embeds the same text to the same vector, and lists its models', async () => {
  const completion = await openai.completions.create({ model: 'a', prompt: 'one two' });
  assert.equal(completion.choices[0]?.text, 'You said: one two');
  const embed = (encoding_format: 'float' | 'base64') =>
    openai.embeddings.create({ model: 'a', input: ['x', 'y'], encoding_format });
  const [floats, encoded] = [
    await embed('float'),
    await openai.embeddings.create({ model: 'a', input: ['x', 'y'] }),
  ];
  assert.equal(floats.data.length, 2);
  assert.deepEqual(
    floats.data[0]?.embedding.map((x) => Math.fround(x)),
    encoded.data[0]?.embedding.map((x) => Math.fround(x)),
  );
  assert.notDeepEqual(floats.data[0]?.embedding, floats.data[1]?.embedding);
  assert.deepEqual(
    (await openai.models.list()).data.map((x) => x.id),
    ['a', 'b'],
  );
});

test('refuses a wrong key and a request without messages as OpenAI does', async () => {
  const stranger = new OpenAI({ apiKey: 'sk-other', baseURL: `${model.url}/v1`, maxRetries: 0 });
  await assert.rejects(stranger.models.list(), OpenAI.AuthenticationError);
  await assert.rejects(openai.chat.completions.create({ model: 'a', messages: [] }), OpenAI.BadRequestError);
});
