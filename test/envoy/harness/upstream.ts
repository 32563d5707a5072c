/** A backend that does what a test says, over HTTP/1.1 or cleartext HTTP/2, and remembers what it was sent. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import {
  constants,
  createServer as createHttp2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
} from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';

export interface SeenRequest {
  readonly protocol: 'http1' | 'http2';
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  /** SHA-256 of the body, hexadecimal. */
  readonly digest: string;
  readonly trailers: Readonly<Record<string, string | undefined>>;
}

export interface ScriptedAnswer {
  /** 200 unless given. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /**
   * Bytes go with a content-length; pieces go one write each, without one. A piece comes when the iteration gives it,
   * so a script pauses by awaiting, and breaks the stream off by throwing `RESET`.
   */
  readonly body?: string | Uint8Array | Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;
  readonly trailers?: Readonly<Record<string, string>>;
}

/** Thrown by a script or from a body's iteration: the connection (HTTP/1.1) or the stream (HTTP/2) is reset. */
export const RESET: unique symbol = Symbol('reset');

export type Script = (request: SeenRequest) => ScriptedAnswer | Promise<ScriptedAnswer>;

export interface RunningUpstream extends AsyncDisposable {
  readonly port: number;
  /** `http://127.0.0.1:port`. */
  readonly url: string;
  /** Whole requests, in the order they ended. */
  readonly requests: SeenRequest[];
  /** Requests begun, whether or not they ended. */
  readonly begun: () => number;
  /** What is answered from now on. */
  play(script: Script): void;
  stop(): Promise<void>;
}

type Request = IncomingMessage | Http2ServerRequest;
type Response = ServerResponse | Http2ServerResponse;

const OK: Script = () => ({ headers: { 'content-type': 'application/json' }, body: '{}' });

/** Starts a backend on a port of the system's choice. Until told otherwise it answers `{}` to everything. */
export async function startUpstream(
  options: { readonly protocol?: 'http1' | 'http2'; readonly script?: Script } = {},
): Promise<RunningUpstream> {
  const protocol = options.protocol ?? 'http1';
  let script = options.script ?? OK;
  let begun = 0;
  const requests: SeenRequest[] = [];
  const handle = async (request: Request, response: Response) => {
    begun += 1;
    const seen = await readRequest(request, protocol);
    if (seen === undefined) return;
    requests.push(seen);
    await answer(response, () => script(seen));
  };
  const onRequest = (request: Request, response: Response) => {
    handle(request, response).catch((error: unknown) => {
      console.error('upstream script failed:', error);
      reset(response);
    });
  };
  const server = protocol === 'http1' ? createServer(onRequest) : createHttp2Server(onRequest);
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const stop = async () => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  const play = (next: Script) => {
    script = next;
  };
  const url = `http://127.0.0.1:${port}`;
  return { port, url, requests, begun: () => begun, play, stop, [Symbol.asyncDispose]: stop };
}

/** @returns undefined if the request broke off */
async function readRequest(request: Request, protocol: 'http1' | 'http2'): Promise<SeenRequest | undefined> {
  const parts: Buffer[] = [];
  try {
    for await (const part of request) parts.push(part as Buffer);
  } catch {
    return undefined;
  }
  const body = Buffer.concat(parts);
  return {
    protocol,
    method: request.method ?? '',
    path: request.url ?? '',
    headers: request.headers,
    body,
    digest: digest(body),
    trailers: request.trailers as Record<string, string>,
  };
}

async function answer(response: Response, script: () => ReturnType<Script>): Promise<void> {
  try {
    const scripted = await script();
    await send(response, scripted);
  } catch (error) {
    if (error !== RESET) throw error;
    reset(response);
  }
}

async function send(response: Response, scripted: ScriptedAnswer): Promise<void> {
  const { body = '', trailers } = scripted;
  const whole = typeof body === 'string' || body instanceof Uint8Array;
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(scripted.headers ?? {})) {
    headers[name] = typeof value === 'string' ? value : [...value];
  }
  if (whole && trailers === undefined) headers['content-length'] ??= String(Buffer.byteLength(body));
  const http1 = !('stream' in response);
  if (trailers !== undefined && http1) headers.trailer = Object.keys(trailers).join(', ');
  (response as ServerResponse).writeHead(scripted.status ?? 200, headers);
  const pieces = whole ? [body] : body;
  for await (const piece of pieces) {
    if (response.destroyed || !(await write(response, piece))) return;
  }
  if (trailers !== undefined) response.addTrailers(trailers);
  response.end();
}

/** Writes a piece and waits while the reader is slow. @returns false if the reader went away */
async function write(response: Response, piece: string | Uint8Array): Promise<boolean> {
  if (piece.length === 0) return true;
  const flowing = (response as ServerResponse).write(piece);
  if (flowing) return true;
  const left = new AbortController();
  const drained = once(response, 'drain', { signal: left.signal }).then(() => true);
  const closed = once(response, 'close', { signal: left.signal }).then(() => false);
  const outcome = await Promise.race([drained, closed]).catch(() => false);
  drained.catch(() => {});
  closed.catch(() => {});
  left.abort();
  return outcome;
}

function reset(response: Response): void {
  if ('stream' in response) response.stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  else response.socket?.resetAndDestroy();
}

/** SHA-256, hexadecimal. */
export function digest(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
