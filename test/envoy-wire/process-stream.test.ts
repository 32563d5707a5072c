import assert from 'node:assert/strict';
import { test } from 'node:test';
import { status } from '@grpc/grpc-js';
import fc from 'fast-check';
import type { Closing, Event, Opening, Session, SessionAction } from '../../src/doors/messages.ts';
import { ProcessStream } from '../../src/envoy/process-stream.ts';
import { Watchdog } from '../../src/envoy/watchdog.ts';
import { world } from '../fakes.ts';
import { FakeCall, settled } from './fake-call.ts';
import { decode, encode, PROCESSING_REQUEST, PROCESSING_RESPONSE } from './full-definitions.ts';

type Answer = readonly SessionAction[] | Promise<readonly SessionAction[]>;

/** A session that does what the test says, and remembers what it was told. */
class ScriptedSession implements Session {
  finished = false;
  deadline = Number.POSITIVE_INFINITY;
  readonly events: Event[] = [];
  readonly closings: Closing[] = [];
  expirations = 0;
  running = 0;
  answer: (event: Event) => Answer = keep;
  onExpire: () => readonly SessionAction[] = () => [{ kind: 'fail', reason: 'deadline' }];

  on(event: Event): Answer {
    this.events.push(event);
    return this.answer(event);
  }

  expire(): readonly SessionAction[] {
    this.expirations += 1;
    return this.onExpire();
  }

  close(how: Closing): void {
    this.closings.push(how);
  }
}

/** The answer that changes nothing. */
function keep(event: Event): readonly SessionAction[] {
  const { kind, direction } = event;
  if (kind === 'headers')
    return [{ kind, direction, changes: { set: [], remove: [] }, clearRouteCache: false }];
  return kind === 'body' ? [{ kind, direction, body: 'keep' }] : [{ kind, direction }];
}

const IMMEDIATE: SessionAction = {
  kind: 'immediate',
  status: 403,
  headers: [],
  body: 'no',
  details: 'sallyport_no',
};

const REQUEST_HEADERS = encode(PROCESSING_REQUEST, {
  requestHeaders: {},
  protocolConfig: { requestBodyMode: 'BUFFERED', responseBodyMode: 'BUFFERED' },
});
const REQUEST_BODY = encode(PROCESSING_REQUEST, {
  requestBody: { body: Buffer.from('{}'), endOfStream: true },
});
const RESPONSE_HEADERS = encode(PROCESSING_REQUEST, { responseHeaders: {} });
const RESPONSE_BODY = encode(PROCESSING_REQUEST, {
  responseBody: { body: Buffer.from('hi'), endOfStream: true },
});

function setUp(openSession?: (opening: Opening) => Session) {
  const { clock, faults, faultsSeen, pass } = world();
  const watchdog = new Watchdog(clock, faults);
  const session = new ScriptedSession();
  const openings: Opening[] = [];
  const unsent = { bytes: 0 };
  const doors = {
    openSession: (opening: Opening) => {
      openings.push(opening);
      return openSession?.(opening) ?? session;
    },
  };
  const call = new FakeCall();
  call.open((one) => new ProcessStream(one, { doors, faults, watchdog, unsent }));
  return { call, session, openings, watchdog, unsent, pass, clock, faultsSeen };
}

/** Which parts were answered, in order. */
function answered(call: FakeCall): (string | undefined)[] {
  return call.sent.map((bytes) => Object.keys(decode(PROCESSING_RESPONSE, bytes))[0]);
}

// — the way through —

test('opens one session a stream and answers each event in order', () => {
  const { call, session, openings } = setUp();
  for (const bytes of [REQUEST_HEADERS, REQUEST_BODY, RESPONSE_HEADERS, RESPONSE_BODY]) call.receive(bytes);
  assert.equal(openings.length, 1);
  assert.deepEqual(openings[0]?.modes, { request: 'buffered', response: 'buffered', earlyBody: false });
  assert.deepEqual(
    session.events.map((event) => `${event.direction} ${event.kind}`),
    ['request headers', 'request body', 'response headers', 'response body'],
  );
  assert.deepEqual(answered(call), ['requestHeaders', 'requestBody', 'responseHeaders', 'responseBody']);
  assert.equal(call.statuses.length, 0);
});

test('reads the metadata of the first message only', () => {
  const metadataContext = { filterMetadata: { other: { fields: {} } } };
  const { call, session } = setUp();
  call.receive(REQUEST_HEADERS);
  const good = encode(PROCESSING_REQUEST, { requestBody: {}, metadataContext });
  call.receive(Buffer.concat([good, Buffer.of((8 << 3) | 2, 1, 0xff)]));
  assert.equal(session.events.length, 2);
  assert.equal(call.statuses.length, 0);
});

