/**
 * How many stream resets a connection may bring.
 *
 * Envoy ends an ext_proc stream by resetting it, so resets come as fast as requests. Node's HTTP/2 takes them for the
 * attack known as rapid reset: after a burst of 1,000 it allows 33 a second, and then closes the connection with all
 * the streams on it. Under load that failed 1 to 3 requests in a hundred.
 *
 * The limit stays, far above what one process can serve (some thousand streams a second) and so above what an honest
 * Envoy can cause, because a connection that opens and resets streams faster than that is none. Who may connect at all
 * is for the socket's permissions or mutual TLS to say.
 *
 * Node takes the limit when an HTTP/2 server is made (`streamResetBurst`, `streamResetRate`). grpc-js makes those and
 * passes no such option on, so it is put where grpc-js keeps the options that all of its HTTP/2 servers share.
 */
import type { ServerOptions as Http2ServerOptions } from 'node:http2';
import type { Server } from '@grpc/grpc-js';

/** Resets at once. */
const BURST = 50_000;
/** Resets a second. */
const RATE = 20_000;

/**
 * Must be called before the server gets its first listener.
 * @throws if this version of grpc-js keeps its options elsewhere: better no service than one that drops requests
 */
export function allowStreamResets(server: Server): void {
  const { commonServerOptions } = server as unknown as { commonServerOptions?: Http2ServerOptions };
  if (typeof commonServerOptions !== 'object') throw new Error('grpc-js keeps its HTTP/2 options elsewhere');
  Object.assign(commonServerOptions, {
    streamResetBurst: BURST,
    streamResetRate: RATE,
  } satisfies Http2ServerOptions);
}
