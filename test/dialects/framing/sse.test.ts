import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isRefusal } from '../../../src/core/refusal.ts';
import type { FramedEvent, Framer } from '../../../src/dialects/framing/framing.ts';
import { sse } from '../../../src/dialects/framing/sse.ts';

const BOUND = 1024 * 1024;

function frame(bytes: Uint8Array, cuts: readonly number[] = [], bound = BOUND): FramedEvent[] {
  const framer = sse.open(bound);
  const events: FramedEvent[] = [];
  const take = (some: ReturnType<Framer['push']>) => {
    if (isRefusal(some)) assert.fail(some.refused);
    events.push(...some);
  };
  let at = 0;
  for (const cut of [...cuts, bytes.length]) {
    take(framer.push(bytes.subarray(at, cut)));
    at = cut;
  }
  take(framer.finish());
  return events;
}

const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString();
const plain = ({ raw, data, name }: FramedEvent) => ({ raw: textOf(raw), data, name });
const seen = (text: string) => frame(Buffer.from(text)).map(plain);
const dataOf = (text: string) =>
  frame(Buffer.from(text))
    .map((event) => event.data)
    .filter((data) => data !== undefined);

/** What the standard reads from a whole stream, its last event completed. */
function standard(text: string): string[] {
  const events: string[] = [];
  let data: string[] = [];
  const dispatch = () => {
    if (data.length > 0) events.push(data.join('\n'));
    data = [];
  };
  for (const line of text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/)) {
    if (line === '') dispatch();
    else if (line === 'data') data.push('');
    else if (line.startsWith('data:')) data.push(line.slice(5).replace(/^ /, ''));
  }
  dispatch();
  return events;
}

const stream = fc
  .array(
    fc.tuple(
      fc.oneof(
        fc.constantFrom(
          'data',
          'data:',
          'data: ',
          'data:  x',
          'data: {"a":1}',
          ':',
          ': ping',
          'event: x',
          'id: 1',
          'retry:5',
        ),
        fc.constantFrom(
          '',
          '',
          '',
          'datax: y',
          ' data: z',
          'Data: w',
          '\ufeffdata: v',
          'data: é😀',
          'data:\u2028',
        ),
        fc.string({ unit: 'grapheme', maxLength: 5 }).map((s) => `data: ${s}`),
      ),
      fc.constantFrom('\n', '\r\n', '\r'),
    ),
    { maxLength: 20 },
  )
  .map((lines) => lines.flat().join(''));

const cutsOf = (bytes: Uint8Array, places: readonly number[]) =>
  places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b);