test('gives the session one event at a time, and reads one message ahead, no more', async () => {
  const { call, session } = setUp();
  const waiting: ((actions: readonly SessionAction[]) => void)[] = [];
  session.answer = (event) => new Promise((resolve) => waiting.push(() => resolve(keep(event))));
  for (const bytes of [REQUEST_HEADERS, REQUEST_BODY, RESPONSE_HEADERS, RESPONSE_BODY]) call.receive(bytes);
  for (let events = 1; events <= 4; events++) {
    assert.equal(session.events.length, events);
    assert.equal(call.waiting, Math.max(0, 4 - events - 1), 'unread');
    waiting.shift()?.([]);
    await settled();
  }
  assert.deepEqual(answered(call), ['requestHeaders', 'requestBody', 'responseHeaders', 'responseBody']);
});

test('puts every gRPC message into a write of its own (F20)', () => {
  const { call, session } = setUp();
  const bytes = Buffer.alloc(130_000, 'x');
  session.answer = () => [{ kind: 'chunk', direction: 'response', bytes, endOfStream: true }];
  call.receive(RESPONSE_BODY);
  assert.deepEqual(answered(call), ['responseBody', 'responseBody', 'responseBody']);
});

test('tracks the modes: an override of the response leaves an overridden request as it is', () => {
  const { call, session } = setUp();
  session.answer = (event) => {
    const [action] = keep(event);
    const to =
      event.direction === 'request' ? { request: 'none' as const } : { response: 'streamed' as const };
    return action?.kind === 'headers' ? [{ ...action, override: to }] : [];
  };
  call.receive(REQUEST_HEADERS);
  call.receive(RESPONSE_HEADERS);
  const [first, second] = call.sent.map((bytes) => decode(PROCESSING_RESPONSE, bytes).modeOverride as object);
  assert.deepEqual(
    { requestBodyMode: 'NONE', ...first },
    { requestBodyMode: 'NONE', responseBodyMode: 'BUFFERED' },
  );
  assert.deepEqual(
    { requestBodyMode: 'NONE', ...second },
    { requestBodyMode: 'NONE', responseBodyMode: 'STREAMED', responseTrailerMode: 'SEND' },
  );
});

test('does not overflow its stack on a burst of tiny messages that came while the session was thinking (C8)', async () => {
  const { call, session } = setUp();
  let release: (actions: readonly SessionAction[]) => void = () => {};
  session.answer = () =>
    new Promise((resolve) => {
      release = resolve;
    });
  call.receive(REQUEST_HEADERS);
  for (let i = 0; i < 50_000; i++) call.receive(REQUEST_BODY);
  session.answer = () => [];
  release([]);
  await settled();
  assert.equal(session.events.length, 50_001);
  assert.equal(call.statuses.length, 0);
});

// — how it ends —

test('being cancelled is the usual end: the session is closed once, nothing is said', () => {
  const { call, session, watchdog, faultsSeen } = setUp();
  call.receive(REQUEST_HEADERS);
  call.gone();
  call.gone();
  assert.deepEqual(session.closings, ['cancelled']);
  assert.deepEqual([call.statuses.length, watchdog.size, faultsSeen.length], [0, 0, 0]);
});

test('ends with OK when the answer went by whole and the peer closes its side', () => {
  const { call, session } = setUp();
  call.receive(RESPONSE_BODY);
  session.finished = true;
  assert.equal(call.statuses.length, 0, 'not before the peer');
  call.halfClose();
  assert.equal(call.code, status.OK);
  call.gone();
  assert.deepEqual(session.closings, ['ended']);
});

test('ends with OK after an answer of its own, once the peer closes its side', () => {
  const { call, session } = setUp();
  session.answer = () => [IMMEDIATE];
  call.receive(REQUEST_HEADERS);
  assert.equal(call.statuses.length, 0);
  call.halfClose();
  assert.equal(call.code, status.OK);
});

test('never ends with OK where the answer was not whole, though the peer closes its side (F1, C23)', () => {
  const { call, session } = setUp();
  call.receive(REQUEST_HEADERS);
  call.halfClose();
  assert.equal(call.code, status.CANCELLED);
  assert.deepEqual(session.closings, ['cancelled']);
});

test('never ends a stream with OK on which nothing was said (F1)', () => {
  const { call } = setUp();
  call.halfClose();
  assert.equal(call.code, status.CANCELLED);
});

