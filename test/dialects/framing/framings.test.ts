/** What holds for every framing, however different their bytes. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isRefusal } from '../../../src/core/refusal.ts';
import { awsEventStream } from '../../../src/dialects/framing/aws-event-stream.ts';
import type { FramedEvent, Framing } from '../../../src/dialects/framing/framing.ts';
import { jsonArray } from '../../../src/dialects/framing/json-array.ts';
import { ndjson } from '../../../src/dialects/framing/ndjson.ts';
import { sse } from '../../../src/dialects/framing/sse.ts';

const BOUND = 1 << 20;
const FRAMINGS: readonly (readonly [name: string, framing: Framing])[] = [
  ['server-sent events', sse],
  ['lines', ndjson],
  ['a JSON array', jsonArray],
  ['AWS event streams', awsEventStream],
];

function frame(framing: Framing, bytes: Uint8Array, size = bytes.length || 1): FramedEvent[] {
  const framer = framing.open(BOUND);
  const events: FramedEvent[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    const some = framer.push(bytes.subarray(at, at + size));
    if (isRefusal(some)) assert.fail(some.refused);
    events.push(...some);
  }
  const rest = framer.finish();
  if (isRefusal(rest)) assert.fail(rest.refused);
  return [...events, ...rest];
}

const dataOf = (events: readonly FramedEvent[]) => events.flatMap(({ data }) => data ?? []);
const shown = ({ raw, data, name, last }: FramedEvent) => [
  Buffer.from(raw).toString('latin1'),
  data,
  name,
  last,
];

const documents = fc.array(
  fc.dictionary(fc.string({ unit: 'grapheme', maxLength: 4 }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 }),
  { minLength: 1, maxLength: 6 },
);

for (const [title, framing] of FRAMINGS) {
  describe(title, () => {
    it('gives back the events that were written, whole, at every size of pieces', () => {
      fc.assert(
        fc.property(documents, fc.integer({ min: 1, max: 40 }), (list, size) => {
          const texts = list.map((document) => JSON.stringify(document));
          const bytes = framing.close(
            texts.map((data) => ({ data })),
            false,
          );
          const whole = frame(framing, bytes);
          assert.deepEqual(dataOf(whole), texts);
          assert(Buffer.concat(whole.map(({ raw }) => raw)).equals(bytes));
          for (const pieces of [1, size])
            assert.deepEqual(frame(framing, bytes, pieces).map(shown), whole.map(shown));
        }),
        { seed: 7, numRuns: 150 },
      );
    });

    it('an event with the data that it had is the event that it was', () => {
      fc.assert(
        fc.property(documents, (list) => {
          const bytes = framing.close(
            list.map((document) => ({ data: JSON.stringify(document) })),
            false,
          );
          for (const event of frame(framing, bytes))
            if (event.data !== undefined)
              assert.deepEqual(Buffer.from(event.rewrite(event.data)), Buffer.from(event.raw));
        }),
        { seed: 8, numRuns: 100 },
      );
    });

    it('an event with other data is one event with that data', () => {
      const bytes = framing.close([{ data: '{"a":1}' }, { data: '{"b":2}' }], false);
      const rewritten = frame(framing, bytes).map((event) =>
        event.data === undefined ? event.raw : event.rewrite('{"c":"é"}'),
      );
      assert.deepEqual(dataOf(frame(framing, Buffer.concat(rewritten))), ['{"c":"é"}', '{"c":"é"}']);
    });

    it('K18: events of our own end a stream that had begun', () => {
      const events = frame(framing, framing.close([{ data: '{"a":1}' }], false));
      // An array that was begun is not closed yet.
      const begun = events.filter(({ data }) => data !== undefined).map(({ raw }) => raw);
      const end = framing.close([{ data: '{"b":2}' }], true);
      assert.deepEqual(dataOf(frame(framing, Buffer.concat([...begun, end]))), ['{"a":1}', '{"b":2}']);
    });

    it('K11: refuses an event beyond the bound, in one piece or byte by byte', () => {
      const bytes = framing.close([{ data: `{"a":"${'x'.repeat(500)}"}` }], false);
      for (const size of [1, bytes.length]) {
        const framer = framing.open(300);
        let refused: string | undefined;
        for (let at = 0; at < bytes.length && refused === undefined; at += size) {
          const some = framer.push(bytes.subarray(at, at + size));
          if (isRefusal(some)) refused = some.refused;
        }
        assert.equal(refused, 'answer_too_large');
      }
    });

    it('never throws, and loses no byte of what it takes', () => {
      const bytes = fc.oneof(
        fc.uint8Array({ maxLength: 200 }),
        fc
          .string({
            unit: fc.constantFrom('[', ']', '{', '}', ',', '"', '\\', '\n', '\r', ':', 'data', ' ', 'é'),
          })
          .map((text) => new Uint8Array(Buffer.from(text))),
      );
      fc.assert(
        fc.property(bytes, fc.integer({ min: 1, max: 20 }), (some, size) => {
          const framer = framing.open(BOUND);
          const raw: Uint8Array[] = [];
          for (let at = 0; at < some.length; at += size) {
            const events = framer.push(some.subarray(at, at + size));
            if (isRefusal(events)) return;
            raw.push(...events.map((event) => event.raw));
          }
          const rest = framer.finish();
          if (isRefusal(rest)) return;
          raw.push(...rest.map((event) => event.raw));
          assert(framer.empty);
          assert(Buffer.concat(raw).equals(some));
        }),
        { seed: 9, numRuns: 1000 },
      );
    });
  });
}

describe('a JSON array', () => {
  it('gives each object as soon as it is closed, and says when nothing follows', () => {
    const framer = jsonArray.open(BOUND);
    const first = framer.push(Buffer.from('[{"a":"]}"}'));
    assert(!isRefusal(first));
    assert.deepEqual(first.map(shown), [['[{"a":"]}"}', '{"a":"]}"}', undefined, false]]);
    const rest = framer.push(Buffer.from('\n,\r\n{"b":{}}\n]\n'));
    assert(!isRefusal(rest));
    assert.deepEqual(dataOf(rest), ['{"b":{}}']);
    assert.equal(rest.filter(({ last }) => last).length, 1);
    assert(framer.empty);
  });

  it('K9: refuses whatever is no array of objects', () => {
    for (const bad of ['{}', '[1]', '["x"]', '[,{}]', '[{},]', '[{}{}]', '[{}],', '[{}]{}', 'x', '[[]]'])
      assert(isRefusal(jsonArray.open(BOUND).push(Buffer.from(bad))), bad);
  });
});

describe('an AWS event stream', () => {
  it('refuses a message whose checksums or lengths do not fit', () => {
    const bytes = Buffer.from(awsEventStream.close([{ data: '{"a":1}', name: 'chunk' }], false));
    for (let place = 0; place < bytes.length; place += 1) {
      const damaged = Buffer.from(bytes);
      damaged[place] = (damaged[place] ?? 0) ^ 0x41;
      const framer = awsEventStream.open(BOUND);
      const events = framer.push(damaged);
      assert(isRefusal(events) || isRefusal(framer.finish()), `byte ${place}`);
    }
  });

  it('K12: refuses a stream that ends within a message', () => {
    const bytes = awsEventStream.close([{ data: '{}' }], false);
    const framer = awsEventStream.open(BOUND);
    framer.push(bytes.subarray(0, -1));
    assert(isRefusal(framer.finish()));
  });

  it('calls an event what its headers call it', () => {
    const bytes = awsEventStream.close(
      [
        { data: '{}', name: 'messageStop' },
        { data: '{}', name: 'throttlingException', failure: true },
      ],
      false,
    );
    assert.deepEqual(
      frame(awsEventStream, bytes).map(({ name }) => name),
      ['messageStop', 'throttlingException'],
    );
  });
});
