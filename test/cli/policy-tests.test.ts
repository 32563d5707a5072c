import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { testCommand } from '../../src/cli/policy-tests/command.ts';
import { SettingError } from '../../src/cli/settings.ts';

const POLICY = `
version: 1
identity: { apiKeys: {} }
backends: { one: { dialect: openai } }
models: { a: { backends: [one] }, b: { backends: [one] } }
grants:
  - { id: staff, to: { tenant: acme }, operations: "*", models: [a], networks: [10.0.0.0/8], features: { web_access: strip } }
  - { id: hours, to: { groups: [night] }, operations: chat, models: "*", during: { from: "22:00", until: "06:00" } }
  - { id: no-b, effect: deny, to: { tenant: acme }, operations: "*", models: [b] }
`;

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-policy-tests-'));
  writeFileSync(join(folder, 'policy.yaml'), POLICY);
});
after(() => rmSync(folder, { recursive: true }));

async function run(tests: string, options: { json?: boolean; requireCoverage?: boolean } = {}) {
  const file = join(folder, 'tests.yaml');
  writeFileSync(file, `policy: policy.yaml\ntests:\n${tests}`);
  return testCommand([file], options);
}

const GOOD = `
  - { name: staff, as: { tenant: acme }, from: 10.1.1.1, request: { operation: chat, model: a }, expect: { allow: { grants: [staff], backend: one } } }
  - { name: stripped, as: { tenant: acme }, from: 10.1.1.1, request: { operation: chat, model: a, body: { web_search_options: {} } }, expect: { allow: { stripped: [web_access] } } }
  - { name: elsewhere, as: { tenant: acme }, from: 192.0.2.1, request: { operation: chat, model: a }, expect: { refuse: operation_not_allowed } }
  - { name: at night, as: { groups: [night] }, at: 2026-03-02T23:00:00Z, request: { operation: chat, model: b }, expect: allow }
  - { name: by day, as: { groups: [night] }, at: 2026-03-02T12:00:00Z, request: { operation: chat, model: b }, expect: { refuse: operation_not_allowed } }
  - { name: a stored file, as: { tenant: acme }, from: 10.1.1.1, request: { operation: files.get }, expect: { refuse: object_not_found } }
  - { name: a bad path, as: { tenant: acme }, request: { method: POST, path: //v1/chat/completions, body: {} }, expect: { refuse: path_not_canonical } }
`;

describe('sallyport test', () => {
  it('runs each test through the doors, and says which grants none of them exercised', async () => {
    const { exitCode, output } = await run(GOOD);
    assert.equal(exitCode, 0, output);
    assert.match(output, /7 of 7 as expected\. Grants that no test exercises: no-b$/);
    assert.equal((await run(GOOD, { requireCoverage: true })).exitCode, 1);
    const denied = `${GOOD}  - { name: denied, as: { tenant: acme, groups: [night] }, from: 10.1.1.1, at: 2026-03-02T23:00:00Z, request: { operation: chat, model: b }, expect: { refuse: model_not_allowed } }\n`;
    assert.equal((await run(denied, { requireCoverage: true })).exitCode, 0);
  });

  it('says what came instead, and why, and exits with 1', async () => {
    const wrong = `
  - { name: one, as: { tenant: acme }, from: 192.0.2.1, request: { operation: chat, model: a }, expect: allow }
  - { name: two, as: { tenant: acme }, from: 10.1.1.1, request: { operation: chat, model: a }, expect: { refuse: model_not_allowed } }
  - { name: three, as: { tenant: acme }, from: 10.1.1.1, request: { operation: chat, model: a }, expect: { allow: { grants: [other], stripped: [mcp], backend: two } } }
`;
    const { exitCode, output } = await run(wrong);
    assert.equal(exitCode, 1);
    assert.match(
      output,
      /not ok {2}one\n {4}expected allow, came operation_not_allowed\n {6}staff: networks, the caller is in none/,
    );
    assert.match(output, /not ok {2}two\n {4}expected model_not_allowed, came allow/);
    assert.match(
      output,
      /expected grants \[other\], came \[staff\]\n {4}expected stripped \[mcp\], came \[\]\n {4}expected backend two, came one/,
    );
    const [file] = JSON.parse((await run(wrong, { json: true })).output);
    assert.deepEqual(
      file.results.map(({ ok }: { ok: boolean }) => ok),
      [false, false, false],
    );
  });

  it('names the place of every mistake in a file of tests', async () => {
    const bad = `
  - { name: x, request: { operation: chats }, expect: allow }
  - { name: y, request: { operation: chat }, expect: { refuse: nothing } }
  - { name: z, as: { tenants: acme }, request: { path: /v1/models, operation: chat }, expect: allow }
`;
    await assert.rejects(run(bad), (error: unknown) => {
      assert.ok(error instanceof SettingError);
      assert.match(
        error.message,
        /tests\.yaml:4:\d+: error: tests\[0\]\.request\.operation: .*did you mean "chat"/,
      );
      assert.match(error.message, /tests\[1\]\.expect/);
      assert.match(error.message, /tests\[2\]\.as.*unknown key "tenants"/);
      return true;
    });
  });
});
