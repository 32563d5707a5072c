import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rememberProofs, rememberTokens } from '../../../src/identity/token/remembered.ts';

const PRINCIPAL = { methods: ['oidc'], id: 'a', groups: [] } as const;

test('a token is remembered until it expires, not a moment longer', () => {
  const tokens = rememberTokens(10);
  tokens.keep('a', { principal: PRINCIPAL, expires: 100 });
  assert.ok(tokens.find('a', 99));
  assert.equal(tokens.find('a', 100), undefined);
  assert.equal(tokens.find('a', 99), undefined);
});

test('tokens are bounded: the one kept longest ago makes room', () => {
  const tokens = rememberTokens(2);
  for (const name of ['a', 'b', 'c']) tokens.keep(name, { principal: PRINCIPAL, expires: 100 });
  assert.deepEqual(
    ['a', 'b', 'c'].map((name) => tokens.find(name, 0) !== undefined),
    [false, true, true],
  );
});

test('a proof is first once, and again when it could not be used any more', () => {
  const proofs = rememberProofs(10);
  assert.equal(proofs.first('a', 100, 0), true);
  assert.equal(proofs.first('a', 100, 99), false);
  assert.equal(proofs.first('a', 200, 100), true);
});

test('no proof is forgotten to make room: what cannot be remembered is refused', () => {
  const proofs = rememberProofs(2);
  assert.equal(proofs.first('a', 100, 0), true);
  assert.equal(proofs.first('b', 100, 0), true);
  assert.equal(proofs.first('c', 100, 0), false);
  assert.equal(proofs.first('a', 100, 0), false);
  assert.equal(proofs.first('c', 200, 100), true);
});
