/** The little of DER (X.690) that the names of a certificate are written in. Strict: definite lengths, nothing left over. */

export interface Tlv {
  readonly tag: number;
  readonly content: Uint8Array;
}

/** Elements in one another's place; a certificate's extensions are some dozens. */
const MOST_ELEMENTS = 1000;

/** @returns the elements that the bytes consist of, or undefined where they are none */
export function readTlvs(bytes: Uint8Array): readonly Tlv[] | undefined {
  const found: Tlv[] = [];
  let at = 0;
  while (at < bytes.length) {
    const tag = bytes[at];
    const length = lengthAt(bytes, at + 1);
    if (tag === undefined || length === undefined || (tag & 0x1f) === 0x1f) return undefined;
    const end = length.end + length.value;
    if (end > bytes.length || found.push({ tag, content: bytes.subarray(length.end, end) }) > MOST_ELEMENTS)
      return undefined;
    at = end;
  }
  return found;
}

function lengthAt(
  bytes: Uint8Array,
  at: number,
): { readonly value: number; readonly end: number } | undefined {
  const first = bytes[at];
  if (first === undefined) return undefined;
  if (first < 0x80) return { value: first, end: at + 1 };
  const count = first & 0x7f;
  if (count === 0 || count > 3 || at + count >= bytes.length) return undefined;
  let value = 0;
  for (let i = 1; i <= count; i++) value = value * 256 + (bytes[at + i] ?? 0);
  return { value, end: at + 1 + count };
}

/** The one element that the bytes are, if its tag is this one. */
export function inside(bytes: Uint8Array, tag: number): readonly Tlv[] | undefined {
  const [only, more] = readTlvs(bytes) ?? [];
  return only === undefined || more !== undefined || only.tag !== tag ? undefined : readTlvs(only.content);
}
