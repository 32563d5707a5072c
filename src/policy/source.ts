/**
 * The policy that requests are judged by, kept up to date with the disk.
 *
 * - A policy takes the place of another whole, between two requests, or not at all: a broken one changes nothing but
 *   the state that says so.
 * - What was read is applied once it has been read twice the same, a moment apart. A half-written file that happens to
 *   be valid may lack its last guardrail, so being valid is not enough.
 * - A large one is read in a thread of its own; the first is not, since nothing can be served without it.
 * - Content that did not change is not compiled again, however often its files are touched; changes that come fast
 *   are looked at five times a second, no more.
 */
import { type FSWatcher, watch } from 'node:fs';
import { after, type Soon } from '../core/soon.ts';
import { isLarge, judgeAside } from './aside.ts';
import {
  fingerprintOf,
  folderOf,
  judge,
  type Loaded,
  type PolicyFiles,
  readPolicyFiles,
  type Setting,
} from './load.ts';
import type { Mistake } from './mistake.ts';
import { readSecretFile } from './secret-file.ts';
import type { Snapshot } from './snapshot.ts';

/** What became of a change. */
export type Change = { readonly warnings: readonly Mistake[] } & (
  | { readonly snapshot: Snapshot }
  | { readonly mistakes: readonly Mistake[] }
);

export interface PolicyState {
  /** Of the policy in force. */
  readonly version?: string;
  /** When it was loaded: wall clock, milliseconds. */
  readonly loadedAt?: number;
  /** Why what is on the disk now is not in force. */
  readonly error?: readonly Mistake[];
  readonly warnings: readonly Mistake[];
}

/** Also what the doors ask for policies by. */
export interface PolicySource {
  /** The newest good policy; undefined until one was loaded. */
  current(): Snapshot | undefined;
  /** An earlier policy that requests under way still name; undefined if it is forgotten. */
  at(version: string): Snapshot | undefined;
  state(): PolicyState;
  /**
   * Reads and applies what is on the disk, without waiting for it to settle: for whoever knows that it is complete, as
   * with SIGHUP. Done when it returns, or for a large policy when the promise is.
   */
  reload(): Soon<Change>;
  /** Begins to watch. The process may end while it does. */
  start(): void;
  close(): void;
}

export interface SourceOptions extends Pick<Setting, 'env' | 'expand'> {
  /** A file, or a folder of them. */
  readonly path: string;
  /** Wall clock, milliseconds. */
  readonly now: () => number;
  /** Called after every change that was judged, good or bad; not for the first load, whose result `state` tells. */
  readonly onChange: (change: Change) => void;
  /** Milliseconds between the two readings that must agree. */
  readonly settleMs?: number;
  /** Milliseconds between looks at what no event tells: rotated secrets, exchanged folders, network disks. */
  readonly pollMs?: number;
}

/** Versions kept for requests under way. */
const REMEMBERED = 8;

/** Loads the policy, good or bad. */
export function openPolicy(options: SourceOptions): PolicySource {
  return new WatchedPolicy(options);
}

class WatchedPolicy implements PolicySource {
  readonly #options: SourceOptions;
  readonly #snapshots = new Map<string, Snapshot>();
  #current: Snapshot | undefined;
  #state: PolicyState = { warnings: [] };
  #secretFiles: Loaded['secretFiles'] = new Map();
  /** What was judged last, good or bad. */
  #judged = '';
  /** Counts what was begun to be judged. */
  #turn = 0;
  /** Read once; applied if the next reading is the same. */
  #candidate = '';
  #settling: NodeJS.Timeout | undefined;
  #polling: NodeJS.Timeout | undefined;
  #watcher: FSWatcher | undefined;

  constructor(options: SourceOptions) {
    this.#options = options;
    const files = readPolicyFiles(options.path);
    this.#settled(files, judge(files, folderOf(options.path), this.#setting()));
  }

  current(): Snapshot | undefined {
    return this.#current;
  }

  at(version: string): Snapshot | undefined {
    return this.#snapshots.get(version);
  }

  state(): PolicyState {
    return this.#state;
  }

  reload(): Soon<Change> {
    return this.#change(readPolicyFiles(this.#options.path));
  }

  start(): void {
    this.#polling = setInterval(() => this.#look(), this.#options.pollMs ?? 10_000).unref();
    this.#watch();
  }

  close(): void {
    // What is still being judged aside comes too late.
    this.#turn += 1;
    clearInterval(this.#polling);
    clearTimeout(this.#settling);
    this.#settling = undefined;
    this.#watcher?.close();
  }

  /** The folder, not the file: editors and Kubernetes put a new file, or a new link, in the place of the old. */
  #watch(): void {
    try {
      this.#watcher = watch(folderOf(this.#options.path), { persistent: false }, () => this.#settle());
      this.#watcher.on('error', () => this.#watcher?.close());
    } catch {
      // No watches to be had, or no such folder yet: the slow look finds every change too.
      this.#watcher = undefined;
    }
  }

  /** A pending look is not put off: a file that is touched without end must not hold the policy back. */
  #settle(): void {
    this.#settling ??= setTimeout(() => {
      this.#settling = undefined;
      this.#look();
    }, this.#options.settleMs ?? 200).unref();
  }

  #look(): void {
    const files = readPolicyFiles(this.#options.path);
    const found = fingerprintOf(files, this.#secretsNow());
    if (found === this.#judged) {
      this.#candidate = '';
    } else if (found === this.#candidate) {
      void this.#change(files);
    } else {
      this.#candidate = found;
      this.#settle();
    }
  }

  #secretsNow(): Loaded['secretFiles'] {
    return new Map([...this.#secretFiles.keys()].map((path) => [path, readSecretFile(path)]));
  }

  #setting(): Setting {
    const { env, expand, now } = this.#options;
    return { env, expand, now: now() };
  }

  /**
   * A large policy is judged aside, while requests go on under the one in force. Of two that are under way at once only
   * the later one is applied.
   */
  #change(files: PolicyFiles): Soon<Change> {
    this.#turn += 1;
    const turn = this.#turn;
    const base = folderOf(this.#options.path);
    const setting = this.#setting();
    // So that the next look does not take it for something new.
    this.#judged = fingerprintOf(files, this.#secretsNow());
    this.#candidate = '';
    const loaded = isLarge(files) ? judgeAside(files, base, setting) : judge(files, base, setting);
    return after(loaded, (found) => {
      if (turn !== this.#turn) return found;
      const change = this.#settled(files, found, setting.now);
      this.#options.onChange(change);
      return change;
    });
  }

  #settled(files: PolicyFiles, { secretFiles, ...change }: Loaded, loadedAt = this.#options.now()): Change {
    this.#secretFiles = secretFiles;
    this.#judged = fingerprintOf(files, secretFiles);
    this.#candidate = '';
    if ('snapshot' in change) {
      this.#remember(change.snapshot);
      this.#state = { version: change.snapshot.version, loadedAt, warnings: change.warnings };
    } else {
      this.#state = { ...this.#state, error: change.mistakes };
    }
    return change;
  }

  /** The same version again, with a rotated secret, takes the place of the old. */
  #remember(snapshot: Snapshot): void {
    this.#snapshots.delete(snapshot.version);
    this.#snapshots.set(snapshot.version, snapshot);
    const [oldest] = this.#snapshots.keys();
    if (this.#snapshots.size > REMEMBERED && oldest !== undefined) this.#snapshots.delete(oldest);
    this.#current = snapshot;
  }
}
