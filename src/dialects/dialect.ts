/**
 * The contract of a wire format. A dialect turns bytes into a view with places, and says how things are written in
 * it; it decides nothing. Whatever is not edited leaves byte for byte as it came, so a view types only what is acted
 * on and points into the original text for the rest.
 */
import type { FeatureChanges, FeatureUse } from '../core/feature.ts';
import type { Edit, Span } from '../core/finding.ts';
import type { HeaderChanges, Headers } from '../core/headers.ts';
import type { Usage, UsageReport } from '../core/money.ts';
import type { DialectName, Operation } from '../core/operation.ts';
import type { Quota } from '../core/quota.ts';
import type { Refusal } from '../core/refusal.ts';
import type { ObjectRef } from '../core/stored-object.ts';
import type { OpaqueKind, Role } from '../core/text.ts';
import type { JsonBounds, JsonNode } from '../json/document.ts';
import type { Framing, OwnEvent } from './framing/framing.ts';

export type { OpaqueKind, Role } from '../core/text.ts';

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

/** How a request asks for an operation. */
export interface Asked {
  readonly method: string;
  /** Canonical, without the query. */
  readonly path: string;
  /** Without its question mark; undecoded. */
  readonly query: string;
  readonly headers: Headers;
}

export interface AskedModel {
  readonly name: string;
  /** What names it in the body, or repeats what the path says: string tokens that end in the name, or fields of a form. */
  readonly places: readonly Span[];
  /** The body names another model than the path: each reader could take its own. */
  readonly disputed?: boolean;
}

/** A request body, read. */
export interface RequestView {
  /** The model asked for; undefined for operations that name none. */
  readonly model: AskedModel | undefined;
  readonly stream: boolean;
  readonly segments: readonly Segment[];
  /** Parts that no detector can look into, each once. */
  readonly opaque: readonly OpaqueKind[];
  /** Tokens that the request gives as numbers, in place of a text. */
  readonly tokenInputs: number;
  /** What the request asks of the model beyond text, place by place, its headers among them. */
  readonly features: readonly FeatureUse[];
  /** Stored objects that the request names, wherever it does. */
  readonly objects: readonly ObjectRef[];
  /** Bounds that the request sets itself. */
  readonly n: number | undefined;
  readonly maxOutputTokens: number | undefined;
  /** What makes a stream report its usage, where the client did not ask for that already; empty otherwise. */
  readonly usageEdits: readonly Edit[];
  /** What its answer must name to be known as its own, as JSON: the id of a JSON-RPC request. */
  readonly call?: string;
  /** Requests that this one only holds, to be made later: each is judged as if it had come alone. */
  readonly batch?: readonly BatchLine[];
}

/** What takes features out of a request. */
export interface Adapted {
  /** Of the text, in order, none overlapping. */
  readonly edits: readonly Edit[];
  readonly headers: HeaderChanges;
}

/** A whole answer, read. */
export interface ResponseView {
  readonly segments: readonly Segment[];
  /** Take out what repeats the texts in another form, such as token probabilities; for when a text is changed. */
  readonly leaks: readonly Edit[];
  /** As in `RequestView`. */
  readonly opaque: readonly OpaqueKind[];
  readonly usage: UsageReport;
  readonly model: string | undefined;
  /** Stored objects that the answer names as made for the caller: they are its owner's from now on. */
  readonly made: readonly ObjectRef[];
  /** For a list of stored objects: what is on it. */
  readonly listed?: readonly ListedObject[];
  /** For a list of tools: what may be shown only to who may call it. */
  readonly offered?: readonly OfferedTool[];
}

