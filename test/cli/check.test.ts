import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkCommand } from '../../src/cli/check.ts';
import { setting } from '../policy/setting.ts';

const stdin = (text: string) => () => Buffer.from(text);
const never = () => assert.fail('read standard input');

test('a good policy from standard input exits 0 and says what it holds', () => {
  const text = `
version: 1
identity: { apiKeys: {} }
models: { fast: { backends: [openai] } }
backends: { openai: { dialect: openai } }
grants: [{ to: any, operations: "*", models: "*" }]`;
  const { exitCode, output } = checkCommand('-', { json: false }, setting, stdin(text));
  assert.equal(exitCode, 0);
  assert.match(output, /^-: valid, version [0-9a-f]{16}: 1 model, 1 backend, 0 limits, 0 guardrails$/);
});

test('a bad policy exits 2 with every error and warning at its place', () => {
  const text =
    'version: 1\nmodles: {}\nlimits: [{ per: key, requests: 1/day }, { per: key, requests: 2/day }, {}]';
  const { exitCode, output } = checkCommand('-', { json: false }, setting, stdin(text));
  assert.equal(exitCode, 2);
  assert.deepEqual(output.split('\n'), [
    '<stdin>:2:1: error: modles: unknown key "modles": did you mean "models"?',
    '<stdin>:3:72: error: limits[2]: expected one of requests, tokens, concurrent, cost, found none',
    '<stdin>:3:63: warning: limits[1].requests: never reached: limits[0] is always reached before',
    '-: 2 errors',
  ]);
});

test('warnings alone exit 0', () => {
  const { exitCode, output } = checkCommand('-', { json: false }, setting, stdin('version: 1'));
  assert.equal(exitCode, 0);
  assert.match(output, /warning: grants: no grants/);
});

test('for programs it prints one JSON object', () => {
  const bad = checkCommand('-', { json: true }, setting, stdin('version: 2'));
  assert.deepEqual(JSON.parse(bad.output), {
    valid: false,
    version: null,
    errors: [
      { file: '<stdin>', line: 1, column: 10, path: 'version', message: 'expected 1, found the number 2' },
    ],
    warnings: [],
  });
  const good = JSON.parse(checkCommand('-', { json: true }, setting, stdin('version: 1')).output);
  assert.deepEqual([good.valid, good.errors, good.warnings.length], [true, [], 3]);
  assert.match(good.version, /^[0-9a-f]{16}$/);
});

test('a path that leads nowhere exits 2 and says so', () => {
  const { exitCode, output } = checkCommand('no/such/policy.yaml', { json: false }, setting, never);
  assert.equal(exitCode, 2);
  assert.equal(output.split('\n')[0], 'no/such/policy.yaml:1:1: error: cannot be read: ENOENT');
});

test('the example policy is good, without a warning', () => {
  const path = new URL('../../examples/policy.yaml', import.meta.url).pathname;
  const { exitCode, output } = checkCommand(path, { json: false }, setting, never);
  assert.equal(exitCode, 0);
  assert.equal(output.split('\n').length, 1, output);
});
