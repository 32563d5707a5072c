/** How a body is written on the wire: which content types and codings are read, and the bounded way out of the latter. */
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { type Refusal, refuse } from '../core/refusal.ts';
import { deflatePlace } from './gzip.ts';

/** Content codings that can be read (RFC 9110, 8.4.1; RFC 7932; RFC 8878). */
export type Coding = 'identity' | 'gzip' | 'deflate' | 'br' | 'zstd';

const CODINGS: ReadonlyMap<string, Coding> = new Map([
  ['identity', 'identity'],
  ['gzip', 'gzip'],
  ['x-gzip', 'gzip'],
  ['deflate', 'deflate'],
  ['br', 'br'],
  ['zstd', 'zstd'],
]);

/** RFC 9110, 15.5.16: a refused coding is answered with those that would do. */
const ACCEPTED = [['accept-encoding', 'gzip, deflate, br, zstd']] as const;

/**
 * The coding of a body. One at most: decoding in layers multiplies work and what readers may disagree on.
 * @param value of `content-encoding`, with all its lines joined by commas
 * @returns `encoding_unsupported` for more than one coding, an unknown or an empty one
 */
export function readCoding(value: string | undefined): Coding | Refusal {
  if (value === undefined) return 'identity';
  return CODINGS.get(value.trim().toLowerCase()) ?? refuse('encoding_unsupported', { headers: ACCEPTED });
}

/** RFC 8259 knows one encoding and no parameters; the one parameter that says so does no harm. */
const JSON_TYPE = /^application\/json[ \t]*(?:;[ \t]*charset=(?:utf-8|"utf-8")[ \t]*)?$/i;

/** @returns `content_type_unsupported` unless the type is JSON in UTF-8 */
export function judgeContentType(value: string | undefined): Refusal | undefined {
  const type = value?.trim() ?? '';
  if (type.length <= 100 && JSON_TYPE.test(type)) return undefined;
  return refuse('content_type_unsupported', { detail: 'Send application/json in UTF-8.' });
}

/** RFC 7578; what stands in the boundary is the reader's to judge. */
const FORM_TYPE = /^multipart\/form-data[ \t]*;/i;

/** @returns `content_type_unsupported` unless the type is a form of parts */
export function judgeFormType(value: string | undefined): Refusal | undefined {
  const type = value?.trim() ?? '';
  if (type.length <= 200 && FORM_TYPE.test(type)) return undefined;
  return refuse('content_type_unsupported', { detail: 'Send multipart/form-data.' });
}

/** RFC 9659: no more than this is needed to decode zstd on the web; without it a few bytes could ask for 128 MiB. */
const ZSTD_PARAMS = { [zlib.constants.ZSTD_d_windowLogMax]: 23 };

/**
 * Decodes a body off the event loop. Exactly one stream, whole and with nothing after it: two readers could differ
 * about the rest.
 * @param bound bytes of the decoded body
 * @returns `encoding_malformed`, or `body_too_large` where the decoded body passes the bound
 */
export async function decode(
  bytes: Uint8Array,
  coding: Coding,
  bound: number,
): Promise<Uint8Array | Refusal> {
  try {
    return await DECODERS[coding](bytes, { maxOutputLength: bound, chunkSize: 64 * 1024 });
  } catch (error) {
    return explain(error);
  }
}

interface Bounds {
  readonly maxOutputLength: number;
  readonly chunkSize: number;
}

/** With `info` set, zlib also gives the engine that ran, which knows how much it took in. */
interface Decoded {
  readonly buffer: Uint8Array;
  readonly engine: { readonly bytesWritten: number };
}

type Unpack = (bytes: Uint8Array, options: object) => Promise<unknown>;

const inflateRaw = promisify(zlib.inflateRaw) as Unpack;
const inflate = promisify(zlib.inflate) as Unpack;
const brotliDecompress = promisify(zlib.brotliDecompress) as Unpack;
const zstdDecompress = promisify(zlib.zstdDecompress) as Unpack;

const DECODERS: Record<Coding, (bytes: Uint8Array, bounds: Bounds) => Promise<Uint8Array | Refusal>> = {
  identity: async (bytes, bounds) =>
    bytes.length > bounds.maxOutputLength ? refuse('body_too_large') : bytes,
  gzip: gunzipOne,
  deflate: (bytes, bounds) => unpackWhole(inflate, bytes, bounds),
  br: (bytes, bounds) => unpackWhole(brotliDecompress, bytes, bounds),
  zstd: (bytes, bounds) => unpackWhole(zstdDecompress, bytes, { ...bounds, params: ZSTD_PARAMS }),
};

/** zlib stops at the end of the first stream or frame, and says nothing of what follows. */
async function unpackWhole(
  unpack: Unpack,
  bytes: Uint8Array,
  options: object,
): Promise<Uint8Array | Refusal> {
  const { buffer, engine } = (await unpack(bytes, { ...options, info: true })) as Decoded;
  return engine.bytesWritten === bytes.length ? buffer : refuse('encoding_malformed');
}

/** zlib's own gunzip reads on into further members and skips what follows them, so the frame is read here. */
async function gunzipOne(bytes: Uint8Array, bounds: Bounds): Promise<Uint8Array | Refusal> {
  const place = deflatePlace(bytes);
  if (place === undefined) return refuse('encoding_malformed');
  const plain = await unpackWhole(inflateRaw, bytes.subarray(place.start, place.end), bounds);
  if (!(plain instanceof Uint8Array)) return plain;
  const sound = zlib.crc32(plain) === place.crc32 && plain.length % 2 ** 32 === place.size;
  return sound ? plain : refuse('encoding_malformed');
}

/** What zlib throws says whether the data or the bound was at fault; anything else is a bug, and stays thrown. */
function explain(error: unknown): Refusal {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ERR_BUFFER_TOO_LARGE') return refuse('body_too_large');
  if (/^(?:Z_|ZSTD_|ERR__ERROR_)/.test(code)) return refuse('encoding_malformed');
  throw error;
}
