import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { request, withUsage } from './reading.ts';

const WHITE = fc.string({ unit: fc.constantFrom(' ', '\n', '\t', '\r'), maxLength: 3 });

const options = fc.option(
  fc.oneof(
    fc.constant('null'),
    fc
      .tuple(
        WHITE,
        fc.subarray(['"include_usage"', '"include_obfuscation"', '"invented"']),
        fc.constantFrom('true', 'false', 'null'),
        WHITE,
      )
      .map(
        ([a, keys, value, b]) => `{${a}${keys.map((key) => `${key}${b}:${a}${value}${b}`).join(',')}${a}}`,
      ),
  ),
  { nil: undefined },
);

describe('asking a stream for its usage (I5)', () => {
  it('is left to the client where it did', () => {
    const body = '{"model":"m","messages":[],"stream":true,"stream_options":{"include_usage":true}}';
    assert.deepEqual(request('chat', body).usageEdits, []);
  });

  it('is done where the client did not, or said no', () => {
    const ask = (more: string) => withUsage('chat', `{"model":"m","messages":[],"stream":true${more}}`);
    assert.equal(
      ask(''),
      '{"stream_options":{"include_usage":true},"model":"m","messages":[],"stream":true}',
    );
    assert.equal(
      ask(',"stream_options":{}'),
      '{"model":"m","messages":[],"stream":true,"stream_options":{"include_usage":true}}',
    );
    assert.equal(
      ask(',"stream_options":{"include_usage":false,"x":1}'),
      '{"model":"m","messages":[],"stream":true,"stream_options":{"include_usage":true,"x":1}}',
    );
    assert.equal(
      ask(',"stream_options": null '),
      '{"model":"m","messages":[],"stream":true,"stream_options": {"include_usage":true} }',
    );
  });

  it('is done for streams of chats and completions only', () => {
    assert.deepEqual(request('chat', { model: 'm', messages: [], stream: false }).usageEdits, []);
    assert.deepEqual(request('embeddings', { model: 'm', input: 'a', stream: true }).usageEdits, []);
    assert.equal(request('completions', { model: 'm', stream: true }).usageEdits.length, 1);
  });

  it('changes nothing else, in every spelling of the body', () => {
    fc.assert(
      fc.property(options, WHITE, WHITE, fc.boolean(), (given, a, b, last) => {
        const members = ['"model":"m"', `"messages"${a}:${b}[]`, `${a}"stream" : true${b}`];
        if (given !== undefined) members.splice(last ? 3 : 0, 0, `"stream_options"${b}:${a}${given}${b}`);
        const body = `${a}{${b}${members.join(`${a},${b}`)}${b}}${a}`;
        const before = JSON.parse(body);
        const after = JSON.parse(withUsage('chat', body));
        assert.deepEqual(after, {
          ...before,
          stream_options: { ...before.stream_options, include_usage: true },
        });
      }),
      { seed: 91, numRuns: 1000 },
    );
  });
});
