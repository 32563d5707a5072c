import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DETECTORS, detectorOf } from '../../../src/guards/registry.ts';
import { compileScanner } from '../../../src/guards/scan.ts';
import { privateKey } from '../../../src/guards/secrets/private-key.ts';
import { base62, filler, pem } from '../filler.ts';
import { alone, found } from '../found.ts';

const all = compileScanner(DETECTORS.map(({ type }) => type));
const types = (text: string) => all.find(text).map(({ type }) => type);

describe('a credential', () => {
  test('is told by its provider where two begin alike', () => {
    assert.deepEqual(types(`sk-ant-api03-${base62(93)}`), ['secret.anthropic']);
    assert.deepEqual(types(`sk-or-v1-${filler('0123456789abcdef', 64)}`), ['secret.openrouter']);
    assert.deepEqual(types(`sk_live_${base62(24)}`), ['secret.stripe']);
    assert.deepEqual(types(`sk-${base62(48)}`), ['secret.openai']);
  });

  test('is found after an equals sign, a quote, a colon, an underscore, and an escape of JSON', () => {
    const token = `ghp_${base62(36)}`;
    for (const before of ['token=', '"', 'https://x:', 'KEY_', '{\\"a\\":\\"', '\\n', '\\u003d']) {
      assert.deepEqual(types(before + token), ['secret.github'], before);
    }
  });

  test('is not found inside a word or a longer run of its characters', () => {
    assert.deepEqual(types(`xghp_${base62(36)}`), []);
    assert.deepEqual(types(`npm_${base62(37)}`), []);
    assert.deepEqual(types(`AKIA${filler('ABCDEFG234567', 17)}`), []);
    assert.deepEqual(types(`sp_${base62(48)}`), []);
    assert.deepEqual(types(`sp_${base62(50)}`), []);
  });

  test('is not seen in ordinary words with the same beginning', () => {
    const prose =
      'A risk-based-assessment, task-oriented_design; the disk-usage and gh_pages, hf_model_name, sk-learn, SG.1.';
    assert.deepEqual(types(prose), []);
    assert.deepEqual(types('-----BEGIN CERTIFICATE-----\n'), []);
  });

  test('is no stand-in as documentation has them', () => {
    assert.deepEqual(types(`ghp_${'x'.repeat(36)}`), []);
    assert.deepEqual(types(`sk-${'X'.repeat(48)}`), []);
    assert.deepEqual(types(`AIza${'.'.repeat(35)}`), []);
  });

  test('that is longer than any real one is found as far as the bound', () => {
    assert.deepEqual(found(detectorOf('secret.github') ?? privateKey, `ghp_${base62(400)}`), [
      `ghp_${base62(255)}`,
    ]);
  });
});

describe('a private key', () => {
  test('is found from its first to its last line', () => {
    const text = `before\n${pem('RSA PRIVATE KEY')}\nafter`;
    assert.deepEqual(found(privateKey, text), [pem('RSA PRIVATE KEY')]);
  });

  test('whose last line is missing is found as far as it goes', () => {
    const cut = pem('PRIVATE KEY').slice(0, 28 + 3 * 65 - 1);
    assert.deepEqual(found(privateKey, `${cut}\n"and then some prose"`), [cut]);
  });

  test('is not the talk about one', () => {
    assert.deepEqual(
      found(privateKey, 'It begins with -----BEGIN PRIVATE KEY----- and then base64 follows.'),
      [],
    );
    assert.deepEqual(found(privateKey, '-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----'), []);
    assert.deepEqual(found(privateKey, pem('PUBLIC KEY')), []);
  });

  test('is not waited for longer than its gaps and its length allow', () => {
    const header = '-----BEGIN PRIVATE KEY-----';
    assert.equal(alone(privateKey).open(`${header} ${'word '.repeat(40)}`), 0);
    const prose = `${header} ${'word '.repeat(60)}`;
    assert.equal(alone(privateKey).open(prose), prose.length);
    const endless = `${header}\n${base62(9000)}`;
    assert.equal(alone(privateKey).open(endless), endless.length);
  });
});
