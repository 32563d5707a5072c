/**
 * What passes between the wire and the doors, free of protobuf: events in, actions out.
 * The second door is a state machine over these; order, hold-back and back-pressure are tested here without gRPC.
 */
import type { HeaderChanges, Headers } from '../core/headers.ts';
import type { Soon } from '../core/soon.ts';
import type { Snapshot } from '../policy/snapshot.ts';

/** Envoy's `ProcessingMode.BodySendMode`. */
export type BodyMode = 'none' | 'streamed' | 'buffered' | 'buffered_partial' | 'full_duplex' | 'grpc';

export type Direction = 'request' | 'response';

/** The first door's answer. There is no default: an answer that nobody made is not an allow. */
export type CheckDecision =
  | {
      readonly allow: true;
      /** Sealed; becomes dynamic metadata. */
      readonly voucher: string;
      readonly headers: HeaderChanges;
      /** Members of the query that are taken off before the request goes on. */
      readonly removeParameters: readonly string[];
      /** Added to the answer that the client gets. */
      readonly responseHeaders: readonly (readonly [name: string, value: string])[];
    }
  | {
      readonly allow: false;
      readonly status: number;
      readonly headers: readonly (readonly [name: string, value: string])[];
      readonly body: string;
    };

/** What the first message of a stream says about the stream. */
export interface Opening {
  /** From `protocol_config`; undefined if the proxy did not send it. */
  readonly modes:
    | { readonly request: BodyMode; readonly response: BodyMode; readonly earlyBody: boolean }
    | undefined;
  /** The sealed voucher in the first door's metadata namespace. */
  readonly voucher: string | undefined;
  /** Envoy's `observability_mode`: it would not wait for any answer. */
  readonly observing: boolean;
}

export type Event =
  | {
      readonly kind: 'headers';
      readonly direction: Direction;
      readonly headers: Headers;
      readonly endOfStream: boolean;
    }
  | {
      readonly kind: 'body';
      readonly direction: Direction;
      readonly bytes: Uint8Array;
      readonly endOfStream: boolean;
    }
  | { readonly kind: 'trailers'; readonly direction: Direction };

export type SessionAction =
  | {
      readonly kind: 'headers';
      readonly direction: Direction;
      readonly changes: HeaderChanges;
      readonly clearRouteCache: boolean;
      /** Asks Envoy for another mode for the rest of this stream; only where the proxy allows it. */
      readonly override?: { readonly request?: BodyMode; readonly response?: BodyMode };
    }
  /** The one reply to a body message in the buffered and streamed modes. */
  | {
      readonly kind: 'body';
      readonly direction: Direction;
      /** `keep` passes what came; bytes replace it; no bytes take it out. */
      readonly body: 'keep' | Uint8Array;
      /** Only `buffered` honours these. */
      readonly changes?: HeaderChanges;
      readonly clearRouteCache?: boolean;
    }
  /** A piece of a full-duplex body; not tied to any message that came. */
  | {
      readonly kind: 'chunk';
      readonly direction: Direction;
      readonly bytes: Uint8Array;
      readonly endOfStream: boolean;
    }
  | { readonly kind: 'trailers'; readonly direction: Direction }
  /** Ends the exchange with an answer of ours. Nothing follows. */
  | {
      readonly kind: 'immediate';
      readonly status: number;
      readonly headers: readonly (readonly [name: string, value: string])[];
      readonly body: string;
      /** For Envoy's access log: `sallyport_` and the refusal's code. */
      readonly details: string;
    }
  /** Ends the stream with an error status, so that Envoy lets nothing through. Nothing follows. */
  | { readonly kind: 'fail'; readonly reason: string };

/** How a stream ended, seen from the wire. */
export type Closing = 'ended' | 'cancelled' | 'error';

export interface Session {
  /** Answers one event. Called for one event at a time; a rejected promise is a fault and ends the stream. */
  on(event: Event): Soon<readonly SessionAction[]>;
  /** True once the whole answer went by: only then may the stream end with OK. */
  readonly finished: boolean;
  /** Monotonic milliseconds by which the next event must come or the running one be answered. */
  readonly deadline: number;
  /** The deadline passed. */
  expire(): readonly SessionAction[];
  /** The stream is gone. Settles and records, exactly once, however often it is called. */
  close(how: Closing): void;
}

/** The policies that requests are judged by. */
export interface Policies {
  /** The newest good policy; undefined until one was loaded. */
  current(): Snapshot | undefined;
  /** An earlier policy that requests under way still name; undefined if it is forgotten. */
  at(version: string): Snapshot | undefined;
}
