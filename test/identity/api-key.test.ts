import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import type { Random } from '../../src/core/ports.ts';
import { digestOf, hint, mint, pepperOf, randomText, wellFormed } from '../../src/identity/api-key.ts';

const random: Random = { bytes: (count) => randomBytes(count), fraction: () => 0.5 };
const scripted = (...bytes: number[]): Random => ({
  bytes: (count) => Uint8Array.from({ length: count }, () => bytes.shift() ?? 0),
  fraction: () => 0,
});

describe('API key', () => {
  it('has a prefix, 43 random characters and 6 check characters', () => {
    const key = mint(random);
    assert.match(key, /^sp_[0-9A-Za-z]{49}$/);
    assert.ok(62n ** 43n >= 2n ** 256n);
    assert.ok(wellFormed(key));
    assert.notEqual(key, mint(random));
  });

  it('has the CRC-32 of gzip as its check characters', () => {
    const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
    for (let i = 0; i < 200; i++) {
      const key = mint(random);
      let value = 0;
      for (const character of key.slice(-6)) value = value * 62 + alphabet.indexOf(character);
      assert.equal(value, crc32(key.slice(0, -6)));
    }
  });

  it('takes each of the 62 characters with the same chance: bytes that would favour some are thrown away', () => {
    assert.equal(randomText(scripted(248, 255, 0, 61, 62, 247), 4), '0z0z');
  });

  it('is not well formed once any one character differs', () => {
    const key = mint(random);
    fc.assert(
      fc.property(fc.nat(key.length - 1), fc.string({ minLength: 1, maxLength: 1 }), (at, other) => {
        fc.pre(key.charAt(at) !== other);
        assert.equal(wellFormed(key.slice(0, at) + other + key.slice(at + 1)), false);
      }),
      { seed: 17, numRuns: 500 },
    );
  });

  it('is not well formed if it is longer, shorter, or something else entirely', () => {
    const key = mint(random);
    for (const text of [
      '',
      'sp_',
      key.slice(0, -1),
      `${key}0`,
      ` ${key}`,
      `${key}\n`,
      key.replace('sp_', 'sk_'),
      '🂡'.repeat(26),
    ]) {
      assert.equal(wellFormed(text), false, JSON.stringify(text));
    }
  });

  it('L17: is stored as a SHA-256, or as an HMAC with the pepper, and never as itself', () => {
    const key = `sp_${'A'.repeat(49)}`;
    assert.equal(digestOf(key), 'sha256:71d8388ba1f7a4a796b3d938f0ff88a5ae443235774d9811e6f5f6f5cbe4831b');
    const one = pepperOf(new Uint8Array(32).fill(1));
    const two = pepperOf(new Uint8Array(32).fill(2));
    assert.match(digestOf(key, one), /^hmac-sha256:[0-9a-f]{64}$/);
    assert.notEqual(digestOf(key, one), digestOf(key, two));
    assert.equal(digestOf(key, one), digestOf(key, pepperOf(new Uint8Array(32).fill(1))));
  });

  it('refuses a pepper too short to keep anything', () => {
    assert.throws(() => pepperOf(new Uint8Array(31)), RangeError);
  });

  it('shows only its first characters as a hint', () => {
    const key = mint(random);
    assert.equal(hint(key), `${key.slice(0, 7)}…`);
  });
});
