/**
 * A second look at what the quick classifier is unsure of, by a compact encoder in a thread beside the one that serves.
 * It is optional: whatever happens to it, an answer comes in time, if only that there is none.
 */
import { hash } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import type { SecondLook } from '../core/ports.ts';

export interface Asked {
  readonly id: number;
  readonly text: string;
}

export type Said =
  | { readonly kind: 'ready' }
  | { readonly kind: 'absent'; readonly why: string }
  | { readonly kind: 'judged'; readonly id: number; readonly logit?: number };

/** What came of a question. Without an answer, what the quick classifier said stands. */
export type LookOutcome = 'answered' | 'remembered' | 'absent' | 'busy' | 'late' | 'failed';

export interface SecondLookEdge {
  note(outcome: LookOutcome): void;
  /** Hears once whether it can be asked. */
  onReadiness?(readiness: Readiness): void;
  onFault(where: string, error: unknown): void;
}

export interface OpenSecondLook extends SecondLook {
  /**
   * Starts it, if no text has yet, and settles when the encoder is loaded, or it is known why it is not. Until then it
   * is absent.
   */
  ready(): Promise<Readiness>;
  close(): Promise<void>;
}

/** @property absent why it cannot be asked */
export interface Readiness {
  readonly absent?: string;
}

const WORKER = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url);

/** How long an answer may take, milliseconds, its turn included. */
const TIMEOUT_MS = 500;
/** Texts with the thread at once: of longer ones it does about six in the time that an answer may take. */
const MOST_WAITING = 12;
/** A thread that ended is started again no sooner than this. */
const RESTART_MS = 1_000;
/** Answers remembered, about 150 bytes each. */
const MOST_REMEMBERED = 20_000;

export interface SecondLookOptions {
  /** How long an answer may take, milliseconds. */
  readonly timeoutMs?: number;
  /** The thread's own file. */
  readonly worker?: URL;
}

export function openSecondLook(edge: SecondLookEdge, options: SecondLookOptions = {}): OpenSecondLook {
  return new ThreadLook(edge, options);
}

const ENDED = 'Its thread ended.';

class ThreadLook implements OpenSecondLook {
  readonly #edge: SecondLookEdge;
  readonly #timeoutMs: number;
  readonly #file: URL;
  readonly #remembered = new Map<string, number>();
  readonly #waiting = new Map<number, (logit: number | undefined, outcome: LookOutcome) => void>();
  #started: { readonly worker: Worker; readonly ready: Promise<Readiness> } | undefined;
  #endedAt = Number.NEGATIVE_INFINITY;
  #isReady = false;
  #closed = false;
  #ids = 0;

  constructor(edge: SecondLookEdge, { timeoutMs = TIMEOUT_MS, worker = WORKER }: SecondLookOptions) {
    this.#edge = edge;
    this.#timeoutMs = timeoutMs;
    this.#file = worker;
  }

  ready(): Promise<Readiness> {
    if (this.#started === undefined && performance.now() - this.#endedAt < RESTART_MS)
      return Promise.resolve({ absent: ENDED });
    this.#started ??= this.#start();
    return this.#started.ready;
  }

  #start(): { readonly worker: Worker; readonly ready: Promise<Readiness> } {
    const worker = new Worker(this.#file, { stdin: false });
    const ready = new Promise<Readiness>((resolve) => {
      const absent = (why: string) => {
        this.#isReady = false;
        worker.unref();
        resolve({ absent: why });
      };
      worker.on('message', (said: Said) => {
        if (said.kind === 'judged') this.#heard(said);
        else if (said.kind === 'absent') absent(said.why);
        else {
          this.#isReady = true;
          // From here on a question keeps the process alive, by its time limit; waiting for the next one does not.
          worker.unref();
          resolve({});
        }
      });
      worker.on('error', (error) => this.#edge.onFault('encoder', error));
      worker.on('exit', () => {
        if (this.#isReady && !this.#closed) this.#ended();
        absent(ENDED);
        for (const settle of [...this.#waiting.values()]) settle(undefined, 'failed');
      });
    });
    void ready.then((readiness) => this.#edge.onReadiness?.(readiness));
    return { worker, ready };
  }

  /** One that never came to be ready would not do so the next time. */
  #ended(): void {
    this.#edge.onFault('encoder', new Error(ENDED));
    this.#started = undefined;
    this.#endedAt = performance.now();
  }

  #heard({ id, logit }: Extract<Said, { kind: 'judged' }>): void {
    this.#waiting.get(id)?.(logit, logit === undefined ? 'failed' : 'answered');
  }

  look(text: string): ReturnType<SecondLook['look']> {
    const name = hash('sha256', text, 'base64url');
    const before = this.#remembered.get(name);
    if (before !== undefined) {
      this.#edge.note('remembered');
      return before;
    }
    void this.ready();
    const why = !this.#isReady ? 'absent' : this.#waiting.size >= MOST_WAITING ? 'busy' : undefined;
    if (why !== undefined) {
      this.#edge.note(why);
      return undefined;
    }
    return this.#ask(name, text);
  }

  #ask(name: string, text: string): Promise<number | undefined> {
    const id = ++this.#ids;
    return new Promise((resolve) => {
      const settle = (logit: number | undefined, outcome: LookOutcome) => {
        clearTimeout(late);
        // Who comes late is not waited for, but has its place in the queue until then.
        if (outcome !== 'late') this.#waiting.delete(id);
        if (logit !== undefined) this.#remember(name, logit);
        if (settled) return;
        settled = true;
        this.#edge.note(outcome);
        resolve(logit);
      };
      let settled = false;
      const late = setTimeout(() => settle(undefined, 'late'), this.#timeoutMs);
      this.#waiting.set(id, settle);
      this.#started?.worker.postMessage({ id, text } satisfies Asked);
    });
  }

  #remember(name: string, logit: number): void {
    if (this.#remembered.size >= MOST_REMEMBERED)
      this.#remembered.delete(this.#remembered.keys().next().value ?? '');
    this.#remembered.set(name, logit);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#started?.worker.terminate();
  }
}
