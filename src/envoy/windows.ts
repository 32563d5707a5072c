/**
 * How much a connection may bring before we have read it.
 *
 * HTTP/2 begins with 64 KB, for a stream and for all streams of a connection together. Envoy sends a whole body as one
 * message, so a body of 100 KB stops once or twice to be let on, and one of 1 MB sixteen times, each time with all
 * others on the connection: that is two fifths of what such a body costs us. grpc-js widens the window of a client
 * only (`grpc-node.flow_control_window`), so a server's is widened here, where grpc-js keeps its HTTP/2 servers.
 */
import type { Http2Server } from 'node:http2';
import type { Server } from '@grpc/grpc-js';

/** Of one stream, in bytes. */
export const STREAM_WINDOW = 1 << 20;
/** Of a connection, in bytes: so much may lie unread in memory for each. */
export const CONNECTION_WINDOW = 4 << 20;

/** Must be called when the server has its listeners and before the first connection comes. */
export function widenWindows(server: Server): void {
  const { http2Servers } = server as unknown as { http2Servers: ReadonlyMap<Http2Server, unknown> };
  for (const http2 of http2Servers.keys()) {
    http2.on('session', (session) => {
      session.settings({ initialWindowSize: STREAM_WINDOW });
      session.setLocalWindowSize(CONNECTION_WINDOW);
    });
  }
}
