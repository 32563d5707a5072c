/** The socket that Envoy connects to: a TCP port or a Unix socket. */
import { chmod, lstat, unlink } from 'node:fs/promises';
import { createServer, type ListenOptions, type Server, Socket } from 'node:net';

export interface Listener {
  /** As it was bound: `127.0.0.1:50051`, with the port that the system chose for 0, or `unix:/run/sallyport.sock`. */
  readonly address: string;
  /** Undefined for a Unix socket. */
  readonly port: number | undefined;
  /** No new connections. Resolves when the last one has ended. */
  close(): Promise<void>;
  /** Ends the connections that are left, whatever they were doing. */
  destroyConnections(): void;
}

/**
 * @param address `host:port` (an IPv6 host in brackets, port 0 for any free one) or `unix:/path`
 * @param socketMode permissions of a Unix socket: whoever may write to it may ask for verdicts
 * @param onError told when a connection cannot be taken, for want of file descriptors mostly; listening goes on
 * @throws if the address is malformed, in use, or names a file that is not a socket
 */
export async function listen(
  address: string,
  socketMode: number,
  onConnection: (socket: Socket) => void,
  onError: (error: Error) => void,
): Promise<Listener> {
  const target = parseAddress(address);
  if (target.path !== undefined) await removeStaleSocket(target.path);
  const server = createServer({ noDelay: true }, onConnection);
  const sockets = track(server);
  await bind(server, target);
  server.on('error', onError);
  if (target.path !== undefined) await chmod(target.path, socketMode);
  return { ...boundTo(server), close: () => close(server), destroyConnections: () => destroyAll(sockets) };
}

/** @throws if it is neither `host:port` nor `unix:/path` */
export function parseAddress(address: string): ListenOptions {
  if (address.startsWith('unix:')) {
    const path = address.slice('unix:'.length);
    if (!path.startsWith('/')) throw new Error(`"${address}" does not name an absolute path after unix:`);
    return { path };
  }
  const [, bracketed, plain, port] = /^(?:\[([\da-fA-F:.]+)\]|([\w.-]+)):(\d{1,5})$/.exec(address) ?? [];
  if (port === undefined || Number(port) > 65_535)
    throw new Error(`"${address}" is neither host:port nor unix:/path`);
  return { host: bracketed ?? plain ?? '', port: Number(port) };
}

function bind(server: Server, target: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(target, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function boundTo(server: Server): Pick<Listener, 'address' | 'port'> {
  const bound = server.address();
  if (bound === null) throw new Error('the server is not listening');
  if (typeof bound === 'string') return { address: `unix:${bound}`, port: undefined };
  const host = bound.family === 'IPv6' ? `[${bound.address}]` : bound.address;
  return { address: `${host}:${bound.port}`, port: bound.port };
}

function track(server: Server): Set<Socket> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return sockets;
}

function destroyAll(sockets: Set<Socket>): void {
  for (const socket of sockets) socket.destroy();
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

/** A killed process leaves its socket behind, and the path cannot be bound while it is there. */
async function removeStaleSocket(path: string): Promise<void> {
  const found = await lstat(path).catch(absent);
  if (found === undefined) return;
  if (!found.isSocket()) throw new Error(`${path} is there already and is not a socket`);
  if (await answers(path)) throw new Error(`${path} is in use by another process`);
  await unlink(path);
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = new Socket();
    probe.once('connect', () => resolve(true));
    probe.once('error', () => resolve(false));
    probe.once('connect', () => probe.destroy());
    probe.connect(path);
  });
}