/** A tool that a server offers, and what calling it would ask for. */
export interface OfferedTool {
  readonly use: FeatureUse;
  /** Of the item, without the comma beside it. */
  readonly place: Span;
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

/** What one event says was used so far. Counts of later events replace those of earlier ones. */
export type UsageCounts = Partial<Omit<Usage, 'source'>>;

/** An event as its framing gives it. */
export interface StreamEvent {
  readonly data: string;
  readonly name?: string | undefined;
}

/** One event of a stream, read. Places are in the event's data. */
export interface EventView {
  readonly deltas: readonly Delta[];
  /** As in `ResponseView`; edits of the event's data. */
  readonly leaks: readonly Edit[];
  /** As in `RequestView`. */
  readonly opaque: readonly OpaqueKind[];
  readonly usage: UsageCounts | 'implausible' | undefined;
  readonly model: string | undefined;
  /** As in `ResponseView`. */
  readonly made: readonly ObjectRef[];
  /** As in `ResponseView`. */
  readonly offered?: readonly OfferedTool[];
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
  opaque: [],
  usage: undefined,
  model: undefined,
  made: [],
  usageOnly: false,
  closes: [],
  end: false,
};

/** What is done with a file of a form: its lines are requests of their own, or it is looked at as far as it is text. */
export interface FormFile {
  readonly holds: 'requests' | 'anything';
  /** Its own bytes within the form's, half-open. */
  readonly place: Span;
}

/** A field of a form that is a text. */
export interface FormText {
  readonly role: Role;
  /** Its bytes within the form's, half-open. */
  readonly place: Span;
}

/** A form of parts, read. Places are in its bytes. */
export interface FormView {
  readonly model: AskedModel | undefined;
  readonly stream: boolean;
  readonly features: readonly FeatureUse[];
  readonly objects: readonly ObjectRef[];
  readonly texts: readonly FormText[];
  readonly files: readonly FormFile[];
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
  /** By which its clients tell errors apart, besides the status. */
  readonly headers?: HeaderChanges['set'];
}

/** How much of a limit is left, as a client is told. */
export interface QuotaNote extends Pick<Quota, 'limit' | 'remaining' | 'resetMs'> {
  readonly of: 'requests' | 'tokens' | 'input-tokens' | 'output-tokens';
}

/** How far a stream had come. */
export interface Begun {
  /** Data of the first event that came, from which ids and names are taken; undefined if none did. */
  readonly first: string | undefined;
  /** Data of the last event that left; undefined if none did. */
  readonly last: string | undefined;
  /** What the request said that its answer must name. */
  readonly call?: string | undefined;
}

export interface Dialect {
  readonly name: DialectName;
  /**
   * Finds the operation of a method and a path.
   * @returns undefined if the path is not this dialect's, a refusal if only the method is wrong
   */
  classify(asked: Asked): Operation | Refusal | undefined;
  /** Reads a request body that is already strict JSON. */
  readRequest(operation: Operation, text: string, root: JsonNode, headers: Headers): RequestView | Refusal;
  /**
   * What takes features out of a request, or holds them to a most. The result is read again before it is believed.
   * @returns a refusal where the request has no meaning without them
   */
  adapt(
    operation: Operation,
    text: string,
    root: JsonNode,
    changes: FeatureChanges,
    headers: Headers,
  ): Adapted | Refusal;
  /** Reads a form of parts, in which files come. @param contentType of the request */
  readForm(operation: Operation, bytes: Uint8Array, contentType: string): FormView | Refusal;
  /** Reads a file of requests that are made later; a refusal says which line is wrong. */
  readBatch(text: string, bounds: JsonBounds): readonly BatchLine[] | Refusal;
  /** What a request without a body asks for by its path alone; nothing if left out. */
  usesOfPath?(operation: Operation): readonly FeatureUse[];
  /** Stored objects that a query names, such as `after` of a list; each once. The query is canonical, undecoded. */
  queryObjects(operation: Operation, query: string): readonly ObjectRef[];
  /** Stored objects that headers name: those of a request must be the caller's, those of an answer are from now on. */
  headerObjects?(headers: Headers): readonly ObjectRef[];
  /** Headers of an answer that lead clients to the provider, so that they lead here. @param origin where clients reach us */
  ownAddresses?(headers: Headers, origin: string): HeaderChanges['set'];
  /** What an answer's headers say was used, where its body says nothing. */
  headerUsage?(headers: Headers): Usage | undefined;
  /** What leaves items out of a list, of stored objects or of tools, and puts right what else the list says of them. */
  shorten(text: string, root: JsonNode, out: readonly { readonly place: Span }[]): readonly Edit[];
  /** Reads a successful, whole JSON answer. */
  readResponse(operation: Operation, text: string, root: JsonNode): ResponseView | Refusal;
  /**
   * How an answer of a media type is cut into events.
   * @param media lower case, without parameters
   * @returns undefined where the answer is no stream
   */
  framing(operation: Operation, media: string): Framing | undefined;
  /** Reads one event of a stream. Refuses what it cannot read: an unread event never passes. */
  readEvent(operation: Operation, event: StreamEvent): EventView | Refusal;
  /** A list of models, as the dialect's clients expect it. */
  listModels(names: readonly string[]): string;
  /** One model of that list. */
  describeModel(name: string): string;
  /** The header that carries a backend's credential. */
  credentialHeader(credential: string): readonly [name: string, value: string];
  /**
   * The headers that tell a client how much is left of a limit; none for a kind that the dialect's SDKs do not read.
   * @param now of the wall clock, milliseconds
   */
  quotaHeaders(note: QuotaNote, now: number): HeaderChanges['set'];
  error(refusal: Refusal): ErrorBody;
  /** The last events of a stream that we stop: a well-formed end that the dialect's clients understand. */
  cut(operation: Operation, refusal: Refusal, begun: Begun): readonly OwnEvent[];
}
