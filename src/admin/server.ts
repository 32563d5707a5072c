/**
 * The admin port: is the process alive, should it get requests, and what has it counted. It answers GET and HEAD and
 * changes nothing; there is no remote way to change anything. It listens on the loopback address unless told otherwise,
 * since what it says, harmless as it is, is for operators.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { UsageAnswer, UsageQuery } from '../core/usage-book.ts';
import { JSON_TYPE, type Page, plain, TEXT } from './page.ts';
import { isReady, type Readiness } from './readiness.ts';
import { usagePage } from './usage-page.ts';

export interface AdminSources {
  readiness(): Readiness;
  /** In the Prometheus text format. */
  metrics(): string;
  /** The stages that requests walk, as a text for people. */
  stages(): string;
  /** What was used. */
  usage(query: UsageQuery, mostRows: number): Promise<UsageAnswer>;
  /** Wall clock, milliseconds. */
  now(): number;
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

const METRICS = 'text/plain; version=0.0.4; charset=utf-8';

/** @throws (rejects) the system's error if the address cannot be listened on */
export async function startAdmin(sources: AdminSources, options: AdminOptions = {}): Promise<Admin> {
  const pages = pagesOf(sources);
  const server = createServer(LIMITS, (request, response) => answer(pages, sources, request, response));
  server.maxConnections = MAX_CONNECTIONS;
  await listening(server, options);
  return { address: server.address() as AddressInfo, close: () => closed(server) };
}

type Make = (query: URLSearchParams) => Page | Promise<Page>;

function pagesOf(sources: AdminSources): ReadonlyMap<string, Make> {
  return new Map<string, Make>([
    ['/livez', () => ({ status: 200, type: TEXT, body: 'ok\n' })],
    ['/readyz', () => readyPage(sources.readiness())],
    ['/metrics', () => ({ status: 200, type: METRICS, body: sources.metrics() })],
    ['/stages', () => ({ status: 200, type: TEXT, body: sources.stages() })],
    ['/usage', (query) => usagePage(query, sources)],
  ]);
}

function readyPage(readiness: Readiness): Page {
  const ready = isReady(readiness);
  return { status: ready ? 200 : 503, type: JSON_TYPE, body: `${JSON.stringify({ ready, ...readiness })}\n` };
}

async function answer(
  pages: ReadonlyMap<string, Make>,
  sources: AdminSources,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const page = await pageFor(pages, sources, request);
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

async function pageFor(
  pages: ReadonlyMap<string, Make>,
  sources: AdminSources,
  request: IncomingMessage,
): Promise<Page> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return plain(405, 'Only GET and HEAD.');
  const [path = '', query = ''] = (request.url ?? '').split('?', 2);
  const make = pages.get(path);
  if (make === undefined) return plain(404, `There is ${[...pages.keys()].join(', ')}.`);
  try {
    return await make(new URLSearchParams(query));
  } catch (error) {
    sources.onFault('admin', error);
    return plain(500, 'The page could not be made.');
  }
}

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
