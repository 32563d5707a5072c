import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import fc from 'fast-check';
import type { Refusal } from '../../src/core/refusal.ts';
import type { CheckDecision } from '../../src/doors/messages.ts';
import { CheckCall } from '../../src/envoy/check-call.ts';
import type { Denial, Doors } from '../../src/envoy/doors.ts';
import { Watchdog } from '../../src/envoy/watchdog.ts';
import { world } from '../fakes.ts';
import { FakeCall, settled } from './fake-call.ts';
import { CHECK_REQUEST, CHECK_RESPONSE, decode, encode } from './full-definitions.ts';

const MESSAGE = encode(CHECK_REQUEST, {
  attributes: { request: { http: { method: 'GET', path: '/', host: 'a' } } },
});
const ALLOW: CheckDecision = {
  allow: true,
  voucher: 'v',
  headers: { set: [], remove: [] },
  removeParameters: [],
  responseHeaders: [],
};

function deny(refusal: Refusal): Denial {
  const status = refusal.refused === 'not_http' ? 403 : refusal.refused === 'deadline' ? 503 : 500;
  const headers =
    refusal.retryAfter === undefined ? [] : [['retry-after', String(refusal.retryAfter)] as const];
  return { allow: false, status, headers, body: refusal.refused };
}

function setUp(doors: Partial<Doors> = {}) {
  const { clock, faults, faultsSeen, pass } = world();
  const watchdog = new Watchdog(clock, faults);
  const context = { doors: { check: () => ALLOW, deny, ...doors }, clock, faults, watchdog };
  const call = new FakeCall();
  const handler = call.open((one) => new CheckCall(one, context));
  return { call, handler, watchdog, clock, pass, faultsSeen };
}

/** What the peer reads: 'allowed', or why not. */
function answer(call: FakeCall): string {
  assert.equal(call.sent.length, 1, 'one answer');
  assert.deepEqual(call.statuses, [{ code: 0, details: '' }]);
  const response = decode(CHECK_RESPONSE, call.sent[0] ?? Buffer.alloc(0));
  const code = (response.status as { code?: number }).code ?? 0;
  const denied = response.deniedResponse as { body?: string; status: { code: string } } | undefined;
  assert.equal(code === 0, denied === undefined);
  return denied === undefined ? 'allowed' : `${denied.status.code} ${denied.body ?? ''}`.trim();
}

test('answers with the decision of the first door', () => {
  const { call, watchdog } = setUp();
  call.receive(MESSAGE);
  assert.equal(answer(call), 'allowed');
  assert.equal(watchdog.size, 0);
});

test('answers with a decision that takes its time', async () => {
  const { call } = setUp({
    check: () => Promise.resolve({ allow: false, status: 401, headers: [], body: 'no' }),
  });
  call.receive(MESSAGE);
  assert.equal(call.sent.length, 0);
  await settled();
  assert.equal(answer(call), 'Unauthorized no');
});

test('refuses a TCP check in words, without asking the door', () => {
  const { call } = setUp({ check: () => assert.fail('asked') });
  call.receive(encode(CHECK_REQUEST, { attributes: {} }));
  assert.equal(answer(call), 'Forbidden not_http');
});

test('refuses after 150 ms, before Envoy gives up, and drops the late answer (F4, F5)', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let decide: (decision: CheckDecision) => void = () => {};
  const { call } = setUp({
    check: () =>
      new Promise((resolve) => {
        decide = resolve;
      }),
  });
  call.receive(MESSAGE);
  t.mock.timers.tick(149);
  assert.equal(call.sent.length, 0);
  t.mock.timers.tick(1);
  assert.equal(answer(call), 'ServiceUnavailable deadline');
  decide(ALLOW);
  await Promise.resolve();
  assert.equal(answer(call), 'ServiceUnavailable deadline');
});

test('honours a deadline of the proxy that is shorter, and leaves time for the way back', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { call, clock } = setUp({ check: () => new Promise(() => {}) });
  call.deadline = clock.now() + 100;
  call.receive(MESSAGE);
  t.mock.timers.tick(79);
  assert.equal(call.sent.length, 0);
  t.mock.timers.tick(1);
  assert.equal(answer(call), 'ServiceUnavailable deadline');
});

test('does not begin what cannot be done in time', () => {
  const { call, clock } = setUp({ check: () => assert.fail('asked') });
  call.deadline = clock.now() + 20;
  call.receive(MESSAGE);
  assert.equal(answer(call), 'ServiceUnavailable deadline');
});

test('tells a client of a slow door when to come back', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { call } = setUp({ check: () => new Promise(() => {}) });
  call.receive(MESSAGE);
  t.mock.timers.tick(150);
  const denied = decode(CHECK_RESPONSE, call.sent[0] ?? Buffer.alloc(0)).deniedResponse as {
    headers: object[];
  };
  assert.deepEqual(denied.headers[0], {
    header: { key: 'retry-after', value: '1' },
    appendAction: 'OVERWRITE_IF_EXISTS_OR_ADD',
  });
});