test('answers what came before the peer closed its side', async () => {
  const { call, session } = setUp();
  session.answer = async (event) => {
    await settled();
    session.finished = event.direction === 'response';
    return keep(event);
  };
  for (const bytes of [REQUEST_HEADERS, RESPONSE_BODY]) call.receive(bytes);
  call.halfClose();
  for (let i = 0; i < 6; i++) await settled();
  assert.deepEqual(answered(call), ['requestHeaders', 'responseBody']);
  assert.equal(call.code, status.OK);
});

test('looks at nothing that comes after an answer of its own', async () => {
  const { call, session } = setUp();
  session.answer = () => [IMMEDIATE, { kind: 'trailers', direction: 'request' }];
  call.receive(REQUEST_HEADERS);
  call.receive(REQUEST_BODY);
  await settled();
  assert.equal(session.events.length, 1);
  assert.deepEqual(answered(call), ['immediateResponse']);
});

test('a session that fails ends the stream with an error, after what it said before and before what it says after', () => {
  const { call, session } = setUp();
  session.answer = (event) => [...keep(event), { kind: 'fail', reason: 'tör\n' }, ...keep(event)];
  call.receive(REQUEST_HEADERS);
  call.receive(REQUEST_BODY);
  assert.deepEqual(answered(call), ['requestHeaders']);
  assert.deepEqual(call.statuses, [{ code: status.INTERNAL, details: 't?r?' }]);
  assert.deepEqual(session.closings, ['error']);
  assert.equal(session.events.length, 1);
});

const boom = () => {
  throw new Error('boom');
};
const FAULTS: Record<string, (session: ScriptedSession) => void> = {
  throws: (session) => {
    session.answer = boom;
  },
  rejects: (session) => {
    session.answer = async () => boom();
  },
  'answers nothing': (session) => {
    session.answer = () => undefined as unknown as Answer;
  },
  'answers nothing, later': (session) => {
    session.answer = async () => undefined as unknown as [];
  },
  'answers what nobody knows': (session) => {
    session.answer = () => [{ kind: 'allow' } as unknown as SessionAction];
  },
  'answers what cannot be written': (session) => {
    session.answer = async () => [{ ...IMMEDIATE, status: 0 } as SessionAction];
  },
  'overrides a mode that it cannot': (session) => {
    session.answer = (event) =>
      keep(event).map((one) => ({ ...one, override: { response: 'grpc' } }) as SessionAction);
  },
};

for (const [what, breakIt] of Object.entries(FAULTS)) {
  test(`ends the stream with an error where the session ${what} (F2)`, async () => {
    const { call, session, faultsSeen } = setUp();
    call.receive(REQUEST_HEADERS);
    breakIt(session);
    call.receive(RESPONSE_HEADERS);
    await settled();
    assert.deepEqual(call.statuses, [{ code: status.INTERNAL, details: 'fault' }]);
    assert.deepEqual(answered(call), ['requestHeaders']);
    assert.deepEqual(session.closings, ['error']);
    assert.equal(faultsSeen.length, 1);
  });
}

test('ends the stream with an error where no session can be opened', () => {
  const { call, faultsSeen } = setUp(boom);
  call.receive(REQUEST_HEADERS);
  assert.equal(call.code, status.INTERNAL);
  assert.equal(faultsSeen.length, 1);
});

test('ends the stream with an error where a message cannot be read', () => {
  for (const bytes of [Buffer.from([0x12, 0xff]), Buffer.alloc(0)]) {
    const { call, session } = setUp();
    call.receive(REQUEST_HEADERS);
    call.receive(bytes);
    assert.equal(call.code, status.INTERNAL);
    assert.deepEqual(session.closings, ['error']);
  }
});

test('reports a fault of a session though its peer is gone already', async () => {
  const { call, session, faultsSeen } = setUp();
  session.answer = async () => {
    await settled();
    return boom();
  };
  call.receive(REQUEST_HEADERS);
  call.gone();
  await settled();
  await settled();
  assert.equal(faultsSeen.length, 1);
  assert.equal(call.statuses.length, 0);
});

test('survives a session that cannot even be closed', () => {
  const { call, session, faultsSeen, watchdog } = setUp();
  session.close = boom;
  call.receive(REQUEST_HEADERS);
  call.gone();
  assert.deepEqual([faultsSeen.length, watchdog.size], [1, 0]);
});

