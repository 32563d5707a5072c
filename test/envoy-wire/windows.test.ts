import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:http2';
import { test } from 'node:test';
import { CONNECTION_WINDOW, STREAM_WINDOW } from '../../src/envoy/windows.ts';
import { serve } from './serving.ts';

test('lets a proxy send a body without stopping every 64 KB', { timeout: 5000 }, async (t) => {
  const server = await serve(t);
  const session = connect(`http://127.0.0.1:${server.port}`);
  t.after(() => session.destroy());
  session.on('error', () => {});
  while (session.remoteSettings?.initialWindowSize !== STREAM_WINDOW) await once(session, 'remoteSettings');
  // The window of the connection is told right behind the settings.
  for (let i = 0; i < 50 && (session.state.remoteWindowSize ?? 0) < CONNECTION_WINDOW; i++) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.equal(session.state.remoteWindowSize, CONNECTION_WINDOW);
});
