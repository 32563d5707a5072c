/**
 * The contract of a wire format. A dialect turns bytes into a view with places, and says how things are written in
 * it; it decides nothing. Whatever is not edited leaves byte for byte as it came, so a view types only what is acted
 * on and points into the original text for the rest.
 */
import type { FeatureChanges, FeatureUse } from '../core/feature.ts';
import type { Edit, Span } from '../core/finding.ts';
import type { UsageReport } from '../core/money.ts';
import type { DialectName, Operation } from '../core/operation.ts';
import type { Refusal } from '../core/refusal.ts';
import type { ObjectRef } from '../core/stored-object.ts';
import type { JsonBounds, JsonNode } from '../json/document.ts';

export type Role = 'system' | 'user' | 'assistant' | 'tool' | 'output' | 'reasoning' | 'arguments';

/** A piece of text in a body. */
export interface Segment {
  readonly role: Role;
  /** The text as a reader of the JSON would see it, escapes resolved; see `nestedView` where `json` is set. */
  readonly text: string;
  /** The string token in the body, quotes included, in UTF-16 code units of the body's text. */
  readonly place: Span;
  /** True if the string is JSON itself, as tool-call arguments are: what is put into it must be escaped twice. */
  readonly json: boolean;
}

/** A request body, read. */
export interface RequestView {
  /** The model asked for, and the string token that names it; undefined for operations that name none. */
  readonly model: { readonly name: string; readonly place: Span } | undefined;
  readonly stream: boolean;
  readonly segments: readonly Segment[];
  /** Parts that no detector can look into: images, audio, files, remote URLs. */
  readonly opaqueParts: number;
  /** Tokens that the request gives as numbers, in place of a text. */
  readonly tokenInputs: number;
  /** What the request asks of the model beyond text, place by place. */
  readonly features: readonly FeatureUse[];
  /** Stored objects that the request names, wherever it does. */
  readonly objects: readonly ObjectRef[];
  /** Bounds that the request sets itself. */
  readonly n: number | undefined;
  readonly maxOutputTokens: number | undefined;
  /** What makes a stream report its usage, where the client did not ask for that already; empty otherwise. */
  readonly usageEdits: readonly Edit[];
}

/** A whole answer, read. */
export interface ResponseView {
  readonly segments: readonly Segment[];
  /** Take out what repeats the texts in another form, such as token probabilities; for when a text is changed. */
  readonly leaks: readonly Edit[];
  readonly usage: UsageReport;
  readonly model: string | undefined;
  /** Stored objects that the answer names as made for the caller: they are its owner's from now on. */
  readonly made: readonly ObjectRef[];
  /** For a list of stored objects: what is on it. */
  readonly listed?: readonly ListedObject[];
}

/** One object of a list, and how to write the list without it. */
export interface ListedObject extends ObjectRef {
  /** Of the item, without the comma beside it. */
  readonly place: Span;
}

/** Text that one event of a stream adds to one channel: a choice's content, a tool call's arguments. */
export interface Delta extends Segment {
  /**
   * Same for all deltas that continue one another: `0.content`, `1.tool.0.arguments`. A channel that was closed may
   * come again: it is a new text then. Bounded in number by the caller.
   */
  readonly channel: string;
}

/** One event of a stream, read. Places are in the event's data. */
export interface EventView {
  readonly deltas: readonly Delta[];
  /** As in `ResponseView`; edits of the event's data. */
  readonly leaks: readonly Edit[];
  readonly usage: UsageReport;
  readonly model: string | undefined;
  /** As in `ResponseView`. */
  readonly made: readonly ObjectRef[];
  /** The event says nothing but the usage; taken out for a client that did not ask for it. */
  readonly usageOnly: boolean;
  /** Channels that get no more text after this event: prefixes such as `0.`; `''` for all of them. */
  readonly closes: readonly string[];
  /** The dialect's own end of the stream: nothing follows. */
  readonly end: boolean;
}

/** An event that says nothing, such as a comment. */
export const SILENT_EVENT: EventView = {
  deltas: [],
  leaks: [],
  usage: undefined,
  model: undefined,
  made: [],
  usageOnly: false,
  closes: [],
  end: false,
};

/** A file that comes to be kept. */
export interface Upload {
  /** What for, as the dialect has it; `batch` for requests that are made later. */
  readonly purpose: string;
  /** The file's own bytes within the request's, half-open. */
  readonly file: Span;
}

/** One request of a batch. */
export interface BatchLine {
  readonly operation: Operation;
  /** Its body, and where that stands in the file, in UTF-16 code units. */
  readonly text: string;
  readonly place: Span;
}

/** An HTTP error as a client of this dialect expects it. */
export interface ErrorBody {
  readonly contentType: string;
  readonly body: string;
}

export interface Dialect {
  readonly name: DialectName;
  /**
   * Finds the operation of a method and a canonical path without query.
   * @returns undefined if the path is not this dialect's, a refusal if only the method is wrong
   */
  classify(method: string, path: string): Operation | Refusal | undefined;
  /** Reads a request body that is already strict JSON. */
  readRequest(operation: Operation, text: string, root: JsonNode): RequestView | Refusal;
  /**
   * What takes features out of a request, or holds them to a most. The result is read again before it is believed.
   * @returns edits of the text, in order, none overlapping; a refusal where the request has no meaning without them
   */
  adapt(
    operation: Operation,
    text: string,
    root: JsonNode,
    changes: FeatureChanges,
  ): readonly Edit[] | Refusal;
  /** Reads the form in which a file comes. @param contentType of the request */
  readUpload(bytes: Uint8Array, contentType: string): Upload | Refusal;
  /** Reads a file of requests that are made later; a refusal says which line is wrong. */
  readBatch(text: string, bounds: JsonBounds): readonly BatchLine[] | Refusal;
  /** Stored objects that a query names, such as `after` of a list; each once. The query is canonical, undecoded. */
  queryObjects(operation: Operation, query: string): readonly ObjectRef[];
  /** What leaves items out of a list of stored objects, and puts right what else the list says of them. */
  shorten(text: string, root: JsonNode, out: readonly ListedObject[]): readonly Edit[];
  /** Reads a successful, whole JSON answer. */
  readResponse(operation: Operation, text: string, root: JsonNode): ResponseView | Refusal;
  /** Reads the data of one server-sent event. Refuses what it cannot read: an unread event never passes. */
  readEvent(operation: Operation, data: string): EventView | Refusal;
  /** A list of models, as the dialect's clients expect it. */
  listModels(names: readonly string[]): string;
  /** One model of that list. */
  describeModel(name: string): string;
  /** The header that carries a backend's credential. */
  credentialHeader(credential: string): readonly [name: string, value: string];
  error(refusal: Refusal): ErrorBody;
  /**
   * The last bytes of a stream that we stop: a well-formed end that the dialect's clients understand.
   * @param started the data of the first event sent, from which ids and names are taken; undefined if none was
   */
  cut(operation: Operation, refusal: Refusal, started: string | undefined): string;
}
