/**
 * Stands between Envoy and the service, passes every call on, and notes how streams of the second door end. It judges
 * by what it sees on the wire alone.
 */
import { once } from 'node:events';
import {
  type ClientHttp2Stream,
  connect,
  constants,
  createServer,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
  type ServerOptions,
} from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { codec } from '../../src/envoy/protos.ts';

export interface StreamEnd {
  /** `grpc-status` that the service gave; undefined if the peer reset the stream before. */
  readonly status: string | undefined;
  /** The whole answer had gone by, or an answer of the service's own took its place. */
  readonly finished: boolean;
}

export interface Wiretap extends AsyncDisposable {
  readonly port: number;
  readonly ends: readonly StreamEnd[];
  /** Closes with OK before all was seen: after them the proxy lets everything pass. */
  readonly politeCloses: () => number;
}

interface Part {
  readonly endOfStream?: boolean;
}

interface Said {
  readonly responseHeaders?: Part | null;
  readonly responseBody?: Part | null;
  readonly responseTrailers?: object | null;
  readonly protocolConfig?: { readonly responseBodyMode: number } | null;
}

interface Replied {
  readonly immediateResponse?: object | null;
  readonly modeOverride?: { readonly responseBodyMode: number } | null;
}

const Request = codec<Said, never>('envoy.service.ext_proc.v3.ProcessingRequest');
const Response = codec<Replied, never>('envoy.service.ext_proc.v3.ProcessingResponse');
const NONE = 0;
const BUFFERED = 2;

/** Whether an exchange has come to its end, told from its messages. */
class Progress {
  finished = false;
  #mode = NONE;

  asked(bytes: Buffer): void {
    const { protocolConfig, responseHeaders, responseBody, responseTrailers } = Request.decode(bytes);
    if (protocolConfig) this.#mode = protocolConfig.responseBodyMode;
    const whole = responseBody && (responseBody.endOfStream === true || this.#mode === BUFFERED);
    if (responseHeaders?.endOfStream === true || whole || responseTrailers) this.finished = true;
  }

  replied(bytes: Buffer): void {
    const { immediateResponse, modeOverride } = Response.decode(bytes);
    if (modeOverride) this.#mode = modeOverride.responseBodyMode;
    // An override to none is the service's word that the rest need not be seen.
    if (immediateResponse || (modeOverride && this.#mode === NONE)) this.finished = true;
  }
}

/** Cuts what arrives into gRPC's messages: a flag, four bytes of length, the message. */
class Frames {
  #rest = Buffer.alloc(0);

  push(bytes: Buffer, each: (message: Buffer) => void): void {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    while (this.#rest.length >= 5 && this.#rest.length >= 5 + this.#rest.readUInt32BE(1)) {
      const end = 5 + this.#rest.readUInt32BE(1);
      each(this.#rest.subarray(5, end));
      this.#rest = this.#rest.subarray(end);
    }
  }
}

/** Node's types do not know the limits of resets yet; Envoy resets more than Node's own allow. */
const SERVER: ServerOptions & object = { streamResetBurst: 50_000, streamResetRate: 20_000 };

/** @param service port of what is listened to */
export async function tap(service: number): Promise<Wiretap> {
  const session = connect(`http://127.0.0.1:${service}`);
  session.on('error', () => {});
  const ends: StreamEnd[] = [];
  const server = createServer(SERVER);
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('sessionError', () => {});
  server.on('stream', (stream, headers) => {
    if (session.closed || session.destroyed) return stream.close(constants.NGHTTP2_REFUSED_STREAM);
    const { 'http2-settings': _, ...passed } = headers;
    const call = session.request(passed);
    const progress = new Progress();
    const watched = headers[':path']?.endsWith('/Process') === true;
    listen(stream, call, watched ? progress : undefined);
    passOn(stream, call, (status) => {
      if (watched) ends.push({ status, finished: progress.finished });
    });
    return undefined;
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    ends,
    politeCloses: () => ends.filter(({ status, finished }) => status === '0' && !finished).length,
    async [Symbol.asyncDispose]() {
      session.destroy();
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

function listen(stream: ServerHttp2Stream, call: ClientHttp2Stream, progress: Progress | undefined): void {
  const asked = new Frames();
  const replied = new Frames();
  stream.on('data', (bytes: Buffer) => {
    if (progress !== undefined) asked.push(bytes, (message) => progress.asked(message));
    call.write(bytes);
  });
  call.on('data', (bytes: Buffer) => {
    if (progress !== undefined) replied.push(bytes, (message) => progress.replied(message));
    if (!stream.destroyed) stream.write(bytes);
  });
}

/** @param ended told once how the call ended */
function passOn(
  stream: ServerHttp2Stream,
  call: ClientHttp2Stream,
  ended: (status: string | undefined) => void,
): void {
  let status: string | undefined;
  let trailers: IncomingHttpHeaders = {};
  call.on('response', (headers, flags) => {
    status = headers['grpc-status'] as string | undefined;
    if (stream.destroyed) return;
    const last = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
    stream.respond(headers, last ? { endStream: true } : { waitForTrailers: true });
  });
  call.on('trailers', (received) => {
    trailers = received;
    status = received['grpc-status'] as string | undefined;
  });
  stream.on('wantTrailers', () => stream.sendTrailers(trailers));
  call.on('end', () => stream.end());
  stream.on('end', () => call.end());
  stream.on('error', () => {});
  call.on('error', () => {});
  stream.on('close', () => call.close(stream.rstCode));
  call.on('close', () => {
    ended(status);
    if (!stream.destroyed && call.rstCode !== 0) stream.close(call.rstCode);
  });
}
