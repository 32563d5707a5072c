/** The steps of the tour. Each asserts what it claims, and returns what a person should see. */
import assert from 'node:assert/strict';
import { canaryCommand } from '../src/cli/canary.ts';

export interface Scene {
  readonly url: string;
  readonly key: string;
  /** Of an application with a limit that the tour runs into. */
  readonly hastyKey: string;
  readonly canaryKey: string;
  /** What the model was told last. */
  readonly lastPrompt: () => string;
  readonly audit: () => string;
}

interface Step {
  readonly title: string;
  readonly play: (scene: Scene) => Promise<readonly string[]>;
}

interface Asked {
  readonly key?: string;
  readonly model?: string;
  readonly stream?: boolean;
}

async function ask(
  scene: Scene,
  content: string,
  { key = scene.key, model = 'fast', stream = false }: Asked = {},
) {
  const response = await fetch(`${scene.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model, stream, messages: [{ role: 'user', content }] }),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

const said = (text: string): string => JSON.parse(text).choices[0].message.content;
const errorOf = (text: string): { code: string; message: string } => JSON.parse(text).error;
const short = (text: string): string => text.replace(/\s+/g, ' ').trim().slice(0, 150);

const PRIVATE = 'Write to jo@example.org about card 4111 1111 1111 1111.';

async function refused(scene: Scene, status: number, code: string, asked: Asked): Promise<readonly string[]> {
  const got = await ask(scene, 'Hello', asked);
  assert.equal(got.status, status);
  assert.equal(errorOf(got.text).code, code);
  return [`${got.status} ${code}: ${errorOf(got.text).message}`];
}

export const STEPS: readonly Step[] = [
  {
    title: 'A key of the search team asks the model "fast": allowed.',
    async play(scene) {
      const got = await ask(scene, 'Hello');
      assert.equal(got.status, 200, got.text);
      return [`${got.status} ${short(said(got.text))}`];
    },
  },
  {
    title: 'A wrong key: refused at the first door.',
    play: (scene) => refused(scene, 401, 'credential_invalid', { key: `${scene.key.slice(0, -1)}x` }),
  },
  {
    title: 'A model that no grant allows: refused at the second door.',
    play: (scene) => refused(scene, 403, 'model_not_allowed', { model: 'large' }),
  },
  {
    title: 'Personal data is masked on its way to the model, and put back in the answer.',
    async play(scene) {
      const got = await ask(scene, PRIVATE);
      const prompt = scene.lastPrompt();
      assert.ok(!prompt.includes('jo@example.org') && !prompt.includes('4111'), 'the model saw it');
      assert.ok(said(got.text).includes('jo@example.org'), 'it was not put back');
      return [
        `sent by the client: ${PRIVATE}`,
        `seen by the model:  ${short(prompt)}`,
        `got by the client:  ${short(said(got.text))}`,
      ];
    },
  },
  {
    title: 'The same, streamed: put back across the pieces of the stream.',
    async play(scene) {
      const got = await ask(scene, PRIVATE, { stream: true });
      const pieces = [...got.text.matchAll(/"content":("(?:[^"\\]|\\.)*")/g)].map((match) =>
        JSON.parse(match[1] ?? '""'),
      );
      assert.ok(pieces.join('').includes('jo@example.org'), 'it was not put back');
      assert.ok(!scene.lastPrompt().includes('jo@example.org'), 'the model saw it');
      return [`${pieces.length} pieces: ${short(pieces.map((piece) => `[${piece}]`).join(''))}`];
    },
  },
  {
    title: 'The list of models holds what this key may use.',
    async play(scene) {
      const response = await fetch(`${scene.url}/v1/models`, {
        headers: { authorization: `Bearer ${scene.key}` },
      });
      const names = ((await response.json()) as { data: { id: string }[] }).data.map((model) => model.id);
      assert.deepEqual(names, ['fast']);
      return [names.join(', ')];
    },
  },
  {
    title: 'An application that asks too often: limited, and told when to come back.',
    async play(scene) {
      let got = await ask(scene, 'Hello', { key: scene.hastyKey });
      for (let i = 1; i < 14 && got.status === 200; i++)
        got = await ask(scene, 'Hello', { key: scene.hastyKey });
      assert.equal(got.status, 429);
      assert.equal(errorOf(got.text).code, 'rate_limited');
      return [
        `${got.status} rate_limited: ${errorOf(got.text).message} retry-after: ${got.headers.get('retry-after')} s`,
      ];
    },
  },
  {
    title: 'The canary: requests that must be refused, tried from outside.',
    async play(scene) {
      const { exitCode, output } = await canaryCommand({ proxy: scene.url, key: scene.canaryKey });
      assert.equal(exitCode, 0, output);
      return [output.split('\n').at(-1) ?? ''];
    },
  },
  {
    title: 'The audit has a line for each of these, and not a word of what was said.',
    async play(scene) {
      await new Promise((resolve) => setTimeout(resolve, 300));
      const text = scene.audit();
      assert.ok(
        !text.includes('jo@example.org') && !text.includes('4111 1111') && !text.includes('Write to'),
      );
      const records = text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      assert.ok(records.some((record) => record.reason === 'rate_limited'));
      assert.ok(records.some((record) => record.findings.length > 0));
      return records.slice(0, 6).map(({ outcome, reason, operation, model, status, tokens, findings }) => {
        const found = findings.map(
          (f: { type: string; action: string; count: number }) => `${f.type} ${f.action} ${f.count}`,
        );
        const used = tokens === null ? '' : `${tokens.input}+${tokens.output} tokens`;
        return [outcome, reason, operation, model?.asked, status, used, ...found].filter(Boolean).join('  ');
      });
    },
  },
];
