/** A fault that strikes one exchange, wherever in the code that exchange happens to be. */
import { AsyncLocalStorage } from 'node:async_hooks';

/** Says whether to throw at the place that an exchange has come to, the `number`th of its way. */
export type Aim = (place: string, number: number) => boolean;

/** Notes the places that one exchange passes, and throws at those that it aims at. */
export class Strike {
  readonly places: string[] = [];
  readonly struck: string[] = [];
  /** How often the exchange was recorded. */
  records = 0;
  readonly #aim: Aim;

  constructor(aim: Aim) {
    this.#aim = aim;
  }

  pass(place: string): void {
    this.places.push(place);
    if (!this.#aim(place, this.places.length)) return;
    this.struck.push(place);
    throw new Error(`struck at ${place}`);
  }
}

const current = new AsyncLocalStorage<Strike>();

/** Runs what belongs to one exchange, with all that it awaits. */
export function under<T>(strike: Strike | undefined, run: () => T): T {
  return strike === undefined ? current.exit(run) : current.run(strike, run);
}

/** Comes by a place. @throws if the exchange that is under way is to be struck here */
export function pass(place: string): void {
  current.getStore()?.pass(place);
}

/** The exchange that is under way was recorded. */
export function noteRecord(): void {
  const strike = current.getStore();
  if (strike !== undefined) strike.records += 1;
}

type Calls = Record<string, (...args: never[]) => unknown>;

/** Puts a place before each call of an object, here and for everybody who holds it. */
export function strikeCalls(target: object, name: string, methods: readonly string[]): void {
  const calls = target as Calls;
  for (const method of methods) {
    const plain = calls[method];
    if (plain === undefined) throw new Error(`${name} has no ${method}`);
    Object.defineProperty(target, method, {
      value: function (this: unknown, ...args: never[]) {
        pass(`${name}.${method}`);
        return plain.apply(this, args);
      },
    });
  }
}
