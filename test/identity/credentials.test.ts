import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isRefusal } from '../../src/core/refusal.ts';
import { CREDENTIAL_HEADERS, findCredential } from '../../src/identity/credentials.ts';

const BOTH = ['authorization', 'x-api-key'];

function headersOf(...pairs: [string, ...string[]][]): Map<string, string[]> {
  return new Map(pairs.map(([name, ...values]) => [name, values]));
}

const find = (headers: Map<string, string[]>, allowed: readonly string[] = BOTH, query = '') =>
  findCredential(headers, query, { headers: allowed, parameters: ['key'] });

function refusedAs(headers: Map<string, string[]>, allowed: readonly string[] = BOTH): string {
  const found = find(headers, allowed);
  if (found === undefined) return 'missing';
  return isRefusal(found) ? found.refused : `found ${found.token}`;
}

describe('the credential of a request', () => {
  it('is the bearer token of the authorization header, whatever the case of the scheme', () => {
    for (const scheme of ['Bearer', 'bearer', 'BEARER', 'bEaReR']) {
      const found = find(headersOf(['authorization', `${scheme} abc.DEF-1`]));
      assert.deepEqual(found, { header: 'authorization', scheme: 'bearer', token: 'abc.DEF-1' });
    }
  });

  it('is the bare value of any other header that the policy allows', () => {
    const found = find(headersOf(['x-api-key', 'abc']));
    assert.deepEqual(found, { header: 'x-api-key', scheme: 'plain', token: 'abc' });
  });

  it('is missing where no allowed header is there', () => {
    assert.equal(refusedAs(headersOf(['accept', '*/*'])), 'missing');
    assert.equal(refusedAs(headersOf(['api-key', 'abc'])), 'missing');
    assert.equal(refusedAs(headersOf(['authorization'])), 'missing');
    assert.equal(refusedAs(headersOf(['authorization', 'Bearer abc']), []), 'missing');
  });

  it('is a key of the query only beside no header, and only where the policy takes one there', () => {
    const key = { parameter: 'key', scheme: 'plain', token: 'abc' };
    assert.deepEqual(find(headersOf(), BOTH, 'a=1&key=abc'), key);
    assert.ok(isRefusal(find(headersOf(['x-api-key', 'abc']), BOTH, 'key=abc')));
    assert.equal(findCredential(headersOf(), 'key=abc', { headers: BOTH, parameters: [] }), undefined);
  });

  it('B6 B7: is in conflict with itself where its header was sent twice, apart or joined', () => {
    assert.equal(refusedAs(headersOf(['x-api-key', 'abc', 'def'])), 'credential_conflict');
    assert.equal(refusedAs(headersOf(['x-api-key', 'abc', 'abc'])), 'credential_conflict');
    assert.equal(refusedAs(headersOf(['x-api-key', 'abc,def'])), 'credential_conflict');
    assert.equal(refusedAs(headersOf(['authorization', 'Bearer abc,Bearer def'])), 'credential_conflict');
    assert.equal(refusedAs(headersOf(['authorization', 'Bearer abc, Basic def'])), 'credential_conflict');
    assert.equal(refusedAs(headersOf(['authorization', ',Bearer abc'])), 'credential_conflict');
  });

  it('B8: is in conflict with any other header that could carry one, allowed or not', () => {
    for (const one of CREDENTIAL_HEADERS) {
      for (const other of CREDENTIAL_HEADERS) {
        if (one === other) continue;
        const headers = headersOf([one, 'Bearer abc'], [other, 'abc']);
        assert.equal(refusedAs(headers, [one]), 'credential_conflict', `${one} and ${other}`);
        assert.equal(refusedAs(headers, [one, other]), 'credential_conflict', `${one} and ${other}`);
      }
    }
    assert.equal(
      refusedAs(headersOf(['x-acme-key', 'abc'], ['authorization', '']), ['x-acme-key']),
      'credential_conflict',
    );
  });

  it('L18: is invalid if it is empty, of another scheme, or not a token', () => {
    const bad = [
      '',
      'Bearer',
      'Bearer ',
      'bearer  x',
      'Bearer\tx',
      'Bearer x\t',
      'Bearer x y',
      'Basic eDp5',
      'x',
    ];
    for (const value of [
      ...bad,
      'Bearer \u00a0x',
      'Bearer x\u0000',
      'Bearer "x"',
      'Bearer =',
      'Bearer a=b',
      'Bearerx',
    ]) {
      assert.equal(
        refusedAs(headersOf(['authorization', value])),
        'credential_invalid',
        JSON.stringify(value),
      );
    }
    for (const value of ['', ' ', ' x', 'x ', 'Bearer x', '\tx', 'ключ']) {
      assert.equal(refusedAs(headersOf(['x-api-key', value])), 'credential_invalid', JSON.stringify(value));
    }
  });

  it('L10: is invalid above 16 KB, without being read', () => {
    assert.equal(refusedAs(headersOf(['x-api-key', 'a'.repeat(16_384)])), `found ${'a'.repeat(16_384)}`);
    assert.equal(refusedAs(headersOf(['x-api-key', 'a'.repeat(16_385)])), 'credential_invalid');
  });

  it('challenges with every refusal, as a 401 must', () => {
    for (const headers of [headersOf(['authorization', 'x']), headersOf(['x-api-key', 'a', 'b'])]) {
      const refusal = find(headers);
      assert.ok(isRefusal(refusal));
      assert.match(
        refusal.headers?.find(([name]) => name === 'www-authenticate')?.[1] ?? '',
        /^Bearer realm=/,
      );
    }
  });

  it('is either a token without spaces and commas or a refusal, for every value there is', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.constantFrom('authorization', 'x-api-key'),
        (value, name) => {
          const found = find(headersOf([name, `Bearer ${value}`]));
          assert.ok(found !== undefined);
          assert.ok(isRefusal(found) || /^[!-~]+$/.test(found.token));
        },
      ),
      { seed: 18, numRuns: 2000 },
    );
  });
});
