import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openTokenCounter, type WorkerCounter } from '../../src/tokens/counter.ts';

/** Texts with their tokens in o200k and cl100k, counted by OpenAI's tiktoken (1.0.22 for npm) with no special tokens. */
const KNOWN: readonly (readonly [text: string, o200k: number, cl100k: number])[] = [
  ['', 0, 0],
  ['hello world', 2, 2],
  ['The quick brown fox jumps over the lazy dog.', 10, 10],
  ['  leading and trailing  ', 5, 5],
  ['line one\nline two\r\n\n\tindented', 9, 9],
  ['Grüße aus Zürich, schöne Straße!', 9, 12],
  ['Привет, как дела?', 6, 8],
  ['مرحبا بالعالم', 4, 10],
  ['こんにちは世界', 2, 4],
  ['你好，世界', 3, 6],
  ['안녕하세요 세계', 3, 9],
  ['नमस्ते दुनिया', 5, 13],
  ['สวัสดีชาวโลก', 7, 13],
  ['🙂🙃👩‍👩‍👧‍👦 🇩🇪', 18, 29],
  ['x = [i ** 2 for i in range(10) if i % 2 == 0]', 23, 23],
  ['function add(a, b) {\n  return a + b;\n}', 14, 14],
  ['{"model":"fast","messages":[{"role":"user","content":"hi"}]}', 17, 16],
  ['SELECT * FROM users WHERE id = 42;', 10, 10],
  ['https://example.org/path?query=1&b=2#frag', 15, 15],
  ['jo@example.org, +49 30 123456', 11, 11],
  ['3.14159265358979323846', 9, 9],
  ['1234567890 0987654321', 9, 9],
  ['ALL CAPS SHOUTING', 5, 6],
  ['camelCaseAndSnake_case_words', 6, 6],
  ['a <|endoftext|> b <|im_start|>system', 16, 14],
  ["don't won't I'll they're", 4, 8],
  ['é ñ combining', 5, 6],
  ['​zero​width​', 5, 5],
  ['--------====++++', 3, 3],
  ['¿Qué tal? ¡Muy bien!', 7, 9],
];

interface Opened {
  readonly counter: WorkerCounter;
  readonly faults: unknown[];
}

function open(timeoutMs = 20_000): Opened {
  const faults: unknown[] = [];
  const counter = openTokenCounter({
    estimate: () => 1_000_000,
    onFault: (_, error) => faults.push(error),
    timeoutMs,
  });
  return { counter, faults };
}

describe('the tokens of a prompt', () => {
  it('are counted as the models themselves do, control tokens in a text as the text that they are', async () => {
    const { counter, faults } = open();
    for (const [text, o200k, cl100k] of KNOWN) {
      assert.equal(await counter.count([text], 'o200k'), o200k, text);
      assert.equal(await counter.count([text], 'cl100k'), cl100k, text);
    }
    const texts = KNOWN.map(([text]) => text);
    assert.equal(
      await counter.count(texts, 'o200k'),
      KNOWN.reduce((sum, [, count]) => sum + count, 0),
    );
    assert.deepEqual(faults, []);
    await counter.close();
  });

  it('of texts counted before are known at once', async () => {
    const { counter } = open();
    const [first] = [await counter.count(['one two three'], 'o200k')];
    assert.equal(counter.count(['one two three'], 'o200k'), first);
    assert.ok(counter.count(['one two three'], 'cl100k') instanceof Promise, 'another tokenizer is asked');
    assert.ok(
      counter.count(['one two three', 'four'], 'o200k') instanceof Promise,
      'what is new is asked for',
    );
    await counter.close();
  });

  it('of a megabyte of one character are counted in linear time', async () => {
    const { counter } = open(60_000);
    await counter.count(['warm'], 'o200k');
    for (const unit of ['a', ' ', '=', '1', '漢', '😀', 'é', '\u0301', '\n']) {
      const cost = async (length: number) => {
        const before = process.cpuUsage();
        await counter.count([unit.repeat(length / unit.length) + length], 'o200k');
        const { user, system } = process.cpuUsage(before);
        return (user + system) / length;
      };
      await cost(20_000);
      const [short, long] = [await cost(100_000), await cost(1_000_000)];
      assert.ok(long < 6 * short + 2, `${JSON.stringify(unit)}: ${short} and ${long} µs a character`);
    }
    await counter.close();
  });

  it('are estimated where the thread does not answer in time, and counted again afterwards', async () => {
    const { counter, faults } = open(1);
    assert.equal(await counter.count(['slow to start'], 'o200k'), 1_000_000);
    for (let i = 0; i < 400 && (await counter.count([`try ${i}`], 'o200k')) === 1_000_000; i++)
      await new Promise((resolve) => setTimeout(resolve, 50));
    assert.deepEqual(faults, []);
    await counter.close();
  });

  it('are estimated once it is closed, and where too much is waiting', async () => {
    const { counter } = open();
    const large = Array.from({ length: 5 }, (_, i) => `${i}${' x'.repeat(499_000)}`);
    const counts = large.map((text) => counter.count([text], 'o200k'));
    assert.equal(counts[4], 1_000_000, 'more than four million characters are not queued');
    await counter.close();
    assert.deepEqual(await Promise.all(counts.slice(0, 4)), [1_000_000, 1_000_000, 1_000_000, 1_000_000]);
    assert.equal(counter.count(['anything'], 'o200k'), 1_000_000);
  });
});
