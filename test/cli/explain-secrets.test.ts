import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { explain } from '../../src/cli/explain.ts';
import { expandTypes } from '../../src/policy/finding-types.ts';
import { judge } from '../../src/policy/load.ts';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ENV = {
  KEY: 'canary-key-of-the-backend',
  ACME_KEY: 'canary-key-of-acme',
  AWS_KEY: 'canary-aws-secret',
  AWS_SESSION: 'canary-aws-session',
  ACCOUNT: JSON.stringify({
    client_email: 'robot@acme.example.org',
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    private_key_id: 'canary-key-id',
    token_uri: 'https://id.example.org/token',
  }),
};

const CREDENTIALS = {
  dialect: 'credential: { env: KEY }',
  header: 'credential: { env: KEY, header: ocp-apim-subscription-key }',
  tenant: 'tenantCredentials: { public: { env: ACME_KEY, header: x-functions-key } }',
  oauth:
    'credential: { oauth: { tokenUrl: "https://id.example.org/token", clientId: a, clientSecret: { env: KEY } } }',
  google: 'credential: { google: { serviceAccount: { env: ACCOUNT } } }',
  azure: 'credential: { azure: { tenant: acme.example.org, clientId: a, clientSecret: { env: KEY } } }',
  aws: 'credential: { aws: { accessKeyId: { env: KEY }, secretAccessKey: { env: AWS_KEY }, sessionToken: { env: AWS_SESSION }, region: eu-central-1 } }',
};

for (const [kind, credential] of Object.entries(CREDENTIALS)) {
  test(`explaining a request shows no credential of its backend: ${kind} (N2)`, async () => {
    const text = `
version: 1
identity:
  apiKeys: {}
  require: [{ operations: [chat], anonymous: { tenant: public } }]
models: { m: { backends: [own] } }
backends: { own: { dialect: openai, url: "https://models.example.org", ${credential} } }
grants: [{ to: any, operations: [chat], models: [m] }]`;
    const setting = { env: ENV, expand: expandTypes, now: 0 };
    const judged = judge({ texts: [{ name: 'policy.yaml', text }] }, '.', setting);
    if ('mistakes' in judged) assert.fail(JSON.stringify(judged.mistakes));
    const explained = await explain(
      {
        method: 'POST',
        path: '/v1/chat/completions',
        headers: new Map([['content-type', ['application/json']]]),
        body: Buffer.from('{"model":"m","messages":[{"role":"user","content":"hi"}]}'),
        sourceAddress: '192.0.2.7:1',
      },
      judged.snapshot,
      { find: () => ({ found: false, why: 'unknown' }) },
    );
    assert.equal(explained.sent?.body.includes('"hi"'), true, JSON.stringify(explained));
    assert.match(JSON.stringify(explained.sent), /\(the credential of the backend\)/);
    assert.doesNotMatch(JSON.stringify(explained), /canary/);
  });
}
