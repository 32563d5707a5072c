/** Something that people should hear of: not a refusal, which its own request tells, but what it means for the rest. */
export type Signal =
  /** A limit's counter passed one of its thresholds. */
  | {
      readonly kind: 'limit_threshold';
      readonly limit: string;
      /** What the counter is of, for people: `tenant acme, project ranker`; empty where it is of all. */
      readonly about: string;
      /** The window or calendar period: one that was told of is not told of again. */
      readonly period: number;
      /** Thousandths of the limit. */
      readonly threshold: number;
    }
  /** A backend reported a usage that cannot be true; our own count was taken. */
  | { readonly kind: 'usage_implausible'; readonly backend: string; readonly model: string }
  /** A model was used whose price nobody knows. */
  | { readonly kind: 'price_unknown'; readonly backend: string; readonly model: string };

export interface Signals {
  /** Tells people, once where the same thing is said again and again. Never throws. */
  raise(signal: Signal): void;
}
