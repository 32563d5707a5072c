/**
 * API keys that replicas share: stored in Redis, with all of them in the memory of each process.
 *
 * A request costs one look-up in a map and never asks Redis, so keys are known while it is away. `refresh` takes over
 * what changed, by change number; `flush` writes down which keys were used. Both are called by a timer of the state.
 *
 * Where Redis has lost its data, what is in memory stays, and a key that was revoked stays revoked.
 */
import type { KeyOwner } from '../../core/key-owner.ts';
import type { Clock, KeyLookup, Random } from '../../core/ports.ts';
import type { Pepper } from '../../identity/api-key.ts';
import type { KeyImport, KeyProblem, KeyRow, KeyStore, NewKey } from '../../identity/key-store.ts';
import { HeldKeys } from '../held-keys.ts';
import { KeyMaker, outgoing, repeatedDigest, whyNotRotate } from '../key-rows.ts';
import type { Client } from './client.ts';
import { KEYS_CHANGE, KEYS_SINCE, KEYS_USED } from './script.ts';

/** Nobody waits for it but commands, and timers in the background. */
const CALL_MS = 5000;
/** Many keys at once hold the server up: about a second for every hundred thousand. */
const IMPORT_MS = 60_000;
const FLUSHED_AT_ONCE = 256;
/** About 3 ms of work. */
const TAKEN_OVER_AT_ONCE = 512;
/** How often a change is tried that others change at the same time. */
const MOST_TRIES = 20;

const name = (what: string): string => `sp:{keys}:${what}`;
const ROWS = name('rows');
const ORDER = name('order');
const REPLACEMENTS = name('replacements');
const USED = name('used');
const CHANGED = [ROWS, name('digests'), name('changes'), ORDER, REPLACEMENTS, name('version')];
const READ = [ROWS, name('changes'), name('version')];

/** What a change relies on, and what it stores. */
interface Change {
  readonly expected: readonly KeyText[];
  /** The replacement of one of them, and the one that it had before. */
  readonly replaced?: { readonly id: string; readonly by: string; readonly before: string };
  readonly stored: readonly KeyRow[];
}
interface KeyText {
  readonly id: string;
  readonly text: string;
}

export class RedisKeys implements KeyStore {
  readonly #client: Client;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #maker: KeyMaker;
  readonly #process: string;
  readonly #onLost: () => void;
  readonly #held = new HeldKeys();
  #store = '';
  #seen = '0';
  #looks = 0;

  /** @param process tells this process from others @param onLost hears that Redis has other keys than it had */
  constructor(
    client: Client,
    clock: Pick<Clock, 'now'>,
    random: Random,
    process: string,
    onLost: () => void,
    pepper?: Pepper,
  ) {
    this.#client = client;
    this.#clock = clock;
    this.#maker = new KeyMaker(random, pepper);
    this.#process = process;
    this.#onLost = onLost;
  }

  get size(): number {
    return this.#held.size;
  }

  find(digest: string, now: number): KeyLookup {
    return this.#held.find(digest, now);
  }

  async create(owner: KeyOwner, expires: number | null): Promise<NewKey> {
    const made = this.#maker.make(owner, expires, null, this.#clock.now());
    await this.#change(async () => ({ expected: [], stored: [made.row] }));
    return made;
  }

