/** Stand-ins for what is random. */

/** Characters without a pattern, the same on every run. */
export function filler(alphabet: string, length: number, seed = 1): string {
  let state = seed;
  let out = '';
  while (out.length < length) {
    state = (state * 48_271) % 2_147_483_647;
    out += alphabet[state % alphabet.length];
  }
  return out;
}

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
export const LETTERS = LOWER + LOWER.toUpperCase();
const BASE62 = `${LETTERS}0123456789`;
const BASE64URL = `${BASE62}-_`;
const BASE64 = `${BASE62}+/`;

export const base62 = (length: number, seed = 1) => filler(BASE62, length, seed);
export const base64 = (length: number, seed = 1) => filler(BASE64, length, seed);
export const base64url = (length: number, seed = 1) => filler(BASE64URL, length, seed);

export function pem(kind: string, lines = 8, newline = '\n', headers: readonly string[] = []): string {
  const body = Array.from({ length: lines }, (_, line) => filler(BASE64, 64, line + 1));
  return [`-----BEGIN ${kind}-----`, ...headers, ...body, `${base62(22)}==`, `-----END ${kind}-----`].join(
    newline,
  );
}
