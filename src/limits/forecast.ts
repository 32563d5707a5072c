/**
 * What an answer will use, from what answers of the same model to the same caller have used: so that a budget is held
 * for what is likely, not for the most that a model could ever say. Until enough is known of the caller, that of the
 * model counts; until enough is known of the model, a stated guess.
 */
import type { Usage } from '../core/money.ts';
import type { Forecast } from '../core/ports.ts';
import { Histogram } from './histogram.ts';

/** Nine of ten answers are no longer than this share says. */
const SHARE = 0.9;
/** Answers after which a history is believed. */
const ENOUGH = 20;
/** Output tokens of an answer about which nothing is known. */
export const GUESS = 512;
/** Histories held, of models and of callers: about 4 MB each. Those not asked for longest are forgotten. */
const MOST_HISTORIES = 10_000;

/** How much one observation moves a model's factor, and how far from 1 it may be. */
const FACTOR_STEP = 0.05;
const LEAST_FACTOR = 0.25;
const MOST_FACTOR = 4;
/** Prompts shorter than this say too little about it. */
const LEAST_COUNTED = 16;

/** Far above any answer; a backend that reports more is not believed. */
const MOST_TOKENS = 2 ** 24;

export class LearnedForecast implements Forecast {
  readonly #models = new Histories();
  readonly #callers = new Histories();
  readonly #factors = new Map<string, number>();

  output(
    model: string,
    caller: string,
    { most, choices }: { readonly most: number; readonly choices: number },
  ): number {
    const history = this.#believed(model, caller);
    const each = history === undefined ? GUESS : history.quantile(SHARE);
    return Math.min(most, each * choices);
  }

  inputFactor(model: string): number {
    return this.#factors.get(model) ?? 1;
  }

  learn(model: string, caller: string, counted: number, { input, output }: Usage, choices: number): void {
    if (isTokens(output)) {
      const each = output / Math.max(1, choices);
      this.#models.of(model).add(each);
      this.#callers.of(nameOf(model, caller)).add(each);
    }
    if (isTokens(input) && counted >= LEAST_COUNTED) this.#learnFactor(model, input / counted);
  }

  #believed(model: string, caller: string): Histogram | undefined {
    return [this.#callers.find(nameOf(model, caller)), this.#models.find(model)].find(
      (history) => history !== undefined && history.count >= ENOUGH,
    );
  }

  #learnFactor(model: string, ratio: number): void {
    const before = this.inputFactor(model);
    const clipped = Math.min(MOST_FACTOR, Math.max(LEAST_FACTOR, ratio));
    // Models are the policy's: few.
    this.#factors.set(model, before + FACTOR_STEP * (clipped - before));
  }
}

function isTokens(value: number): boolean {
  return Number.isFinite(value) && value >= 0 && value <= MOST_TOKENS;
}

function nameOf(model: string, caller: string): string {
  return `${model.length}:${model}${caller}`;
}

/** Histories by name; of more than fit, those that were not asked for longest are forgotten. */
class Histories {
  readonly #kept = new Map<string, Histogram>();

  find(name: string): Histogram | undefined {
    const history = this.#kept.get(name);
    if (history === undefined) return undefined;
    this.#kept.delete(name);
    this.#kept.set(name, history);
    return history;
  }

  of(name: string): Histogram {
    const known = this.find(name);
    if (known !== undefined) return known;
    if (this.#kept.size >= MOST_HISTORIES) this.#kept.delete(this.#kept.keys().next().value ?? '');
    const made = new Histogram();
    this.#kept.set(name, made);
    return made;
  }
}
