/** A served wire, and peers of it: a gRPC client, and HTTP/2 by hand for what no gRPC client would send. */
import { once } from 'node:events';
import { type ClientHttp2Session, connect, type OutgoingHttpHeaders } from 'node:http2';
import { createConnection } from 'node:net';
import type { TestContext } from 'node:test';
import { Client, type ClientDuplexStream, credentials, type ServiceError } from '@grpc/grpc-js';
import type { Event, Session, SessionAction } from '../../src/doors/messages.ts';
import type { Doors } from '../../src/envoy/doors.ts';
import { type EnvoyServer, type EnvoyServerOptions, serveEnvoy } from '../../src/envoy/server.ts';

export const CHECK = '/envoy.service.auth.v3.Authorization/Check';
export const PROCESS = '/envoy.service.ext_proc.v3.ExternalProcessor/Process';

/** Answers every event with what changes nothing, and is finished after the response's body. */
export class PassingSession implements Session {
  finished = false;
  readonly deadline = Number.POSITIVE_INFINITY;
  readonly closings: string[] = [];

  on(event: Event): readonly SessionAction[] {
    const { kind, direction } = event;
    if (kind === 'headers')
      return [{ kind, direction, changes: { set: [], remove: [] }, clearRouteCache: false }];
    if (kind === 'trailers') return [{ kind, direction }];
    this.finished = direction === 'response' && event.endOfStream;
    return [{ kind, direction, body: 'keep' }];
  }

  expire(): readonly SessionAction[] {
    return [{ kind: 'fail', reason: 'deadline' }];
  }

  close(how: string): void {
    this.closings.push(how);
  }
}

/** Doors that let everything through. */
export const OPEN_DOORS: Doors = {
  check: () => ({
    allow: true,
    voucher: 'v',
    headers: { set: [], remove: [] },
    removeParameters: [],
    responseHeaders: [],
  }),
  openSession: () => new PassingSession(),
  deny: ({ refused }) => ({ allow: false, status: 500, headers: [], body: refused }),
};

export interface Served extends EnvoyServer {
  readonly faults: { readonly where: string; readonly error: unknown }[];
}

/** Serves on a free port, until the test ends. */
export async function serve(t: TestContext, options: Partial<EnvoyServerOptions> = {}): Promise<Served> {
  const faults: { where: string; error: unknown }[] = [];
  const server = await serveEnvoy({
    listen: '127.0.0.1:0',
    maxBodyBytes: 1 << 20,
    doors: OPEN_DOORS,
    clock: { now: () => Date.now(), elapsed: () => performance.now() },
    faults: { report: (where, error) => faults.push({ where, error }) },
    ...options,
  });
  t.after(() => server.drain({ waitMs: 0, graceMs: 0 }));
  return Object.defineProperties({ faults }, Object.getOwnPropertyDescriptors(server)) as Served;
}

const asIs = (bytes: Buffer): Buffer => bytes;

/** A gRPC client that leaves messages as bytes. */
export class Peer {
  readonly #client: Client;

  constructor(t: TestContext, address: string, how = credentials.createInsecure(), options: object = {}) {
    this.#client = new Client(address, how, options);
    t.after(() => this.#client.close());
  }

  check(message: Buffer, path = CHECK): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      this.#client.makeUnaryRequest(path, asIs, asIs, message, (error, reply) => {
        if (error) reject(error);
        else resolve(reply ?? Buffer.alloc(0));
      });
    });
  }

  process(): Exchange {
    return new Exchange(this.#client.makeBidiStreamRequest(PROCESS, asIs, asIs));
  }

  stream(
    path: string,
    message: Buffer,
  ): { on(event: 'data', read: (bytes: Buffer) => void): void; cancel(): void } {
    const stream = this.#client.makeServerStreamRequest(path, asIs, asIs, message);
    stream.on('error', () => {});
    return stream;
  }
}

/** One stream of the second door, seen from the proxy. */
export class Exchange {
  readonly #stream: ClientDuplexStream<Buffer, Buffer>;
  readonly replies: Buffer[] = [];
  /** The gRPC status that it ended with. */
  readonly ended: Promise<number>;
  #heard: () => void = () => {};

  constructor(stream: ClientDuplexStream<Buffer, Buffer>) {
    this.#stream = stream;
    stream.on('data', (bytes: Buffer) => {
      this.replies.push(bytes);
      this.#heard();
    });
    stream.on('error', () => {});
    this.ended = new Promise((resolve) => stream.on('status', ({ code }: ServiceError) => resolve(code)));
  }

  say(message: Buffer): void {
    this.#stream.write(message);
  }

  /** Says something and waits for the next reply. */
  ask(message: Buffer): Promise<Buffer | undefined> {
    const heard = new Promise<Buffer | undefined>((resolve) => {
      this.#heard = () => resolve(this.replies.at(-1));
    });
    this.say(message);
    return heard;
  }

  halfClose(): void {
    this.#stream.end();
  }

  reset(): void {
    this.#stream.cancel();
  }

  pause(): void {
    this.#stream.pause();
  }

  resume(): void {
    this.#stream.resume();
  }
}

/** An HTTP/2 connection by hand. */
export async function rawSession(t: TestContext, port: number | undefined): Promise<ClientHttp2Session> {
  const session = connect(`http://127.0.0.1:${port}`);
  session.on('error', () => {});
  t.after(() => session.destroy());
  await once(session, 'connect');
  return session;
}

/** Sends bytes as the body of a call. @returns `grpc-status`, the HTTP status if there is none, or the error */
export function rawCall(
  session: ClientHttp2Session,
  headers: OutgoingHttpHeaders,
  ...frames: Buffer[]
): Promise<string> {
  return new Promise((resolve) => {
    const stream = session.request({
      ':method': 'POST',
      'content-type': 'application/grpc',
      te: 'trailers',
      ...headers,
    });
    let answer = 'nothing';
    const note = (received: Record<string, unknown>) => {
      if (received['grpc-status'] !== undefined) answer = `grpc ${received['grpc-status']}`;
      else if (answer === 'nothing') answer = `http ${received[':status']}`;
    };
    stream.on('response', note);
    stream.on('trailers', note);
    stream.on('error', (error: Error) => resolve(error.message));
    stream.on('close', () => resolve(answer));
    stream.resume();
    for (const frame of frames) stream.write(frame);
    stream.end();
  });
}

/** A gRPC message in its frame: a flag (1: compressed), the length, the bytes. */
export function frame(message: Buffer, flag = 0, length = message.length): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt8(flag, 0);
  head.writeUInt32BE(length, 1);
  return Buffer.concat([head, message]);
}

/** Sends bytes over TCP, and waits until the other side closes or 200 ms are over. */
export async function rawBytes(port: number, bytes: Buffer): Promise<void> {
  const socket = createConnection(port, '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  socket.end(bytes);
  await Promise.race([once(socket, 'close'), new Promise((resolve) => setTimeout(resolve, 200).unref())]);
  socket.destroy();
}
