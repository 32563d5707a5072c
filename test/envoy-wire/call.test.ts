import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { type Call, type CallHandler, takeOver, unreachable } from '../../src/envoy/call.ts';
import { rawService } from '../../src/envoy/protos.ts';
import { frame, PROCESS, rawCall, rawSession } from './serving.ts';

const MESSAGE = frame(Buffer.from('hello'));

/** A grpc-js server whose calls go to this handler. */
async function served(t: TestContext, open: ((call: Call) => CallHandler) | undefined) {
  const faults: unknown[] = [];
  const openers = new Map(open === undefined ? [] : [[PROCESS, open]]);
  const report = (_: string, error: unknown) => faults.push(error);
  const grpc = new Server({ interceptors: [takeOver(openers, { report })] });
  grpc.addService(rawService('envoy.service.ext_proc.v3.ExternalProcessor'), { Process: unreachable });
  const injector = grpc.createConnectionInjector(ServerCredentials.createInsecure());
  const listener = createServer((socket) => injector.injectConnection(socket));
  t.after(() => {
    injector.destroy();
    listener.close();
  });
  await once(listener.listen(0, '127.0.0.1'), 'listening');
  const session = await rawSession(t, (listener.address() as AddressInfo).port);
  return { faults, say: (...frames: Buffer[]) => rawCall(session, { ':path': PROCESS }, ...frames) };
}

test('gives a handler one message for each time it asks, then the half-close, then the end', async (t) => {
  const heard: string[] = [];
  const { say } = await served(t, (call) => {
    call.startRead();
    return {
      onMessage: (bytes) => {
        heard.push(bytes.toString());
        setImmediate(() => call.startRead());
      },
      onHalfClose: () => {
        heard.push('half-close');
        call.sendMessage(Buffer.from('bye'), () => heard.push('sent'));
        call.sendStatus({ code: 0, details: '' });
        call.sendStatus({ code: 13, details: 'too late' });
      },
      onGone: () => heard.push('gone'),
    };
  });
  assert.equal(await say(MESSAGE, MESSAGE), 'grpc 0');
  assert.deepEqual(heard.slice(0, 3), ['hello', 'hello', 'half-close']);
  assert.equal(heard.filter((one) => one === 'gone').length, 1);
});

const boom = () => {
  throw new Error('boom');
};
const quiet = { onMessage: () => {}, onHalfClose: () => {}, onGone: () => {} };

test('ends a call with an error, and not the process, where its handler throws (F2, M13)', async (t) => {
  const reading = (handler: Partial<CallHandler>) => (call: Call) => {
    call.startRead();
    return { ...quiet, onMessage: () => call.startRead(), ...handler };
  };
  const opens = [boom, reading({ onMessage: boom }), reading({ onHalfClose: boom })];
  for (const open of opens) {
    const { say, faults } = await served(t, open);
    assert.equal(await say(MESSAGE), 'grpc 13');
    assert.equal(faults.length, 1);
  }
});

test('reports a handler that throws when all is over', async (t) => {
  const { say, faults } = await served(t, (call) => {
    call.startRead();
    return { ...quiet, onMessage: () => call.sendStatus({ code: 5, details: '' }), onGone: boom };
  });
  assert.equal(await say(MESSAGE), 'grpc 5');
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(faults.length, 1);
});

test('a call that nobody took over ends with an error, not with OK', async (t) => {
  const { say } = await served(t, undefined);
  assert.equal(await say(MESSAGE), 'grpc 2');
});
