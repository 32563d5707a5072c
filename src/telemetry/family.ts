/**
 * Metrics as plain numbers: a family is one name with its series, one for each set of label values. Counting costs one
 * look-up; text is made only when somebody asks for it.
 *
 * A family holds a bounded number of series. Label values beyond the bound, of which there should be none since they
 * come from the policy and closed sets, are all counted as `other`.
 */
import { excerpt } from '../core/printable.ts';

const MAX_SERIES = 1000;
const MAX_LABEL = 128;
const OTHER = 'other';
/** Between label values in a series' key; no printable label value contains it. */
const SEPARATOR = '\u0000';

export interface Sample {
  /** In the order of the family's label names. */
  readonly labels: readonly string[];
  value: number;
}

export interface Distribution {
  readonly labels: readonly string[];
  /** How many fell into each bucket, the one above the last bound included. */
  readonly counts: number[];
  sum: number;
}

interface Named {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
}

/** A family as it is rendered. */
export type Family =
  | (Named & { readonly type: 'counter' | 'gauge'; samples(): Iterable<Readonly<Sample>> })
  | (Named & {
      readonly type: 'histogram';
      /** Upper bounds of the buckets, inclusive, rising. */
      readonly bounds: readonly number[];
      distributions(): Iterable<Readonly<Distribution>>;
    });

/** Series by their label values. */
class SeriesMap<S> {
  readonly #series = new Map<string, S>();
  readonly #make: (labels: readonly string[]) => S;

  constructor(make: (labels: readonly string[]) => S) {
    this.#make = make;
  }

  at(labels: readonly string[]): S {
    const key = labels.length === 1 ? (labels[0] ?? '') : labels.join(SEPARATOR);
    return this.#series.get(key) ?? this.#add(key, labels);
  }

  values(): Iterable<S> {
    return this.#series.values();
  }

  #add(key: string, labels: readonly string[]): S {
    if (this.#series.size < MAX_SERIES) return this.#insert(key, labels);
    const others = labels.map(() => OTHER);
    const shared = others.join(SEPARATOR);
    return this.#series.get(shared) ?? this.#insert(shared, others);
  }

  #insert(key: string, labels: readonly string[]): S {
    const series = this.#make(labels.map((label) => excerpt(label, MAX_LABEL)));
    this.#series.set(key, series);
    return series;
  }
}

/** Counts up, and never down. */
export class Counter {
  readonly type = 'counter';
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
  readonly #series = new SeriesMap<Sample>((labels) => ({ labels, value: 0 }));

  constructor(name: string, help: string, labelNames: readonly string[]) {
    this.name = name;
    this.help = help;
    this.labelNames = labelNames;
  }

  add(labels: readonly string[], amount = 1): void {
    this.#series.at(labels).value += amount;
  }

  samples(): Iterable<Readonly<Sample>> {
    return this.#series.values();
  }
}

/** Counts how often values fell between bounds. */
export class Histogram {
  readonly type = 'histogram';
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
  readonly bounds: readonly number[];
  readonly #series: SeriesMap<Distribution>;

  constructor(name: string, help: string, labelNames: readonly string[], bounds: readonly number[]) {
    this.name = name;
    this.help = help;
    this.labelNames = labelNames;
    this.bounds = bounds;
    const zeros = () => new Array<number>(bounds.length + 1).fill(0);
    this.#series = new SeriesMap((labels) => ({ labels, counts: zeros(), sum: 0 }));
  }

  observe(labels: readonly string[], value: number): void {
    const series = this.#series.at(labels);
    const bucket = this.#bucketOf(value);
    series.counts[bucket] = (series.counts[bucket] ?? 0) + 1;
    series.sum += value;
  }

  distributions(): Iterable<Readonly<Distribution>> {
    return this.#series.values();
  }

  #bucketOf(value: number): number {
    let low = 0;
    let high = this.bounds.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (value <= (this.bounds[middle] ?? Number.POSITIVE_INFINITY)) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

/** A number that is read when somebody asks. */
export function reading(type: 'counter' | 'gauge', name: string, help: string, read: () => number): Family {
  return { type, name, help, labelNames: [], samples: () => [{ labels: [], value: read() }] };
}
