/** Limits, compiled. */
import type { OperationName } from '../core/operation.ts';
import type { Attribute, Principal } from '../core/principal.ts';

/** What may be counted apart. `group` counts once for each group of the caller, `network` by the source's network. */
export type CountedBy = Attribute | 'group' | 'model' | 'backend' | 'operation' | 'network';

/** What a limit may ask about a request. The first door knows neither model nor backend. */
export interface Counted {
  readonly principal: Principal;
  readonly operation: OperationName;
  /** Empty if unknown. */
  readonly clientAddress: string;
  readonly model?: string;
  readonly backend?: string;
}

export type Counts = 'requests' | 'tokens' | 'input_tokens' | 'output_tokens' | 'concurrent' | 'cost';

/** A period of the calendar of a time zone, by its IANA name. */
export interface CalendarOver {
  readonly kind: 'calendar';
  readonly period: 'hour' | 'day' | 'week' | 'month';
  readonly zone: string;
}

export type LimitOver =
  | { readonly kind: 'window'; readonly windowMs: number }
  | { readonly kind: 'bucket'; readonly windowMs: number; readonly burst: number }
  | CalendarOver
  | { readonly kind: 'places' };

export interface Limit {
  /** As refusals and records name it: its `id`, or `limits[n]`. */
  readonly id: string;
  readonly counts: Counts;
  /** Empty: one counter for all. */
  readonly per: readonly CountedBy[];
  readonly over: LimitOver;
  /** True where it cannot be judged before the model or the backend is known. */
  readonly needsModel: boolean;
  /** Whether it is about the request at all: `to`, `models`, `operations`. What is not known yet counts as fitting. */
  concerns(x: Counted): boolean;
  /** Requests, tokens, places, or nano-units of the currency; an override for the caller counts. */
  mostFor(x: Counted): number;
  /** Tokens count as their price does, relative to plain ones: cached input less, for example. */
  readonly weighted: boolean;
  /** Counts and reports, refuses nothing. */
  readonly shadow: boolean;
  /** Lowers the output bound of a request to what is left. */
  readonly clamp: boolean;
  /** Ends a stream when nothing is left. */
  readonly stop: boolean;
  /** Parts of the limit, in thousandths, at which a signal is raised; ascending. */
  readonly alerts: readonly number[];
}
