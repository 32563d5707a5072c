/** HTTP/1.1 by hand, for what no client library would send. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';

export interface RawAnswer {
  /** Of the first answer; 0 if none came. */
  readonly status: number;
  readonly text: string;
  /** The proxy closed the connection. */
  readonly closed: boolean;
}

/** Sends bytes, and reads until the other side closes or nothing came for `quietMs`. */
export async function raw(port: number, bytes: string, quietMs = 3_000): Promise<RawAnswer> {
  const socket = await connectRaw(port);
  let text = '';
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  const quiet = new Promise<void>((resolve) => {
    const restart = () => {
      clearTimeout(timer);
      timer = setTimeout(resolve, quietMs);
    };
    restart();
    socket.on('data', (data) => {
      text += data.toString('latin1');
      restart();
    });
  });
  const end = new Promise<void>((resolve) => socket.once('close', resolve)).then(() => {
    closed = true;
  });
  socket.write(bytes, 'latin1');
  await Promise.race([quiet, end]);
  clearTimeout(timer);
  socket.destroy();
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), text, closed };
}

export async function connectRaw(port: number): Promise<Socket> {
  const socket = createConnection({ port, host: '127.0.0.1' });
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

/** Refused, or hung up on: Envoy closes the connection without a word over what it cannot read as HTTP. */
export function assertTurnedAway({ status, closed }: RawAnswer, what: string): void {
  assert.ok(status >= 400 ? status < 500 : status === 0 && closed, `${what}: ${status}`);
}
