/**
 * Which requests took what steps, and which are settled, so that neither is done twice. Bounded: of the most recent ones
 * at least half as many as fit are known. One that is forgotten counts as never seen, which needs tens of thousands of
 * others between a request and its repetition.
 */

interface Known {
  settled: boolean;
  /** When each step took, by the state's own clock. */
  readonly tookAt: Map<number, number>;
}

const MAX_KNOWN = 100_000;

export class QuotaRequests {
  readonly #half: number;
  #young = new Map<string, Known>();
  #old = new Map<string, Known>();

  constructor(maxKnown = MAX_KNOWN) {
    this.#half = maxKnown / 2;
  }

  /** When a step of a request took, if it did. */
  tookAt(id: string, step: number): number | undefined {
    return this.#find(id)?.tookAt.get(step);
  }

  took(id: string, step: number, at: number): void {
    this.#known(id).tookAt.set(step, at);
  }

  isSettled(id: string): boolean {
    return this.#find(id)?.settled ?? false;
  }

  settle(id: string): void {
    this.#known(id).settled = true;
  }

  #find(id: string): Known | undefined {
    return this.#young.get(id) ?? this.#old.get(id);
  }

  #known(id: string): Known {
    const young = this.#young.get(id);
    if (young !== undefined) return young;
    const known = this.#old.get(id) ?? { settled: false, tookAt: new Map() };
    if (this.#young.size >= this.#half) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(id, known);
    return known;
  }
}
