/**
 * The edge facing Envoy: both doors and gRPC health on one TCP port or Unix socket, and its orderly end.
 *
 *   listen → connections → grpc-js → check-call | process-stream → the doors
 */
import {
  type ConnectionInjector,
  Server,
  ServerCredentials,
  type ServerOptions,
  type ServiceDefinition,
  setLogger,
} from '@grpc/grpc-js';
import type { Clock, Faults } from '../core/ports.ts';
import { excerpt } from '../core/printable.ts';
import { type CallOpener, takeOver, unreachable } from './call.ts';
import { CheckCall } from './check-call.ts';
import type { Doors } from './doors.ts';
import { Health } from './health.ts';
import { type Listener, listen } from './listen.ts';
import { ProcessStream } from './process-stream.ts';
import { rawService } from './protos.ts';
import { allowStreamResets } from './reset-limit.ts';
import { Watchdog } from './watchdog.ts';
import { widenWindows } from './windows.ts';

const AUTHORIZATION = 'envoy.service.auth.v3.Authorization';
const EXTERNAL_PROCESSOR = 'envoy.service.ext_proc.v3.ExternalProcessor';

/** What a message has beside the body that it carries: headers, metadata, framing. */
const MESSAGE_OVERHEAD = 65_536;
/** How long a stream that was cut has to tell its peer so. Milliseconds. */
const LAST_WORDS_MS = 500;

export interface Tls {
  /** PEM: the certificate with its chain, and its key. */
  readonly certificate: Buffer;
  readonly key: Buffer;
  /** PEM. Given, only clients with a certificate of this authority may connect. */
  readonly clientAuthority?: Buffer;
}

export interface EnvoyServerOptions {
  /** `host:port`, port 0 for any free one, or `unix:/path`. */
  readonly listen: string;
  /** Permissions of a Unix socket; 0o660 unless given. */
  readonly socketMode?: number;
  /** Without it, everybody who reaches the address is believed to be Envoy. */
  readonly tls?: Tls;
  /** The largest body that one message may carry, in bytes. */
  readonly maxBodyBytes: number;
  readonly doors: Doors;
  readonly clock: Clock;
  readonly faults: Faults;
}

export interface Drain {
  /** How long to go on serving after health said no: the proxies' checks must see it. Milliseconds. */
  readonly waitMs: number;
  /** How long running calls may take to finish. Milliseconds. */
  readonly graceMs: number;
}

export interface EnvoyServer extends Pick<Listener, 'address' | 'port'> {
  /** How many calls are open. */
  readonly openCalls: number;
  /** What health answers. False until it is called: the one who knows that a policy is loaded does so. */
  setServing(serving: boolean): void;
  /**
   * Stops without dropping a request: health says no, then no new calls are taken and the running ones finish. What is
   * left after the grace is ended with an error, never with OK. Resolves when all connections are closed.
   */
  drain(how: Drain): Promise<void>;
}

/** @throws if the address cannot be bound or the TLS material is not usable */
export async function serveEnvoy(options: EnvoyServerOptions): Promise<EnvoyServer> {
  const { clock, faults } = options;
  // grpc-js writes its own errors to the console, with what the peer sent in them.
  setLogger({ error: (...said: unknown[]) => faults.report('grpc', excerpt(said.join(' '), 200)) });
  const watchdog = new Watchdog(clock, faults);
  const health = new Health([AUTHORIZATION, EXTERNAL_PROCESSOR]);
  const server = new Server({
    ...limits(options.maxBodyBytes),
    interceptors: [takeOver(openers(options, watchdog), faults)],
  });
  allowStreamResets(server);
  for (const definition of [rawService(AUTHORIZATION), rawService(EXTERNAL_PROCESSOR)])
    register(server, definition);
  health.addTo(server);
  const connections = server.createConnectionInjector(credentials(options.tls));
  widenWindows(server);
  const listener = await listen(
    options.listen,
    options.socketMode ?? 0o660,
    (socket) => connections.injectConnection(socket),
    (error) => faults.report('listener', error),
  );
  watchdog.start();
  return {
    address: listener.address,
    port: listener.port,
    get openCalls() {
      return watchdog.size;
    },
    setServing: (serving) => health.set(serving),
    drain: (how) => drain(how, { health, listener, connections, watchdog }),
  };
}

interface Parts {
  readonly health: Health;
  readonly listener: Listener;
  readonly connections: ConnectionInjector;
  readonly watchdog: Watchdog;
}

async function drain(
  { waitMs, graceMs }: Drain,
  { health, listener, connections, watchdog }: Parts,
): Promise<void> {
  health.retire();
  await sleep(waitMs);
  const closed = listener.close();
  // GOAWAY: a proxy opens no more calls on these connections, and each closes after its last one.
  connections.drain(graceMs + LAST_WORDS_MS);
  health.endWatches();
  if (!(await within(graceMs, closed))) watchdog.cutAll();
  if (!(await within(LAST_WORDS_MS, closed))) listener.destroyConnections();
  await closed;
  connections.destroy();
  watchdog.stop();
}

function openers(options: EnvoyServerOptions, watchdog: Watchdog): ReadonlyMap<string, CallOpener> {
  const context = { ...options, watchdog, unsent: { bytes: 0 } };
  return new Map<string, CallOpener>([
    [`/${AUTHORIZATION}/Check`, (call) => new CheckCall(call, context)],
    [`/${EXTERNAL_PROCESSOR}/Process`, (call) => new ProcessStream(call, context)],
  ]);
}

function register(server: Server, definition: ServiceDefinition): void {
  server.addService(
    definition,
    Object.fromEntries(Object.keys(definition).map((method) => [method, unreachable])),
  );
}

function limits(maxBodyBytes: number): ServerOptions {
  return {
    'grpc.enable_channelz': 0,
    // A bound for one connection. What is too much for the process is refused at the first door, in words.
    'grpc.max_concurrent_streams': 10_000,
    'grpc.max_receive_message_length': maxBodyBytes + MESSAGE_OVERHEAD,
    // Connections whose peer is gone without a word.
    'grpc.keepalive_time_ms': 30_000,
  };
}

function credentials(tls: Tls | undefined): ServerCredentials {
  if (tls === undefined) return ServerCredentials.createInsecure();
  const pair = { cert_chain: tls.certificate, private_key: tls.key };
  return ServerCredentials.createSsl(tls.clientAuthority ?? null, [pair], tls.clientAuthority !== undefined);
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** @returns whether it came to pass in time */
async function within(ms: number, event: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const inTime = await Promise.race([event.then(() => true), late]);
  clearTimeout(timer);
  return inTime;
}
