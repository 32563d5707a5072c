/** A small web server that says what a test wants, and counts what it was asked. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Web extends AsyncDisposable {
  readonly url: string;
  readonly asked: string[];
  play(handle: Handle): void;
  stop(): Promise<void>;
}

export type Handle = (request: IncomingMessage, response: ServerResponse) => void;

export async function startWeb(handle: Handle, port = 0): Promise<Web> {
  let current = handle;
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    current(request, response);
  });
  await once(server.listen(port, '127.0.0.1'), 'listening');
  const stop = async () => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    play(next) {
      current = next;
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

export const json =
  (value: unknown, status = 200): Handle =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  };
