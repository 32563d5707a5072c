/**
 * The admin port: is the process alive, should it get requests, and what has it counted. It answers GET and HEAD and
 * changes nothing; there is no remote way to change anything. It listens on the loopback address unless told otherwise,
 * since what it says, harmless as it is, is for operators.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isReady, type Readiness } from './readiness.ts';

export interface AdminSources {
  readiness(): Readiness;
  /** In the Prometheus text format. */
  metrics(): string;
  /** The stages that requests walk, as a text for people. */
  stages(): string;
  /** An answer could not be made. */
  onFault(where: string, error: unknown): void;
}

export interface AdminOptions {
  /** Default `127.0.0.1`. */
  readonly host?: string | undefined;
  /** Default 9001; 0 for any free one. */
  readonly port?: number | undefined;
}

export interface Admin {
  readonly address: AddressInfo;
  /** Ends connections that are idle, and those that are not after a second. */
  close(): Promise<void>;
}

const DEFAULT_HOST = '127.0.0.1';
const DEFAULT_PORT = 9001;
const CLOSE_MS = 1000;

/** A probe or a scrape needs a few hundred bytes and some milliseconds; whatever wants more is none. */
const LIMITS = {
  maxHeaderSize: 8 * 1024,
  headersTimeout: 5000,
  requestTimeout: 5000,
  keepAliveTimeout: 30_000,
  connectionsCheckingInterval: 1000,
};
const MAX_CONNECTIONS = 64;

const TEXT = 'text/plain; charset=utf-8';
const METRICS = 'text/plain; version=0.0.4; charset=utf-8';
const JSON_TYPE = 'application/json';

interface Page {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** @throws (rejects) the system's error if the address cannot be listened on */
export async function startAdmin(sources: AdminSources, options: AdminOptions = {}): Promise<Admin> {
  const pages = pagesOf(sources);
  const server = createServer(LIMITS, (request, response) => answer(pages, sources, request, response));
  server.maxConnections = MAX_CONNECTIONS;
  await listening(server, options);
  return { address: server.address() as AddressInfo, close: () => closed(server) };
}

function pagesOf(sources: AdminSources): ReadonlyMap<string, () => Page> {
  return new Map([
    ['/livez', () => ({ status: 200, type: TEXT, body: 'ok\n' })],
    ['/readyz', () => readyPage(sources.readiness())],
    ['/metrics', () => ({ status: 200, type: METRICS, body: sources.metrics() })],
    ['/stages', () => ({ status: 200, type: TEXT, body: sources.stages() })],
  ]);
}

function readyPage(readiness: Readiness): Page {
  const ready = isReady(readiness);
  return { status: ready ? 200 : 503, type: JSON_TYPE, body: `${JSON.stringify({ ready, ...readiness })}\n` };
}

function answer(
  pages: ReadonlyMap<string, () => Page>,
  sources: AdminSources,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const page = pageFor(pages, sources, request);
  response.writeHead(page.status, {
    'content-type': page.type,
    'content-length': Buffer.byteLength(page.body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    // A body, which no request here has, is not read: the connection ends with the answer.
    ...(hasBody(request) && { connection: 'close' }),
    ...(page.status === 405 && { allow: 'GET, HEAD' }),
  });
  response.end(request.method === 'HEAD' ? undefined : page.body);
}

function pageFor(
  pages: ReadonlyMap<string, () => Page>,
  sources: AdminSources,
  request: IncomingMessage,
): Page {
  if (request.method !== 'GET' && request.method !== 'HEAD') return plain(405, 'Only GET and HEAD.');
  const make = pages.get((request.url ?? '').split('?', 1)[0] ?? '');
  if (make === undefined) return plain(404, `There is ${[...pages.keys()].join(', ')}.`);
  try {
    return make();
  } catch (error) {
    sources.onFault('admin', error);
    return plain(500, 'The page could not be made.');
  }
}

const plain = (status: number, text: string): Page => ({ status, type: TEXT, body: `${text}\n` });

function hasBody(request: IncomingMessage): boolean {
  return (
    request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0
  );
}

function listening(
  server: Server,
  { host = DEFAULT_HOST, port = DEFAULT_PORT }: AdminOptions,
): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), CLOSE_MS);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}
