/**
 * Counts tokens with the models' own tokenizers, in a thread beside the one that serves. Texts that were counted before
 * are remembered by digest, so that a conversation, which sends its whole history with every turn, costs one new text a
 * turn. Whatever happens to the thread, an answer comes in time: an estimate, if need be.
 */
import { hash } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import type { Encoding, TokenCounter } from '../core/ports.ts';
import type { Soon } from '../core/soon.ts';

export interface CountRequest {
  readonly id: number;
  readonly texts: readonly string[];
  readonly encoding: Encoding;
}

export interface Counted {
  readonly id: number;
  readonly counts: readonly number[];
}

export interface WorkerCounter extends TokenCounter {
  /** Ends the thread; what is being counted is estimated. */
  close(): Promise<void>;
}

export interface CounterOptions {
  /** What counts where the tokenizer cannot. */
  readonly estimate: (text: string) => number;
  readonly onFault: (where: string, error: unknown) => void;
  /** How long an answer may take, milliseconds. */
  readonly timeoutMs?: number;
}

const WORKER = new URL(
  import.meta.url.endsWith('.ts') ? './count-worker.ts' : './count-worker.js',
  import.meta.url,
);

const TIMEOUT_MS = 400;
/** UTF-16 code units with the thread at once; beyond them texts are estimated. It does about 10 million a second. */
const MOST_WAITING = 4_000_000;
/** Counts remembered, about 150 bytes each. */
const MOST_REMEMBERED = 50_000;
/** A thread that died is started again no sooner than this. */
const RESTART_MS = 1_000;

interface Waiting {
  readonly names: readonly string[];
  readonly texts: readonly string[];
  readonly size: number;
  readonly settle: (counts: readonly number[]) => void;
}

/** The thread is started when it is first asked. */
export function openTokenCounter(options: CounterOptions): WorkerCounter {
  return new ThreadCounter(options);
}

class ThreadCounter implements WorkerCounter {
  readonly #options: CounterOptions;
  readonly #remembered = new Map<string, number>();
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #diedAt = Number.NEGATIVE_INFINITY;
  #closed = false;
  #size = 0;
  #ids = 0;

  constructor(options: CounterOptions) {
    this.#options = options;
  }

  count(texts: readonly string[], encoding: Encoding): Soon<number> {
    let known = 0;
    const names: string[] = [];
    const unknown: string[] = [];
    for (const text of texts) {
      if (text === '') continue;
      const name = nameOf(text, encoding);
      const before = this.#recall(name);
      if (before !== undefined) known += before;
      else {
        names.push(name);
        unknown.push(text);
      }
    }
    if (unknown.length === 0) return known;
    const size = unknown.reduce((sum, text) => sum + text.length, 0);
    const worker = this.#size + size > MOST_WAITING ? undefined : this.#running();
    if (worker === undefined) return known + this.#estimate(unknown);
    return this.#ask(worker, { texts: unknown, names, size, encoding }).then(
      (counts) => known + sumOf(counts),
    );
  }

  #ask(
    worker: Worker,
    {
      texts,
      names,
      size,
      encoding,
    }: Pick<Waiting, 'texts' | 'names' | 'size'> & { readonly encoding: Encoding },
  ): Promise<readonly number[]> {
    const id = ++this.#ids;
    this.#size += size;
    return new Promise((resolve) => {
      const late = setTimeout(() => this.#settle(id, undefined), this.#options.timeoutMs ?? TIMEOUT_MS);
      const settle = (counts: readonly number[]) => {
        clearTimeout(late);
        resolve(counts);
      };
      this.#waiting.set(id, { texts, names, size, settle });
      worker.postMessage({ id, texts, encoding } satisfies CountRequest);
    });
  }

  /** @param counts undefined where they did not come in time */
  #settle(id: number, counts: readonly number[] | undefined): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    this.#waiting.delete(id);
    this.#size -= waiting.size;
    waiting.names.forEach((name, i) => {
      const count = counts?.[i];
      if (count !== undefined) this.#remember(name, count);
    });
    waiting.settle(counts ?? waiting.texts.map(this.#options.estimate));
  }

  #estimate(texts: readonly string[]): number {
    return sumOf(texts.map(this.#options.estimate));
  }

  #running(): Worker | undefined {
    if (this.#worker !== undefined || this.#closed) return this.#worker;
    if (performance.now() - this.#diedAt < RESTART_MS) return undefined;
    const worker = new Worker(WORKER, { stdin: false });
    worker.unref();
    worker.on('message', ({ id, counts }: Counted) => this.#settle(id, counts));
    worker.on('error', (error) => this.#options.onFault('tokens', error));
    worker.on('exit', () => this.#died(worker));
    this.#worker = worker;
    return worker;
  }

  #died(worker: Worker): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    this.#diedAt = performance.now();
    for (const id of [...this.#waiting.keys()]) this.#settle(id, undefined);
  }

  #recall(name: string): number | undefined {
    const count = this.#remembered.get(name);
    if (count === undefined) return undefined;
    this.#remembered.delete(name);
    this.#remembered.set(name, count);
    return count;
  }

  #remember(name: string, count: number): void {
    if (this.#remembered.size >= MOST_REMEMBERED)
      this.#remembered.delete(this.#remembered.keys().next().value ?? '');
    this.#remembered.set(name, count);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#worker?.terminate();
  }
}

function nameOf(text: string, encoding: Encoding): string {
  return `${encoding} ${hash('sha256', text, 'base64url')}`;
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