test('writes nothing to a peer that is gone (F12)', async () => {
  const { call, session } = setUp();
  session.answer = async (event) => keep(event);
  call.receive(REQUEST_HEADERS);
  call.gone();
  await settled();
  assert.deepEqual([call.sent.length, call.statuses.length], [0, 0]);
});

// — time —

test('ends a stream on which nothing is said for 10 s', () => {
  const { call, pass, watchdog } = setUp();
  pass(9_999);
  watchdog.look();
  assert.equal(call.statuses.length, 0);
  pass(1);
  watchdog.look();
  assert.equal(call.code, status.DEADLINE_EXCEEDED);
  assert.equal(watchdog.size, 0);
});

test('lets the session say how it ends when its deadline passes (C9)', () => {
  const { call, session, clock, pass, watchdog } = setUp();
  call.receive(REQUEST_HEADERS);
  session.deadline = clock.elapsed() + 1000;
  session.onExpire = () => [IMMEDIATE];
  pass(999);
  watchdog.look();
  assert.equal(session.expirations, 0);
  pass(1);
  watchdog.look();
  assert.deepEqual(answered(call), ['requestHeaders', 'immediateResponse']);
  assert.equal(call.statuses.length, 0);
  watchdog.look();
  assert.equal(call.code, status.DEADLINE_EXCEEDED, 'the peer did not go');
  assert.equal(session.expirations, 1);
});

test('asks a session once for each deadline, then ends the stream itself', () => {
  const { call, session, clock, pass, watchdog } = setUp();
  call.receive(RESPONSE_BODY);
  session.onExpire = () => [];
  for (let i = 1; i <= 3; i++) {
    session.deadline = clock.elapsed() + 10;
    pass(10);
    watchdog.look();
    assert.equal(session.expirations, i);
    assert.equal(call.statuses.length, 0);
  }
  watchdog.look();
  assert.equal(session.expirations, 3);
  assert.equal(call.code, status.DEADLINE_EXCEEDED);
  assert.deepEqual(session.closings, ['error']);
});

test('drops the answer of an event that outlived its deadline, and gives the session no other before it is done', async () => {
  const { call, session, pass, watchdog } = setUp();
  let release: (actions: readonly SessionAction[]) => void = () => {};
  session.answer = () =>
    new Promise((resolve) => {
      release = resolve;
    });
  session.onExpire = () => {
    session.deadline = Number.POSITIVE_INFINITY;
    return [{ kind: 'body', direction: 'response', body: 'keep' }];
  };
  call.receive(RESPONSE_BODY);
  call.receive(RESPONSE_BODY);
  session.deadline = 0;
  pass(1);
  watchdog.look();
  assert.deepEqual(answered(call), ['responseBody']);
  assert.equal(session.events.length, 1);
  release([IMMEDIATE]);
  await settled();
  assert.equal(session.events.length, 2);
  assert.deepEqual(answered(call), ['responseBody']);
});

test('a finished stream that its peer leaves open ends with OK', () => {
  const { call, session, watchdog } = setUp();
  call.receive(RESPONSE_BODY);
  session.finished = true;
  session.deadline = 0;
  watchdog.look();
  assert.equal(call.code, status.OK);
  assert.deepEqual([session.closings, session.expirations], [['ended'], 0]);
});

test('a stop of the server ends the stream with an error, whatever its session is at (M17)', () => {
  const { call, session, watchdog } = setUp();
  session.answer = () => new Promise(() => {});
  call.receive(RESPONSE_BODY);
  watchdog.cutAll();
  assert.equal(call.code, status.UNAVAILABLE);
  assert.deepEqual(session.closings, ['error']);
});

// — back-pressure —

test('handles nothing while its peer does not take what was written, and goes on when it does (M5)', async () => {
  const { call, session, unsent } = setUp();
  const bytes = Buffer.alloc(600_000);
  session.answer = () => [{ kind: 'body', direction: 'response', body: bytes }];
  call.blocked = true;
  for (let i = 0; i < 5; i++) call.receive(RESPONSE_BODY);
  assert.equal(session.events.length, 2, 'two answers are more than a megabyte');
  assert.equal(call.waiting, 2, 'one is read ahead');
  assert.ok(unsent.bytes > 1_200_000);
  call.unblock();
  await settled();
  assert.equal(session.events.length, 5);
  assert.equal(unsent.bytes, 0);
});

test('hears that its peer is gone while it waits for it, and forgets what it owed', () => {
  const { call, session, unsent } = setUp();
  session.answer = () => [{ kind: 'body', direction: 'response', body: Buffer.alloc(2_000_000) }];
  call.blocked = true;
  call.receive(RESPONSE_BODY);
  assert.ok(call.reading);
  call.gone();
  assert.equal(unsent.bytes, 0);
  call.unblock();
  assert.equal(unsent.bytes, 0);
  assert.deepEqual(session.closings, ['cancelled']);
});

