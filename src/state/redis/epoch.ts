/**
 * Tells when a server has lost its data: a key that never expires holds what the first process wrote there. Where it
 * holds something else than before, all counts began anew, which operators must hear of.
 */
import type { Client } from './client.ts';

const KEY = 'sp:epoch';

export class Epoch {
  readonly #own: string;
  readonly #onLost: (error: Error) => void;
  #known: string | undefined;
  #looks = 0;

  /** @param own written where there is none: nothing that another process would write */
  constructor(own: string, onLost: (error: Error) => void) {
    this.#own = own;
    this.#onLost = onLost;
  }

  /** To be called after each connecting. */
  async look(client: Pick<Client, 'call'>): Promise<void> {
    try {
      await client.call('set', [KEY, `${this.#own}.${this.#looks++}`, 'NX']);
      const found = String(await client.call('get', [KEY]));
      if (this.#known !== undefined && found !== this.#known)
        this.#onLost(new Error('Redis has lost its data: all counts began anew'));
      this.#known = found;
    } catch {
      // It went away again; the next connection looks.
    }
  }
}
