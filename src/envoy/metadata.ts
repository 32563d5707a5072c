/**
 * The voucher in Envoy's dynamic metadata. The first door answers with `{ sallyport: "…" }`; Envoy keeps that under
 * the name of the ext_authz filter and hands it to the second door.
 */
import { codec } from './protos.ts';

const NAMESPACE = 'envoy.filters.http.ext_authz';
const KEY = 'sallyport';

interface Entry {
  readonly key: string;
  readonly value: Uint8Array;
}

interface Struct {
  readonly fields: Readonly<Record<string, { readonly stringValue?: string }>>;
}

const Metadata = codec<{ readonly filterMetadata: readonly Entry[] }, never>('envoy.config.core.v3.Metadata');
const Struct = codec<Struct, Struct>('google.protobuf.Struct');

/** The `dynamic_metadata` that carries a voucher. */
export function metadataOf(voucher: string): Struct {
  return { fields: { [KEY]: { stringValue: voucher } } };
}

/**
 * Finds the voucher in an `envoy.config.core.v3.Metadata`. Other filters' metadata is left unread.
 * @returns undefined if there is none; also if the namespace stands there twice, which Envoy never sends
 * @throws if the bytes are no metadata
 */
export function readVoucher(bytes: Uint8Array): string | undefined {
  if (bytes.length === 0) return undefined;
  const [entry, another] = Metadata.decode(bytes).filterMetadata.filter(({ key }) => key === NAMESPACE);
  if (entry === undefined || another !== undefined) return undefined;
  return Struct.decode(entry.value).fields[KEY]?.stringValue || undefined;
}