test('waits with whatever it owes when all streams together owe too much', async () => {
  const { call, session, unsent } = setUp();
  call.blocked = true;
  call.receive(RESPONSE_BODY);
  unsent.bytes += 300 << 20;
  call.receive(RESPONSE_BODY);
  assert.equal(session.events.length, 1);
  unsent.bytes -= 300 << 20;
  call.unblock();
  await settled();
  assert.equal(session.events.length, 2);
});

// — laws —

/** What may happen to a stream, in any order. */
type Step =
  | 'message'
  | 'garbage'
  | 'half-close'
  | 'gone'
  | 'tick'
  | 'late'
  | 'cut'
  | 'block'
  | 'unblock'
  | 'finish';
type Behaviour = 'keep' | 'later' | 'never' | 'throw' | 'reject' | 'fail' | 'immediate' | 'bad';

const steps = fc.array(
  fc.constantFrom<Step>(
    'message',
    'message',
    'message',
    'garbage',
    'half-close',
    'gone',
    'tick',
    'late',
    'cut',
    'block',
    'unblock',
    'finish',
  ),
  { maxLength: 25 },
);
const behaviours = fc.array(
  fc.constantFrom<Behaviour>('keep', 'keep', 'later', 'never', 'throw', 'reject', 'fail', 'immediate', 'bad'),
  { minLength: 1, maxLength: 8 },
);

test('whatever happens: one status at most, OK only where it may be, closed once, nothing sent after, no event during another (F1, F2, F12)', async () => {
  await fc.assert(
    fc.asyncProperty(steps, behaviours, async (happenings, script) => {
      const { call, session, pass, watchdog, unsent } = setUp();
      let immediate = false;
      let turn = 0;
      session.answer = (event) => {
        assert.equal(session.running, 0, 'one event at a time');
        assert.equal(immediate, false, 'nothing after an answer of ours');
        const behaviour = script[turn++ % script.length] ?? 'keep';
        if (behaviour === 'immediate') immediate = true;
        return behave(session, behaviour, event);
      };
      let gone = false;
      for (const step of happenings) {
        if (gone) break;
        const before = call.sent.length;
        const over = call.statuses.length > 0;
        gone = play(step, { call, session, pass, watchdog });
        await settled();
        if (over) assert.equal(call.sent.length, before, 'nothing after the status');
      }
      if (!gone) call.gone();
      assert.ok(call.statuses.length <= 1);
      if (call.code === status.OK) assert.ok(session.finished || immediate);
      assert.equal(session.closings.length, session.events.length > 0 ? 1 : 0);
      assert.deepEqual([watchdog.size, unsent.bytes], [0, 0]);
    }),
    { numRuns: 300 },
  );
});

function behave(session: ScriptedSession, behaviour: Behaviour, event: Event): Answer {
  const later = async (answer: () => Answer): Promise<readonly SessionAction[]> => {
    session.running += 1;
    await settled();
    session.running -= 1;
    return answer();
  };
  switch (behaviour) {
    case 'keep':
      return keep(event);
    case 'later':
      return later(() => keep(event));
    case 'never':
      session.running += 1;
      return new Promise(() => {});
    case 'throw':
      return boom();
    case 'reject':
      return later(boom);
    case 'fail':
      return [{ kind: 'fail', reason: 'x' }];
    case 'immediate':
      return [IMMEDIATE];
    case 'bad':
      return [{ ...IMMEDIATE, headers: [['x', '\n']] }] as unknown as Answer;
  }
}

function play(
  step: Step,
  { call, session, pass, watchdog }: Pick<ReturnType<typeof setUp>, 'call' | 'session' | 'pass' | 'watchdog'>,
): boolean {
  if (step === 'message') call.receive(RESPONSE_BODY);
  else if (step === 'garbage') call.receive(Buffer.from([0x0a]));
  else if (step === 'half-close') call.halfClose();
  else if (step === 'gone') call.gone();
  else if (step === 'finish') session.finished = session.events.length > 0;
  else if (step === 'cut') watchdog.cutAll();
  else if (step === 'block') call.blocked = true;
  else if (step === 'unblock') call.unblock();
  else {
    if (step === 'late') session.deadline = 0;
    pass(1000);
    watchdog.look();
  }
  return step === 'gone';
}
