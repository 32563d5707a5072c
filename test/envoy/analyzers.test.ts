/** Analyzers that a policy names, asked about prompts and whole answers. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { says, startAnalyzer, type TestAnalyzer } from '../analyzers/server.ts';
import { answer, chat, type Stack, startStack } from './stack.ts';

let presidio: TestAnalyzer;
let moderation: TestAnalyzer;
let hook: TestAnalyzer;
let stack: Stack;

before(async () => {
  [presidio, moderation, hook] = await Promise.all([startAnalyzer(), startAnalyzer(), startAnalyzer()]);
  stack = await startStack({
    policy: `
analyzers:
  presidio: { kind: presidio, url: "${presidio.url}", timeout: 2s }
  moderation: { kind: moderation, url: "${moderation.url}", timeout: 300ms, cache: 0s }
  hook: { kind: webhook, url: "${hook.url}", timeout: 300ms, cache: 0s, onFailure: pass }
guardrails:
  - { id: people, on: input, detect: analyzer.presidio.person, action: mask, restore: true }
  - { id: hate, on: input, detect: analyzer.moderation.hate, action: block, threshold: 0.8, message: No hate. }
  - { id: ours, on: input, detect: analyzer.hook, action: warn }
  - { id: told, on: output, detect: analyzer.hook.leak, action: block, models: [plain] }
`,
  });
});
after(async () => {
  await stack[Symbol.asyncDispose]();
  await Promise.all([presidio, moderation, hook].map((one) => one[Symbol.asyncDispose]()));
});

const scores = (hate: number) =>
  says({ results: [{ flagged: hate > 0.5, category_scores: { hate, violence: 0.9 } }] });
let asked = 0;
async function ask(body: string) {
  const got = await stack.ask({ body });
  asked += 1;
  return { ...got, record: (await stack.records(asked)).at(-1) };
}

function everybodyIsContent(): void {
  presidio.answer(says([]));
  moderation.answer(scores(0.01));
  hook.answer(says({ findings: [] }));
}

describe('a prompt', () => {
  test('is masked where Presidio says, and the answer gets the original back', async () => {
    everybodyIsContent();
    presidio.answer((response, { body }) => {
      const { text } = JSON.parse(body) as { text: string };
      const at = Array.from(text).join('').indexOf('Jane Doe');
      const points = Array.from(text.slice(0, at)).length;
      response.end(JSON.stringify([{ entity_type: 'PERSON', start: points, end: points + 8, score: 0.85 }]));
    });
    stack.upstream.play(({ body }) => {
      const { messages } = JSON.parse(body.toString()) as { messages: { content: string }[] };
      return {
        headers: { 'content-type': 'application/json' },
        body: answer(`You wrote: ${messages.at(-1)?.content}`),
      };
    });
    const got = await ask(chat('😀 I am Jane Doe.'));
    assert.equal(got.status, 200, got.text);
    assert.doesNotMatch(stack.upstream.requests.at(-1)?.body.toString() ?? '', /Jane/);
    assert.match(got.text, /I am Jane Doe\./);
    assert(
      got.record?.findings.some(
        ({ type, action }) => type === 'analyzer.presidio.person' && action === 'mask',
      ),
    );
  });

  test('is refused from the score on that the policy says', async () => {
    everybodyIsContent();
    moderation.answer(scores(0.79));
    assert.equal((await ask(chat('one'))).status, 200);
    moderation.answer(scores(0.8));
    const before = stack.upstream.begun();
    const got = await ask(chat('two'));
    assert.equal(got.status, 400);
    assert.match(got.text, /No hate/);
    assert.equal(stack.upstream.begun(), before);
  });

  test('M9: is refused where an analyzer must be asked and hangs, lies or fails; and never says why to the client', async () => {
    everybodyIsContent();
    const before = stack.upstream.begun();
    for (const [how, why] of [
      [() => {}, 'analyzer_timeout'],
      [says({ results: [] }), 'analyzer_unreadable'],
      [(response) => void response.writeHead(500).end(), 'analyzer_status'],
      [(response) => void response.destroy(), 'analyzer_unreachable'],
    ] as [Parameters<TestAnalyzer['answer']>[0], string][]) {
      moderation.answer(how);
      const got = await ask(chat(`three ${why}`));
      assert.equal(got.status, 503, got.text);
      assert.equal(JSON.parse(got.text).error.code, 'analyzer_unavailable');
      assert.doesNotMatch(got.text, /moderation|timeout/);
      assert.equal(got.record?.reason, 'analyzer_unavailable');
    }
    assert.equal(stack.upstream.begun(), before);
  });

  test('passes where one may be missed, and the record says that not all was looked at', async () => {
    everybodyIsContent();
    hook.answer(() => {});
    const got = await ask(chat('four'));
    assert.equal(got.status, 200, got.text);
    assert.equal(got.record?.inspected.request, 'partial');
    everybodyIsContent();
    assert.equal((await ask(chat('five'))).record?.inspected.request, 'whole');
  });

  test('of a warning, the client hears', async () => {
    everybodyIsContent();
    hook.answer(says({ findings: [{ type: 'odd' }] }));
    const got = await ask(chat('six'));
    assert.equal(got.status, 200);
    assert.match(String(got.headers['x-sallyport-warning']), /ours/);
  });
});

describe('an answer', () => {
  const LEAK = { findings: [{ type: 'leak', start: 0, end: 4 }] };
  const plain = (text: string, more: object = {}) =>
    JSON.stringify({ model: 'plain', messages: [{ role: 'user', content: text }], ...more });

  test('is withheld where an analyzer finds in it what must not leave', async () => {
    everybodyIsContent();
    stack.upstream.play(() => ({
      headers: { 'content-type': 'application/json' },
      body: answer('Blue Heron'),
    }));
    assert.equal((await ask(plain('seven'))).status, 200);
    hook.answer((response, { body }) => {
      const { role } = JSON.parse(body) as { role: string };
      response.end(JSON.stringify(role === 'output' ? LEAK : { findings: [] }));
    });
    const got = await ask(plain('eight'));
    assert.equal(got.status, 400, got.text);
    assert.doesNotMatch(got.text, /Heron/);
    assert.equal(got.record?.reason, 'answer_blocked');
  });

  test('cannot be a stream where it is checked as a whole', async () => {
    everybodyIsContent();
    const before = stack.upstream.begun();
    const got = await ask(plain('nine', { stream: true }));
    assert.equal(got.status, 403, got.text);
    assert.match(got.text, /without a stream/);
    assert.equal(stack.upstream.begun(), before);
  });
});
