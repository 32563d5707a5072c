/**
 * Headers as they came over the wire: every value of every name, names in lower case.
 * A value that Envoy joined with commas stays one value: whoever reads a credential must not split it.
 */
export type Headers = ReadonlyMap<string, readonly string[]>;

/** The only value of a header, `undefined` if it is absent, `'many'` if it was sent more than once. */
export function single(headers: Headers, name: string): string | undefined | { readonly many: true } {
  const values = headers.get(name);
  if (values === undefined || values.length === 0) return undefined;
  return values.length === 1 ? values[0] : { many: true };
}

/** The first value of a header; only for headers whose doubling is harmless. */
export function first(headers: Headers, name: string): string | undefined {
  return headers.get(name)?.[0];
}

/** All values of a header as one (RFC 9110, 5.3), so that none is overlooked; `undefined` if it is absent. */
export function joined(headers: Headers, name: string): string | undefined {
  return headers.get(name)?.join(', ');
}

/** Where a client reaches us, as the proxy says: Envoy sets `x-forwarded-proto` itself. @param authority of the request */
export function originOf(headers: Headers, authority: string): string {
  return `${first(headers, 'x-forwarded-proto') === 'http' ? 'http' : 'https'}://${authority}`;
}

/** One change to the headers sent on. `set` replaces every value of the name. */
export interface HeaderChanges {
  readonly set: readonly (readonly [name: string, value: string])[];
  readonly remove: readonly string[];
}

export const NO_HEADER_CHANGES: HeaderChanges = { set: [], remove: [] };

/** Headers as they are once they were changed. */
export function withChanges(headers: Headers, { set, remove }: HeaderChanges): Headers {
  if (set.length === 0 && remove.length === 0) return headers;
  const changed = new Map(headers);
  for (const name of remove) changed.delete(name);
  for (const [name, value] of set) changed.set(name, [value]);
  return changed;
}

/** What `upgrade` says where a channel is asked for (RFC 6455). */
export const WEBSOCKET = 'websocket';

/** Headers of ours all begin so. A client's are removed at the first door, whatever they say. */
export const OWN_PREFIX = 'x-sallyport-';
/** Which backend the second door chose; Envoy's routes match on it. */
export const BACKEND_HEADER = 'x-sallyport-backend';
/** The clusters that the proxy may try for a request, one after the other, as one cluster's name; routes match on it. */
export const FALLBACK_HEADER = 'x-sallyport-fallback';
/** Of answers, from the proxy: the cluster that gave it, and how many were asked. No client sees them. */
export const ANSWERED_HEADER = 'x-sallyport-answered-by';
export const ATTEMPTS_HEADER = 'x-sallyport-attempts';
/** Told to the client: features of the request that were taken out, and that were held to a most. */
export const STRIPPED_HEADER = 'x-sallyport-stripped';
export const CLAMPED_HEADER = 'x-sallyport-clamped';
/** Told to the client: ids of rules that warn of what it sent. */
export const WARNING_HEADER = 'x-sallyport-warning';
/** The request id of our own making, sent to the backend and to the client. */
export const REQUEST_ID_HEADER = 'x-sallyport-request-id';

/** A text of any script as the value of a header: all but plain ASCII is percent-encoded (RFC 3986, 2.1), `%` too. */
export function headerText(text: string): string {
  return PLAIN.test(text)
    ? text
    : encodeURIComponent(text.toWellFormed()).replace(/%(2F|3A|40|2B|3D)/g, decodeURIComponent);
}

const PLAIN = /^[A-Za-z0-9._:/@+=~-]*$/;
