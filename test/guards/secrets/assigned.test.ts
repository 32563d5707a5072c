/** Secrets that are told by their name, or by where they stand. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { compileScanner } from '../../../src/guards/scan.ts';
import { SECRETS } from '../../../src/guards/secrets/index.ts';
import { parseFormat } from '../../../src/guards/secrets/notation.ts';
import { base62, filler } from '../filler.ts';

const all = compileScanner(SECRETS.map(({ type }) => type));
const seen = (text: string) =>
  all.find(text).map(({ type, start, end }) => `${type} ${text.slice(start, end)}`);

describe('a value with the name of a secret', () => {
  const value = base62(32);

  test('is found however it is given', () => {
    for (const [before, after] of [
      ['api_key = "', '"'],
      ['apiKey: ', ''],
      ['{"client_secret":"', '"}'],
      ['{\\"token\\":\\"', '\\"}'],
      ['export ACME_TOKEN=', '\n'],
      ["access-token => '", "',"],
      ['--auth-token=', ' --verbose'],
      ['<apiToken>\n    ', '\n</apiToken>'],
      ['settings.set("secret", "', '")'],
      ['secret := `', '`'],
    ])
      assert.deepEqual(seen(`${before}${value}${after}`), [`secret.key ${value}`], before);
  });

  test('is found as people say it, and with nothing but a space before it', () => {
    for (const [before, after] of [
      ['My API key for production is ', ', thanks.'],
      ['the token was "', '".'],
      ['Der API-Key lautet: ', '.'],
      ['use token ', ' for it'],
      ['ACME_API_KEY ', '\n'],
    ])
      assert.deepEqual(seen(`${before}${value}${after}`), [`secret.key ${value}`], before);
    for (const text of [
      'The key is to practice every single day',
      'the token is SyntaxKind.LessThanLessThanToken',
      'press the key Ctrl-Shift-Escape-and-wait',
      'the secret was well-kept-for-twenty-years',
    ])
      assert.deepEqual(seen(text), [], text);
  });

  test('is a sum in hexadecimal, or one of digits among letters, though it may look like words', () => {
    for (const dense of ['0123abcd0987fade0123abcd0987fade', 'abcd1234efgh5678ijkl9012mnop3456'])
      assert.deepEqual(seen(`api_key=${dense}`), [`secret.key ${dense}`]);
  });

  test('is none where it is made of words, a reference, or an id', () => {
    for (const text of [
      'key = "application-settings-for-production"',
      'token = SyntaxKind.LessThanLessThanToken',
      'const authToken = await getTokenFromCache(user)',
      'secretName: my-kubernetes-secret-v2',
      'the key, which opens the door of the house',
      'keyboard: "a7Qp3kZ9mW2xR5tV8nB1cJ4L"',
      `credentialsId: '${base62(32)}'`,
      'key = "aaaaaaaaaaaaaaaaaaaaaaaa"',
    ])
      assert.deepEqual(seen(text), [], text);
  });

  test('is none where it is longer than any secret: that is data', () => {
    assert.deepEqual(seen(`key: ${base62(300)}`), []);
  });

  test('is a provider’s own where the name says so', () => {
    assert.deepEqual(seen(`DATADOG_API_KEY=${filler('0123456789abcdef', 32)}`), [
      `secret.datadog ${filler('0123456789abcdef', 32)}`,
    ]);
    assert.deepEqual(seen(`SetSysctl = "${filler('abcdefgh0123456789', 24)}"`), []);
  });
});

describe('a password', () => {
  test('is found as people say it', () => {
    for (const [text, password] of [
      ['My password is Tr0ub4dor&3, please log in.', 'Tr0ub4dor&3'],
      ['the Wi-Fi password for guests is: Blau-Meer!7', 'Blau-Meer!7'],
      ['Mein Passwort ist Geheim!2024', 'Geheim!2024'],
      ['le mot de passe est «', undefined],
      ['The password is required and case-sensitive.', undefined],
      ['your password was reset yesterday', undefined],
    ] as const)
      assert.deepEqual(seen(text), password === undefined ? [] : [`secret.password ${password}`], text);
  });

  test('is found behind its name', () => {
    for (const text of [
      'password: "Tr0ub4dor&3x"',
      'DB_PASSWORD=Tr0ub4dor&3x',
      'my password is: Tr0ub4dor&3x.',
    ])
      assert.deepEqual(seen(text), ['secret.password Tr0ub4dor&3x'], text);
  });

  test('is none where something else says what it is', () => {
    for (const text of [
      'password: string',
      'password = getPassword(user)',
      'password = config.database.password1',
      'password: $DB_PASSWORD_1',
      'password={{ vault.password_1 }}',
      'password: <your-password-1>',
      '"Forgot password?": "Click-here."',
      'PASSWORD=changeme1',
      "('user', 'password', 'proxy.example.com:3128')",
    ])
      assert.deepEqual(seen(text), [], text);
  });

  test('is found in an address and on a command line', () => {
    assert.deepEqual(seen('postgres://acme:Xk29-vq!@db.example.org:5432/app'), [
      'secret.url_password Xk29-vq!',
    ]);
    assert.deepEqual(seen('redis://:Xk29-vq!@cache.example.org'), ['secret.url_password Xk29-vq!']);
    assert.deepEqual(seen('curl -u "acme:Xk29-vq!" https://example.org'), ['secret.curl_password Xk29-vq!']);
    assert.deepEqual(seen(`-H "Authorization: Bearer ${base62(24)}"`), [
      `secret.authorization ${base62(24)}`,
    ]);
  });

  test('is none where a manual has a stand-in, or nothing is hidden', () => {
    for (const text of [
      'https://user:password@example.org',
      'https://acme:$TOKEN@example.org',
      'https://example.org:8443/path@2',
      'http://acme@example.org:80',
      'curl -u acme:acme https://example.org',
      'Authorization: Bearer <token>',
      'Authorization: required',
    ])
      assert.deepEqual(seen(text), [], text);
  });
});

describe('the notation of formats', () => {
  test('reads a prefix, classes with counts, and what is escaped', () => {
    assert.equal(parseFormat('SG\\.[\\w-]{22}').prefix, 'SG.');
    assert.equal(parseFormat('[a-f0-9]{32}').prefix, '');
    assert.equal(parseFormat('x-[a-f0-9]{4}').body.length, 2, 'an exact count may not go on');
    assert.equal(parseFormat('x-[a-f0-9]{4,8}').body.length, 1);
  });

  test('refuses what it does not know', () => {
    for (const source of ['a(b|c)', 'a+', 'a[b]', 'a.b', 'a[b]*', '^a'])
      assert.throws(() => parseFormat(source), /Not a format/, source);
  });
});

test('there are credentials of more than 120 kinds, each with a name of its own', () => {
  assert.ok(new Set(SECRETS.map(({ type }) => type)).size >= 120);
});
