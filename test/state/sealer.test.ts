import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createSealer } from '../../src/state/sealer.ts';

const current = randomBytes(32);
const sealer = createSealer({ current });
const PAYLOAD = JSON.stringify({ requestId: 'a'.repeat(32), path: '/v1/models?x=1.2', user: 'Zoë' });

describe('seal', () => {
  it('opens to what was sealed, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (payload) => {
        assert.equal(sealer.open(sealer.seal(payload)), payload);
      }),
      { seed: 41 },
    );
  });

  it('F26: does not open if any character of it was changed, added or taken away', () => {
    const sealed = sealer.seal(PAYLOAD);
    for (let at = 0; at < sealed.length; at++) {
      const other = sealed.charAt(at) === 'A' ? 'B' : 'A';
      assert.equal(
        sealer.open(sealed.slice(0, at) + other + sealed.slice(at + 1)),
        undefined,
        `changed at ${at}`,
      );
      assert.equal(sealer.open(sealed.slice(0, at) + sealed.slice(at + 1)), undefined, `taken at ${at}`);
      assert.equal(sealer.open(`${sealed.slice(0, at)}A${sealed.slice(at)}`), undefined, `added at ${at}`);
    }
    assert.equal(sealer.open(`${sealed}A`), undefined);
  });

  it('has one spelling: the unused bits of its last character are not free', () => {
    const sealed = sealer.seal(PAYLOAD);
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const opening = [...alphabet].filter(
      (last) => sealer.open(sealed.slice(0, 45) + last + sealed.slice(46)) !== undefined,
    );
    assert.deepEqual(opening, [sealed.charAt(45)]);
  });

  it('does not open with another secret, nor one made of something else than a seal', () => {
    const other = createSealer({ current: randomBytes(32) });
    assert.equal(other.open(sealer.seal(PAYLOAD)), undefined);
    const unauthenticatedTag = createHmac('sha256', current).update(PAYLOAD).digest('base64url');
    const long = 'é'.repeat(43);
    for (const text of [
      '',
      '.',
      'v1.',
      'v1..',
      PAYLOAD,
      `v1.${unauthenticatedTag}.${PAYLOAD}`,
      `v1.${long}.x`,
      '\0'.repeat(60),
    ]) {
      assert.equal(sealer.open(text), undefined);
    }
  });

  it('opens with the previous secret while replicas change over, and seals with the current one', () => {
    const next = createSealer({ current: randomBytes(32), previous: current });
    assert.equal(next.open(sealer.seal(PAYLOAD)), PAYLOAD);
    assert.equal(sealer.open(next.seal(PAYLOAD)), undefined);
  });

  it('wants a secret of 32 bytes', () => {
    assert.throws(() => createSealer({ current: new Uint8Array(31) }), RangeError);
    assert.throws(() => createSealer({ current, previous: new Uint8Array(0) }), RangeError);
  });
});