const boom = () => {
  throw new Error('boom');
};
const unsafe: CheckDecision = {
  allow: true,
  voucher: 'v',
  headers: { set: [['a', '\n']], remove: [] },
  removeParameters: [],
  responseHeaders: [],
};
const FAULTS: Record<string, Partial<Doors>> = {
  'the door throws': { check: boom },
  'the door rejects': { check: async () => boom() },
  'the door answers nothing': { check: () => undefined as unknown as CheckDecision },
  'the door answers nothing, later': { check: async () => ({}) as CheckDecision },
  'an allow cannot be written': { check: () => unsafe },
  'an allow cannot be written, later': { check: async () => unsafe },
  'an allow has no voucher': { check: () => ({ ...ALLOW, voucher: '' }) as CheckDecision },
  'a denial cannot be written': { check: () => ({ allow: false, status: 200, headers: [], body: '' }) },
};

for (const [what, doors] of Object.entries(FAULTS)) {
  test(`denies where ${what} (F2, F3)`, async () => {
    const { call, faultsSeen } = setUp(doors);
    call.receive(MESSAGE);
    await settled();
    assert.equal(answer(call), 'InternalServerError internal');
    assert.equal(faultsSeen.length, 1);
  });

  test(`denies without words where ${what} and the words cannot be made either`, async () => {
    for (const broken of [boom, () => ({ ...deny({ refused: 'internal' }), status: 0 })]) {
      const { call, faultsSeen } = setUp({ ...doors, deny: broken });
      call.receive(MESSAGE);
      await settled();
      assert.equal(answer(call), 'InternalServerError');
      assert.equal(faultsSeen.length, 2);
    }
  });
}

test('whatever the doors answer, only an allow with a voucher allows (F3)', async () => {
  const fields = {
    voucher: fc.anything(),
    headers: fc.anything(),
    removeParameters: fc.anything(),
    responseHeaders: fc.anything(),
    status: fc.anything(),
  };
  const anything = fc.oneof(
    fc.anything(),
    fc.record({ allow: fc.oneof(fc.boolean(), fc.anything()), ...fields }),
  );
  const give = (x: unknown) => x;
  const hurl = (x: unknown) => {
    throw x;
  };
  const ways = fc.constantFrom(
    give,
    hurl,
    (x: unknown) => Promise.resolve(x),
    (x: unknown) => Promise.reject(x),
  );
  await fc.assert(
    fc.asyncProperty(
      anything,
      ways,
      anything,
      fc.constantFrom(give, hurl),
      async (decision, how, denial, howDenied) => {
        const check = () => how(decision) as CheckDecision;
        const { call } = setUp({ check, deny: () => howDenied(denial) as Denial });
        call.receive(MESSAGE);
        await settled();
        const { allow, voucher } = (decision ?? {}) as { allow?: unknown; voucher?: unknown };
        const told = answer(call);
        if (told === 'allowed') assert.ok(allow === true && voucher);
        else assert.match(told, /^[A-Z]/);
      },
    ),
    { numRuns: 500 },
  );
});

test('denies what is no CheckRequest', () => {
  const { call, faultsSeen } = setUp();
  call.receive(Buffer.from([0x0a, 0xff]));
  assert.equal(answer(call), 'InternalServerError internal');
  assert.equal(faultsSeen.length, 1);
});

test('denies a call that closes without a message, and one that says nothing for long', () => {
  const closed = setUp();
  closed.call.halfClose();
  assert.equal(answer(closed.call), 'Forbidden not_http');
  const silent = setUp();
  silent.pass(9_999);
  silent.watchdog.look();
  assert.equal(silent.call.sent.length, 0);
  silent.pass(1);
  silent.watchdog.look();
  assert.equal(answer(silent.call), 'ServiceUnavailable deadline');
});

test('denies what is still open when the server stops', () => {
  const { call, watchdog } = setUp({ check: () => new Promise(() => {}) });
  call.receive(MESSAGE);
  watchdog.cutAll();
  assert.equal(answer(call), 'ServiceUnavailable deadline');
});

test('says nothing to a peer that is gone, and holds no timer for it', async () => {
  const clear = mock.method(globalThis, 'clearTimeout');
  const { call, watchdog } = setUp({ check: async () => ALLOW });
  call.receive(MESSAGE);
  call.gone();
  await settled();
  assert.deepEqual([call.sent.length, call.statuses.length, watchdog.size], [0, 0, 0]);
  assert.equal(clear.mock.callCount(), 1);
  clear.mock.restore();
});

test('reads one message and no more', () => {
  const { call } = setUp({ check: () => new Promise(() => {}) });
  call.receive(MESSAGE);
  call.receive(MESSAGE);
  assert.equal(call.waiting, 1);
  call.gone();
});