  async createAll(keys: readonly KeyImport[]): Promise<readonly (NewKey | KeyRow)[] | KeyProblem> {
    const repeated = repeatedDigest(keys);
    const wanted = repeated === undefined ? keys : keys.slice(0, repeated);
    const made = wanted.map((key) => this.#maker.import(key, this.#clock.now()));
    const rows = made.map(({ row }) => row);
    if (repeated !== undefined)
      return { problem: 'known_digest', at: (await this.#knownOf(rows)) ?? repeated };
    const problem = await this.#change(async () => ({ expected: [], stored: rows }), IMPORT_MS);
    return problem ?? made.map((one) => ('secret' in one ? one : one.row));
  }

  async list(): Promise<readonly KeyRow[]> {
    const ids = textsOf(await this.#client.call('zrange', [ORDER, 0, -1], CALL_MS));
    const rows: KeyRow[] = [];
    for (let from = 0; from < ids.length; from += TAKEN_OVER_AT_ONCE) {
      const portion = ids.slice(from, from + TAKEN_OVER_AT_ONCE);
      const [texts, uses] = await Promise.all(
        [ROWS, USED].map((key) => this.#client.call('hmget', [key, ...portion], CALL_MS)),
      );
      const times = textsOf(uses);
      for (const [i, text] of textsOf(texts).entries())
        rows.push({ ...rowOf(text), lastUsed: times[i] ? Number(times[i]) : null });
    }
    return rows;
  }

  async rotate(id: string, overlapMs: number, expires?: number): Promise<NewKey | KeyProblem> {
    let made: NewKey | undefined;
    const problem = await this.#change(async () => {
      const now = this.#clock.now();
      const old = await this.#read(id);
      const before = old && (await this.#replacementOf(id));
      const why = whyNotRotate(old?.row, before ? [before.row] : [], now);
      if (why !== undefined || old === undefined) return why ?? { problem: 'unknown_key' };
      made = this.#maker.replace(old.row, expires, now);
      const replaced = { id, by: made.row.id, before: before?.id ?? '' };
      const expected = before === undefined ? [old] : [old, before];
      return { expected, replaced, stored: [made.row, outgoing(old.row, overlapMs, now)] };
    });
    return problem ?? (made as NewKey);
  }

  async revoke(id: string): Promise<KeyRow | KeyProblem> {
    let revoked: KeyRow | undefined;
    const problem = await this.#change(async () => {
      const old = await this.#read(id);
      if (old === undefined) return { problem: 'unknown_key' };
      if (old.row.revoked !== null) return { problem: 'already_revoked', at: old.row.revoked };
      revoked = { ...old.row, revoked: this.#clock.now() };
      return { expected: [old], stored: [revoked] };
    });
    return problem ?? (revoked as KeyRow);
  }

  /** Takes over what changed. @throws RedisAway */
  async refresh(): Promise<void> {
    for (;;) {
      const fresh = `${this.#process}.${this.#looks++}`;
      const asked = [this.#store, this.#seen, String(TAKEN_OVER_AT_ONCE), fresh];
      const reply = await this.#client.run(KEYS_SINCE, READ, asked, CALL_MS);
      const [store = '', latest = '0', seen = '0', ...rows] = textsOf(reply);
      for (const row of rows) this.#held.hold(rowOf(row));
      if (this.#store !== '' && store !== this.#store) this.#onLost();
      this.#store = store;
      this.#seen = seen;
      if (rows.length < TAKEN_OVER_AT_ONCE || seen === latest) return;
    }
  }

  /** Writes down which keys were used. What could not be written stays for the next time. @throws RedisAway */
  async flush(): Promise<void> {
    const uses = this.#held.firstUses(FLUSHED_AT_ONCE);
    if (uses.length === 0) return;
    const args = uses.flatMap(([id, at]) => [id, String(at)]);
    await this.#client.run(KEYS_USED, [USED], args, CALL_MS);
    this.#held.written(uses);
  }

  /** Makes a change, again where another process changed the same at the same time. */
  async #change(make: () => Promise<Change | KeyProblem>, ms = CALL_MS): Promise<KeyProblem | undefined> {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const change = await make();
      if ('problem' in change) return change;
      const [done, at] = (await this.#client.run(KEYS_CHANGE, CHANGED, argumentsOf(change), ms)) as number[];
      if (done === 2) return { problem: 'known_digest', at: at ?? 0 };
      if (done !== 1) continue;
      await this.refresh();
      return undefined;
    }
    throw new Error('too many others change the same key');
  }

  async #read(id: string): Promise<(KeyText & { readonly row: KeyRow }) | undefined> {
    const text = await this.#client.call('hget', [ROWS, id], CALL_MS);
    return typeof text === 'string' ? { id, text, row: rowOf(text) } : undefined;
  }

  async #replacementOf(id: string): Promise<(KeyText & { readonly row: KeyRow }) | undefined> {
    const by = await this.#client.call('hget', [REPLACEMENTS, id], CALL_MS);
    return typeof by === 'string' ? this.#read(by) : undefined;
  }

  /** Position of the first row whose digest is stored already. */
  async #knownOf(rows: readonly KeyRow[]): Promise<number | undefined> {
    for (const [at, { digest }] of rows.entries()) {
      if ((await this.#client.call('hexists', [name('digests'), digest], CALL_MS)) === 1) return at;
    }
    return undefined;
  }
}

function argumentsOf({ expected, replaced, stored }: Change): string[] {
  return [
    String(expected.length),
    ...expected.flatMap(({ id, text }) => [id, text]),
    ...(replaced === undefined ? ['', '', ''] : [replaced.id, replaced.by, replaced.before]),
    ...stored.flatMap((row) => [row.id, row.digest, textOf(row)]),
  ];
}

/** As it is stored: when it was last used is kept apart. */
function textOf({ lastUsed: _, ...row }: KeyRow): string {
  return JSON.stringify(row);
}

function rowOf(text: string): KeyRow {
  return { ...JSON.parse(text), lastUsed: null };
}

function textsOf(reply: unknown): string[] {
  return Array.isArray(reply) ? reply.map((one) => (one === null ? '' : String(one))) : [];
}
