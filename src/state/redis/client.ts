/**
 * The connection to Redis, with what is needed so that nobody waits for it.
 *
 * ioredis waits for ever on a frozen server, keeps commands for a server that is gone, and sends again what may have been
 * done already. Here nothing is queued while it is away and nothing is sent twice; every call has a time limit; and how
 * many are under way is bounded, those that were given up included, since the answers to them may still come.
 *
 * A call that fails says whether it may have been done all the same. Errors hold no argument of a command: one of them
 * is the password.
 */
import { readFileSync } from 'node:fs';
import { Cluster, type ClusterOptions, Redis, type RedisOptions } from 'ioredis';
import type { Random } from '../../core/ports.ts';
import type { Address } from './address.ts';
import type { Script } from './script.ts';

/** Of the request path: with the rest of a door's work it stays below 150 ms. */
const CALL_MS = 100;
const CONNECT_MS = 1000;
/** Of nodes, and of Sentinels about the master. */
const TOPOLOGY_MS = 500;
const TOPOLOGY_REFRESH_MS = 5000;
const CLOSED_AFTER_MS = 100;
const LEAST_RETRY_MS = 50;
const MOST_RETRY_MS = 2000;
/** Each is about 2 KB. */
const MOST_UNDER_WAY = 5000;

/** Redis cannot be used now. */
export class RedisAway extends Error {
  override name = 'RedisAway';
  /** It may have been done all the same. */
  readonly sent: boolean;
  /** Redis answered that it will not do this, and would not if it was asked again. */
  readonly refused: boolean;

  constructor(why: string, sent: boolean, refused = false) {
    super(why);
    this.sent = sent;
    this.refused = refused;
  }
}

export interface ClientOptions {
  readonly address: Address;
  readonly random: Pick<Random, 'fraction'>;
  /** Made known to every node when it is connected; one that does not know them all the same is told again. */
  readonly scripts: readonly Script[];
  /** Hears of connections that fail. */
  readonly onFault: (where: string, error: unknown) => void;
  /** Hears of each call for which Redis could not be reached, or could not work. */
  readonly onFailure?: () => void;
  /** Hears of each time that it can be asked again. */
  readonly onReady?: () => void;
  readonly callMs?: number | undefined;
  readonly mostUnderWay?: number | undefined;
}

export class Client {
  readonly isCluster: boolean;
  /** Round trips of calls so far, for whoever measures. */
  roundTrips = 0;
  /** Why the last connection failed. */
  lastFault: string | undefined;
  /** How long a call may take, unless it says otherwise. */
  readonly callMs: number;
  readonly #options: ClientOptions;
  #redis: Redis | Cluster;
  readonly #mostUnderWay: number;
  #underWay = 0;
  #closed = false;

  /** Connects in the background. @throws Error if the file of certificates cannot be read */
  constructor(options: ClientOptions) {
    const { address, callMs = CALL_MS, mostUnderWay = MOST_UNDER_WAY } = options;
    this.isCluster = address.kind === 'cluster';
    this.callMs = callMs;
    this.#options = options;
    this.#mostUnderWay = mostUnderWay;
    this.#redis = this.#connect();
  }

  /** Can it be asked at all? */
  get isReady(): boolean {
    return this.#redis.status === 'ready';
  }

  get underWay(): number {
    return this.#underWay;
  }

