/** Addresses of crypto-currencies, told by the checksums in them. */
import { createHash } from 'node:crypto';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { ALPHANUMERIC, characters, HEX, isAt, runEnd } from '../characters.ts';
import type { Page } from '../engine/page.ts';
import { found, NOTHING, type Reading, type Recognizer, unfinished } from '../engine/recognizer.ts';

/** Bitcoin's alphabet; Ripple's has the same characters in another order. */
const BITCOIN = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const RIPPLE = 'rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz';
const BASE58 = characters('1-9A-HJ-NP-Za-km-z');
const LEAST_BASE58 = 26;
const MOST_BASE58 = 35;
const VERSION_AND_HASH = 21;
const CHECK = 4;

/** The bytes that base 58 stands for, as many as an address has; undefined if they are more or fewer. */
function fromBase58(written: string, alphabet: string): Uint8Array | undefined {
  const bytes = new Uint8Array(VERSION_AND_HASH + CHECK);
  for (const char of written) {
    let carry = alphabet.indexOf(char);
    for (let at = bytes.length - 1; at >= 0; at -= 1) {
      carry += (bytes[at] ?? 0) * 58;
      bytes[at] = carry & 255;
      carry >>= 8;
    }
    if (carry !== 0) return undefined;
  }
  return bytes;
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();

function passesBase58Check(written: string, alphabet: string): boolean {
  const bytes = fromBase58(written, alphabet);
  if (bytes === undefined) return false;
  const check = sha256(sha256(bytes.subarray(0, VERSION_AND_HASH))).subarray(0, CHECK);
  return check.equals(bytes.subarray(VERSION_AND_HASH));
}

/** Bitcoin and its kin, TRON, Ripple. */
function readBase58({ text }: Page, at: number): Reading {
  const end = runEnd(text, at, BASE58, at + MOST_BASE58 + 1);
  if (end === text.length && end - at <= MOST_BASE58) return open58(text, at, end);
  if (end - at < LEAST_BASE58 || end - at > MOST_BASE58 || isAt(text, end, ALPHANUMERIC)) return NOTHING;
  return isBase58(text.slice(at, end)) ? found(at, end, 0.97, false) : NOTHING;
}

function open58(text: string, at: number, end: number): Reading {
  const whole = end - at >= LEAST_BASE58 && isBase58(text.slice(at, end));
  return whole ? found(at, end, 0.97, true) : unfinished(at);
}

function isBase58(written: string): boolean {
  return passesBase58Check(written, written[0] === 'r' ? RIPPLE : BITCOIN);
}

/** BIP 173 and 350. */
const BECH32 = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const BECH32_PART = characters('qpzry9x8gf2tvdw0s3jn54khce6mua7lQPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L');
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
const CONSTANTS = new Set([1, 0x2bc830a3]);
const HUMAN_PARTS = ['bc1', 'tb1', 'ltc1', 'addr1', 'stake1', 'cosmos1', 'osmo1', 'bnb1', 'one1', 'erd1'];
const LEAST_BECH32 = 20;
/** Cardano's are the longest. */
const MOST_BECH32 = 110;

function passesBech32(human: string, data: string): boolean {
  const values = [...human].map((char) => char.charCodeAt(0) >> 5);
  values.push(
    0,
    ...[...human].map((char) => char.charCodeAt(0) & 31),
    ...[...data].map((char) => BECH32.indexOf(char)),
  );
  let sum = 1;
  for (const value of values) {
    const top = sum >>> 25;
    sum = ((sum & 0x1ffffff) << 5) ^ value;
    GENERATOR.forEach((generator, at) => {
      if ((top >> at) & 1) sum ^= generator;
    });
  }
  return CONSTANTS.has(sum);
}

function readBech32({ text }: Page, start: number): Reading {
  const one = text.indexOf('1', start);
  const end = runEnd(text, one + 1, BECH32_PART, one + 1 + MOST_BECH32 + 1);
  const open = end === text.length && end - one - 1 <= MOST_BECH32;
  const written = text.slice(start, end);
  const low = written.toLowerCase();
  const cased = written === low || written === written.toUpperCase();
  const long = end - one > LEAST_BECH32 && end - one - 1 <= MOST_BECH32;
  const whole =
    cased &&
    long &&
    !isAt(text, end, ALPHANUMERIC) &&
    passesBech32(low.slice(0, one - start), low.slice(one - start + 1));
  return whole || open ? found(start, whole ? end : -1, 0.99, open) : NOTHING;
}

const ETHER = 40;

/** EIP-55: of mixed case, the case of the letters is the checksum. */
function passesEip55(hex: string): boolean {
  const low = hex.toLowerCase();
  if (hex === low || hex === hex.toUpperCase()) return /[a-fA-F]/.test(hex) && /\d/.test(hex);
  const hash = Buffer.from(keccak_256(Buffer.from(low))).toString('hex');
  return [...low].every(
    (char, at) => (Number.parseInt(hash[at] ?? '0', 16) > 7 ? char.toUpperCase() : char) === hex[at],
  );
}

function readEther({ text }: Page, start: number): Reading {
  const from = start + 2;
  const end = runEnd(text, from, HEX, from + ETHER + 1);
  if (end - from > ETHER) return NOTHING;
  const whole = end - from === ETHER && !isAt(text, end, ALPHANUMERIC) && passesEip55(text.slice(from, end));
  return whole || end === text.length ? found(start, whole ? end : -1, 0.9, end === text.length) : NOTHING;
}

export const wallet: Recognizer = {
  type: 'pii.crypto_wallet',
  label: 'CRYPTO_WALLET',
  readers: [
    {
      triggers: [{ on: 'word', first: characters('13mn2LMDtrTXA9') }],
      reach: MOST_BASE58 + 1,
      read: readBase58,
    },
    {
      triggers: [{ on: 'literal', literals: HUMAN_PARTS, word: ALPHANUMERIC, begins: true }],
      reach: 7 + MOST_BECH32 + 1,
      read: readBech32,
    },
    {
      triggers: [{ on: 'literal', literals: ['0x'], word: ALPHANUMERIC, begins: true }],
      reach: 2 + ETHER + 1,
      read: readEther,
    },
  ],
};