describe('event streams', () => {
  it('I9: reads data with and without a space, over several lines, with any line end, beside other fields', () => {
    assert.deepEqual(dataOf('data: a\n\n'), ['a']);
    assert.deepEqual(dataOf('data:a\r\n\r\n'), ['a']);
    assert.deepEqual(dataOf('data:  a\r\r'), [' a']);
    assert.deepEqual(dataOf('event: x\ndata: a\nid: 1\ndata: b\nretry: 9\n\n'), ['a\nb']);
    assert.deepEqual(dataOf('data\n\ndata:\n\n'), ['', '']);
  });

  it('gives the name of an event, the last one if it has several', () => {
    assert.deepEqual(seen('event: a\nevent:b\ndata: x\n\n')[0]?.name, 'b');
  });

  it('K20: keeps comments and blank lines as events without data', () => {
    assert.deepEqual(seen(': ping\n\n\ndata: a\n\n'), [
      { raw: ': ping\n\n', data: undefined, name: undefined },
      { raw: '\n', data: undefined, name: undefined },
      { raw: 'data: a\n\n', data: 'a', name: undefined },
    ]);
  });

  it('skips a byte order mark at the very beginning, and keeps its bytes', () => {
    assert.deepEqual(seen('\ufeffdata: a\n\n'), [{ raw: '\ufeffdata: a\n\n', data: 'a', name: undefined }]);
    assert.deepEqual(dataOf('\n\ufeffdata: a\n\n'), []);
  });

  it('keeps a line feed with the carriage return before it, also where they come apart', () => {
    const bytes = Buffer.from('data: a\r\n\r\ndata: b\r\n\r\n');
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      assert.deepEqual(
        frame(bytes, [cut]).map((event) => textOf(event.raw)),
        ['data: a\r\n\r\n', 'data: b\r\n\r\n'],
      );
    }
  });

  it('gives an event as soon as its blank line came', () => {
    const framer = sse.open(BOUND);
    const events = framer.push(Buffer.from('data: a\n\ndata: b\n'));
    assert(!isRefusal(events));
    assert.deepEqual(
      events.map((event) => event.data),
      ['a'],
    );
    assert.equal(framer.empty, false);
    framer.push(Buffer.from('\n'));
    assert.equal(framer.empty, true);
  });

  it('K12: reads what is left without a blank line as an event too', () => {
    assert.deepEqual(seen('data: a\n\ndata: {"b"'), [
      { raw: 'data: a\n\n', data: 'a', name: undefined },
      { raw: 'data: {"b"', data: '{"b"', name: undefined },
    ]);
  });

  it('K11: refuses an event beyond the bound, in one piece or in many, and none within it', () => {
    const event = Buffer.from(`data: ${'x'.repeat(92)}\n\n`);
    assert.equal(event.length, 100);
    assert.equal(frame(event, [], 100).length, 1);
    const whole = sse.open(99).push(event);
    assert(isRefusal(whole) && whole.refused === 'answer_too_large');
    const pieces = sse.open(99);
    let refused: string | undefined;
    for (const byte of event) {
      const some = pieces.push(Uint8Array.of(byte));
      if (isRefusal(some)) refused ??= some.refused;
    }
    assert.equal(refused, 'answer_too_large');
  });

  it('K11: takes no more than the bound of a line that never ends', () => {
    const framer = sse.open(1000);
    const piece = new Uint8Array(100).fill(0x61);
    const answers = Array.from({ length: 11 }, () => isRefusal(framer.push(piece)));
    assert.deepEqual(answers.indexOf(true), 10);
  });

  it('refuses what is not UTF-8', () => {
    const events = sse.open(BOUND).push(Uint8Array.of(0x64, 0xff, 0x0a, 0x0a));
    assert(isRefusal(events) && events.refused === 'answer_unreadable');
    const cut = sse.open(BOUND);
    cut.push(Buffer.from('data: é').subarray(0, 7));
    const tail = cut.finish();
    assert(isRefusal(tail) && tail.refused === 'answer_unreadable');
  });

  it('I9: gives the same events for every split, whose texts make up the stream', () => {
    fc.assert(
      fc.property(stream, fc.array(fc.nat(), { maxLength: 8 }), (text, places) => {
        const bytes = Buffer.from(text);
        const whole = frame(bytes);
        assert.equal(whole.map((event) => textOf(event.raw)).join(''), text);
        assert.deepEqual(frame(bytes, cutsOf(bytes, places)).map(plain), whole.map(plain));
        const each = Array.from(bytes, (_, i) => i);
        assert.deepEqual(frame(bytes, each).map(plain), whole.map(plain));
      }),
      { seed: 51, numRuns: 1000 },
    );
  });

  it('reads the data that the standard reads', () => {
    fc.assert(
      fc.property(stream, (text) => assert.deepEqual(dataOf(text), standard(text))),
      { seed: 52, numRuns: 2000 },
    );
  });
});

describe('an event with other data', () => {
  const rewrite = (text: string, data: string) =>
    textOf(frame(Buffer.from(text))[0]?.rewrite(data) ?? new Uint8Array());

  it('keeps every byte that is not data', () => {
    assert.equal(
      rewrite(': c\r\nevent:x\r\ndata:a\r\nid: 7\r\n\r\n', 'b'),
      ': c\r\nevent:x\r\ndata:b\r\nid: 7\r\n\r\n',
    );
    assert.equal(rewrite('data: a\ndata:b\n\n', 'x\ny'), 'data: x\ndata:y\n\n');
  });

  it('stays one event with exactly that data, whatever line ends are in it', () => {
    assert.equal(rewrite('data: a\ndata: b\n\n', 'x'), 'data: x\ndata: \n\n');
    assert.equal(rewrite('data: a\n\n', 'x\r\ny\rz'), 'data: x\ndata: y\ndata: z\n\n');
  });

  it('is what came if the data is what came', () => {
    fc.assert(
      fc.property(stream, (text) => {
        for (const event of frame(Buffer.from(text))) {
          if (event.data !== undefined)
            assert.deepEqual(textOf(event.rewrite(event.data)), textOf(event.raw));
        }
      }),
      { seed: 53, numRuns: 1000 },
    );
  });
});