  /** Runs a script, in one round trip. @throws RedisAway */
  run(script: Script, keys: readonly string[], args: readonly string[], ms = this.callMs): Promise<unknown> {
    return this.#limited(ms, () => {
      const done = this.#redis.evalsha(script.sha, keys.length, ...keys, ...args);
      return done.catch((error: unknown) => {
        if (!String((error as Error).message).startsWith('NOSCRIPT')) throw error;
        this.roundTrips++;
        return this.#redis.eval(script.text, keys.length, ...keys, ...args);
      });
    });
  }

  /** @throws RedisAway */
  call(command: string, args: readonly (string | number)[], ms = this.callMs): Promise<unknown> {
    return this.#limited(ms, () => this.#redis.call(command, ...args));
  }

  /** Do all masters answer? @throws RedisAway */
  async ping(): Promise<void> {
    const nodes = this.#redis instanceof Cluster ? this.#redis.nodes('master') : [this.#redis];
    await this.#limited(this.callMs, () => Promise.all(nodes.map((node) => node.ping())));
  }

  /** Gives up everything that is under way and connects anew, wherever the last attempt was stuck. */
  reset(): void {
    if (this.#closed) return;
    this.#redis.disconnect();
    this.#redis = this.#connect();
  }

  close(): void {
    this.#closed = true;
    this.#redis.disconnect();
  }

  async #limited<T>(ms: number, call: () => Promise<T>): Promise<T> {
    if (!this.isReady) throw this.#away('not connected', false);
    if (this.#underWay >= this.#mostUnderWay) throw this.#away('too many calls are under way', false);
    this.#underWay++;
    this.roundTrips++;
    const answer = call();
    const over = () => this.#underWay--;
    answer.then(over, over);
    return within(ms, answer).catch((error: unknown) => {
      throw this.#away(reasonOf(error), true);
    });
  }

  #away(why: string, sent: boolean): RedisAway {
    const refused = ANSWERS.test(why) && !UNABLE.test(why);
    if (!refused) this.#options.onFailure?.();
    return new RedisAway(why, sent, refused);
  }

  #connect(): Redis | Cluster {
    const { address, random, onReady, onFault } = this.#options;
    const redis = open(address, random);
    redis.on('error', (error: unknown) => {
      if (redis !== this.#redis) return;
      this.lastFault = reasonOf(error);
      onFault('redis.connection', new Error(this.lastFault));
    });
    if (onReady !== undefined) redis.on('ready', onReady);
    if (redis instanceof Cluster) redis.on('+node', (node: Redis) => this.#prepare(node));
    else this.#prepare(redis);
    return redis;
  }

  #prepare(node: Redis): void {
    node.on('ready', () => {
      for (const { text } of this.#options.scripts) node.script('LOAD', text).catch(() => undefined);
    });
    // A cluster's nodes wait to be asked, and refuse whatever comes while they connect.
    if (node.status === 'wait') node.connect().catch(() => undefined);
  }
}

/** What a call answers, if it does so in time. */
function within<T>(ms: number, answer: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = () => reject(new RedisAway(`no answer in ${ms} ms`, true));
    // Where this process was busy, the answer may be there already and is read before anything that is immediate.
    const timer = setTimeout(() => setImmediate(late), ms);
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function open(address: Address, random: Pick<Random, 'fraction'>): Redis | Cluster {
  const { kind, hosts, db } = address;
  const retry = (times: number) => {
    const most = Math.min(LEAST_RETRY_MS * 2 ** Math.min(times - 1, 10), MOST_RETRY_MS);
    return Math.ceil(most * (0.5 + random.fraction() / 2));
  };
  const common = commonOptions(address, retry);
  if (kind === 'cluster') return new Cluster([...hosts], clusterOptions(common, retry));
  if (kind === 'single') return new Redis({ ...common, ...hosts[0], db });
  const { master, sentinelUsername, sentinelPassword } = address;
  return new Redis({
    ...common,
    db,
    sentinels: [...hosts],
    name: master ?? '',
    sentinelCommandTimeout: TOPOLOGY_MS,
    sentinelRetryStrategy: retry,
    ...(sentinelUsername !== undefined && { sentinelUsername }),
    ...(sentinelPassword !== undefined && { sentinelPassword }),
    ...(common.tls !== undefined && { sentinelTLS: common.tls, enableTLSForSentinelMode: true }),
  });
}

function commonOptions(address: Address, retryStrategy: (times: number) => number) {
  const { tls, caFile, username, password } = address;
  const trusted = caFile === undefined ? {} : { ca: readFileSync(caFile) };
  return {
    // What a script is asked and answers needs nothing of version 3, and older servers do not have it.
    protocol: 2,
    connectionName: 'sallyport',
    connectTimeout: CONNECT_MS,
    disconnectTimeout: CLOSED_AFTER_MS,
    keepAlive: 5000,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(tls && { tls: trusted }),
  } satisfies RedisOptions;
}

function clusterOptions(
  redisOptions: ReturnType<typeof commonOptions>,
  clusterRetryStrategy: (times: number) => number,
) {
  return {
    redisOptions,
    enableOfflineQueue: false,
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 0,
    slotsRefreshTimeout: TOPOLOGY_MS,
    slotsRefreshInterval: TOPOLOGY_REFRESH_MS,
    clusterRetryStrategy,
  } satisfies ClusterOptions;
}

/** Redis begins the text of its errors with a word; what follows may quote what was asked. */
const ANSWERS = /^[A-Z]{3,}$/;
/** Answers of a server that cannot or may not work now, whatever it is asked; codes of connections begin with an E. */
const UNABLE =
  /^(LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|MISCONF|NOREPLICAS|BUSY|OOM|MOVED|ASK|TRYAGAIN|NOAUTH|NOPERM|WRONGPASS|E(?!RR$)[A-Z]+)$/;

/** What an error is about, without what was asked. */
function reasonOf(error: unknown): string {
  if (error instanceof RedisAway) return error.message;
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (typeof code === 'string') return code;
  const [word = ''] = String(message).split(/[\s:]/, 1);
  return ANSWERS.test(word) ? word : 'connection failed';
}
