import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isRefusal } from '../../src/core/refusal.ts';
import { readMultipart } from '../../src/dialects/multipart.ts';
import { openai } from '../../src/dialects/openai/dialect.ts';

const TYPE = 'multipart/form-data; boundary=abc';
const field = (name: string, value: string, more = '') =>
  `--abc\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`;
const FILE = (content: string, type = 'application/jsonl') =>
  `--abc\r\nContent-Disposition: form-data; name="file"; filename="a.jsonl"\r\nContent-Type: ${type}\r\n\r\n${content}\r\n`;
const FORM = `${field('purpose', 'batch')}${FILE('{}')}--abc--\r\n`;

const read = (text: string, type = TYPE) => readMultipart(Buffer.from(text, 'latin1'), type);
const isGood = (text: string, type = TYPE) => !isRefusal(read(text, type));

describe('a form of parts', () => {
  it('is read into names and places', () => {
    const parts = read(FORM);
    assert.ok(!isRefusal(parts));
    assert.deepEqual(
      parts.map(({ name, filename, content }) => [name, filename, FORM.slice(content.start, content.end)]),
      [
        ['purpose', undefined, 'batch'],
        ['file', 'a.jsonl', '{}'],
      ],
    );
    assert.ok(isGood(FORM, 'multipart/form-data; boundary="abc"'));
    assert.ok(isGood(FORM, 'Multipart/Form-Data;boundary=abc'));
  });

  it('E10: is refused where two readers could take it for two forms', () => {
    for (const bad of [
      '',
      `preamble\r\n${FORM}`,
      `${FORM}epilogue`,
      FORM.replaceAll('\r\n', '\n'),
      FORM.replace('--abc--', '--abc'),
      field('purpose', 'batch') + FORM,
      `${field('purpose', 'a')}${field('Purpose', 'b')}--abc--\r\n`,
      FORM.replace('filename="a.jsonl"', "filename*=UTF-8''a.jsonl"),
      FORM.replace('name="file"', 'name="file"; name="purpose"'),
      FORM.replace('name="purpose"', 'name=purpose'),
      FORM.replace('form-data; name="purpose"', 'attachment; name="purpose"'),
      FORM.replace('Content-Type: application/jsonl', 'Content-Type: application/jsonl; charset=utf-16'),
      FORM.replace('Content-Type: application/jsonl', 'Content-Transfer-Encoding: base64'),
      FORM.replace('Content-Type: application/jsonl', 'Content-Type: a/b\r\nContent-Type: c/d'),
      FORM.replace('Content-Type: application/jsonl', ' folded: x'),
      FORM.replace('--abc\r\n', '--abc \r\n'),
      `${Array.from({ length: 65 }, (_, i) => field(`f${i}`, 'x')).join('')}--abc--\r\n`,
    ])
      assert.ok(!isGood(bad), JSON.stringify(bad.slice(0, 120)));
    for (const type of [
      'multipart/form-data',
      'multipart/form-data; boundary=',
      'multipart/form-data; boundary=abc; boundary=def',
      'multipart/mixed; boundary=abc',
      `multipart/form-data; boundary=${'a'.repeat(71)}`,
    ])
      assert.ok(!isGood(FORM, type), type);
  });

  it('holds bytes of any kind', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (content) => {
        const body = Buffer.concat([
          Buffer.from(`${field('purpose', 'x')}${FILE('').slice(0, -2)}`),
          content,
          Buffer.from('\r\n--abc--\r\n'),
        ]);
        const parts = readMultipart(body, TYPE);
        if (Buffer.from(content).includes('\r\n--abc')) return;
        assert.ok(!isRefusal(parts));
        const file = parts.find(({ name }) => name === 'file');
        assert.deepEqual(new Uint8Array(body.subarray(file?.content.start, file?.content.end)), content);
      }),
      { seed: 10, numRuns: 500 },
    );
  });
});

describe('a file of requests', () => {
  const line = (more: object = {}) =>
    JSON.stringify({
      custom_id: 'a',
      method: 'POST',
      url: '/v1/chat/completions',
      body: { model: 'm', messages: [] },
      ...more,
    });
  const bounds = { depth: 64, values: 1000 };

  it('E12: is read line by line, each as the request that it is', () => {
    const text = `${line()}\n\n${line({ url: '/v1/embeddings', body: { model: 'e', input: 'x' } })}\r\n`;
    const lines = openai.readBatch(text, bounds);
    assert.ok(!isRefusal(lines));
    assert.deepEqual(
      lines.map(({ operation, text: body, place }) => [
        operation.name,
        body,
        text.slice(place.start, place.end),
      ]),
      [
        ['chat', '{"model":"m","messages":[]}', '{"model":"m","messages":[]}'],
        ['embeddings', '{"model":"e","input":"x"}', '{"model":"e","input":"x"}'],
      ],
    );
  });

  it('E12: is refused with a line that is none, and says which', () => {
    for (const bad of [
      'x',
      '[]',
      line({ method: 'GET' }),
      line({ url: '/v1/files' }),
      line({ url: '/v1/batches' }),
      line({ url: '/admin' }),
      line({ body: 'x' }),
      line().replace('"method"', '"method":"GET","method"'),
    ]) {
      const refusal = openai.readBatch(`${line()}\n${bad}`, bounds);
      assert.ok(isRefusal(refusal) && /^Line 2: /.test(refusal.detail ?? ''), bad);
    }
    assert.ok(isRefusal(openai.readBatch('\n\n', bounds)));
  });
});
