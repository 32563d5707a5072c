/** What requests leave with, in place of the client's credential. */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { BedrockRuntimeClient, ConverseCommand } from '@aws-sdk/client-bedrock-runtime';
import { verify } from '../backends/aws-verifier.ts';
import type { SeenRequest } from './harness/upstream.ts';
import { type Several, startSeveral } from './several.ts';
import { answer, chat } from './stack.ts';

const SECRETS = {
  AWS_ID: 'AKIDEXAMPLE',
  AWS_KEY: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  AWS_SESSION: 'the-session-of-the-keys',
  CLIENT_SECRET: 'the-secret-of-the-client',
  ACME_KEY: 'sk-the-key-of-acme',
  SHARED_KEY: 'sk-the-key-of-all',
};

/** An issuer of tokens that counts them. */
async function startIssuer() {
  let count = 0;
  let away = false;
  const forms: URLSearchParams[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      if (away) return void response.writeHead(503).end();
      count += 1;
      forms.push(new URLSearchParams(Buffer.concat(chunks).toString()));
      // A life of six seconds is over for us after one.
      response.end(JSON.stringify({ access_token: `token-${count}`, token_type: 'Bearer', expires_in: 6 }));
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    forms,
    goAway: () => {
      away = true;
    },
    async stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

let several: Several;
let folder: string;
let issuer: Awaited<ReturnType<typeof startIssuer>>;
before(async () => {
  issuer = await startIssuer();
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const account = JSON.stringify({
    type: 'service_account',
    client_email: 'robot@acme.example.org',
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    private_key_id: 'k1',
    token_uri: `${issuer.url}/google`,
  });
  folder = await mkdtemp(join(tmpdir(), 'sallyport-keys-'));
  await writeFile(join(folder, 'key'), 'sk-the-old-key\n');
  several = await startSeveral({
    names: ['bedrock', 'own', 'vertex', 'azure', 'tenants', 'closed', 'gateway'],
    env: { ...SECRETS, ACCOUNT: account },
    policy: (urls, key) => `
identity: { apiKeys: { keys: [{ id: tester, digest: "${key}", tenant: acme }] } }
grants: [{ to: any, operations: "*", models: ["*"] }]
guardrails: [{ on: input, detect: pii.email, action: mask }]
backends:
  bedrock:
    dialect: bedrock
    url: ${urls.bedrock}
    credential: { aws: { accessKeyId: { env: AWS_ID }, secretAccessKey: { env: AWS_KEY }, sessionToken: { env: AWS_SESSION }, region: eu-central-1 } }
  own:
    dialect: openai
    url: ${urls.own}
    credential: { oauth: { tokenUrl: "${issuer.url}/token", clientId: sallyport, clientSecret: { env: CLIENT_SECRET } } }
  vertex: { dialect: vertex, url: "${urls.vertex}", credential: { google: { serviceAccount: { env: ACCOUNT } } } }
  azure:
    dialect: azure
    url: ${urls.azure}
    credential: { azure: { tenant: acme.example.org, clientId: app, clientSecret: { env: CLIENT_SECRET }, authority: "${issuer.url}" } }
  tenants:
    dialect: openai
    url: ${urls.tenants}
    credential: { env: SHARED_KEY }
    tenantCredentials: { acme: { env: ACME_KEY } }
  closed: { dialect: openai, url: "${urls.closed}", tenantCredentials: { globex: { env: SHARED_KEY } } }
  gateway: { dialect: openai, url: "${urls.gateway}", credential: { file: "${folder}/key", header: x-gateway-key } }
models:
  nova: { backends: [{ name: bedrock, model: "eu.amazon.nova-lite-v1:0" }] }
  llama: { backends: [own] }
  gemini: { backends: [vertex] }
  gpt: { backends: [azure] }
  shared: { backends: [tenants] }
  theirs: { backends: [closed] }
  rotated: { backends: [gateway] }
`,
  });
  for (const upstream of Object.values(several.upstreams))
    upstream.play(() => ({ headers: { 'content-type': 'application/json' }, body: answer('hello') }));
});
after(async () => {
  await several[Symbol.asyncDispose]();
  await issuer.stop();
  await rm(folder, { recursive: true });
});

function lastAt(name: string): SeenRequest {
  const request = several.upstreams[name]?.requests.at(-1);
  assert(request !== undefined, `${name} was asked nothing`);
  return request;
}

describe('a request to Bedrock', () => {
  const CONVERSE = {
    output: { message: { role: 'assistant', content: [{ text: 'hello' }] } },
    stopReason: 'end_turn',
    usage: { inputTokens: 3, outputTokens: 1, totalTokens: 4 },
    metrics: { latencyMs: 1 },
  };

  test('leaves signed as AWS wants it, though its path and its body were changed', async () => {
    several.upstreams.bedrock?.play(() => ({
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(CONVERSE),
    }));
    const body = '{"messages":[{"role":"user","content":[{"text":"I am jo@example.org, grüße"}]}]}';
    const got = await several.ask({ path: '/model/nova/converse', body });
    assert.equal(got.status, 200, got.text);
    const sent = lastAt('bedrock');
    assert.equal(sent.path, '/model/eu.amazon.nova-lite-v1%3A0/converse');
    assert(!sent.body.toString().includes('jo@example.org'));
    assert.equal(verify(sent, SECRETS.AWS_KEY), undefined);
    assert.match(String(sent.headers.authorization), /\/eu-central-1\/bedrock\/aws4_request/);
  });

  test("leaves signed where AWS's own SDK asks with a bearer token of ours", async () => {
    const key = /^Bearer (.*)$/.exec(several.authorization)?.[1] ?? '';
    const client = new BedrockRuntimeClient({
      region: 'eu-central-1',
      endpoint: `http://127.0.0.1:${several.envoy.port}`,
      token: { token: key },
      authSchemePreference: ['httpBearerAuth'],
      maxAttempts: 1,
    });
    const messages = [{ role: 'user' as const, content: [{ text: 'hi' }] }];
    const got = await client.send(new ConverseCommand({ modelId: 'nova', messages }));
    assert.equal(got.output?.message?.content?.[0]?.text, 'hello');
    assert.equal(verify(lastAt('bedrock'), SECRETS.AWS_KEY), undefined);
  });
});

describe('a token', () => {
  test('is fetched for a service account of Google, an application of Entra, a client of OAuth', async () => {
    const contents = [{ role: 'user', parts: [{ text: 'hi' }] }];
    const path = '/v1/projects/acme/locations/eu/publishers/google/models/gemini:generateContent';
    await several.ask({ path, body: JSON.stringify({ contents }) });
    assert.match(String(lastAt('vertex').headers.authorization), /^Bearer token-\d+$/);
    const deployment = '/openai/deployments/gpt/chat/completions?api-version=2024-10-21';
    await several.ask({ path: deployment, body: chat('hi', { model: 'gpt' }) });
    assert.match(String(lastAt('azure').headers.authorization), /^Bearer token-\d+$/);
    assert.equal(lastAt('azure').headers['api-key'], undefined);
    await several.ask({ body: chat('hi', { model: 'llama' }) });
    assert.match(String(lastAt('own').headers.authorization), /^Bearer token-\d+$/);
    assert.deepEqual([...new Set(issuer.forms.map((form) => form.get('grant_type')))].sort(), [
      'client_credentials',
      'urn:ietf:params:oauth:grant-type:jwt-bearer',
    ]);
    assert(issuer.forms.some((form) => form.get('scope') === 'https://cognitiveservices.azure.com/.default'));
  });

  test('is renewed, and where its issuer is away the request is refused in its own dialect', async () => {
    await several.ask({ body: chat('hi', { model: 'llama' }) });
    const first = lastAt('own').headers.authorization;
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await several.ask({ body: chat('hi', { model: 'llama' }) });
    assert.notEqual(lastAt('own').headers.authorization, first);
    issuer.goAway();
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const asked = several.upstreams.own?.begun();
    const refused = await several.ask({ body: chat('hi', { model: 'llama' }) });
    assert.equal(refused.status, 503, refused.text);
    assert.equal(JSON.parse(refused.text).error.code, 'backend_unavailable');
    assert.match(String(refused.headers['retry-after']), /^\d+$/);
    assert.equal(several.upstreams.own?.begun(), asked);
  });
});

describe('credentials of tenants', () => {
  test('are used for the tenant alone', async () => {
    await several.ask({ body: chat('hi', { model: 'shared' }) });
    assert.equal(lastAt('tenants').headers.authorization, `Bearer ${SECRETS.ACME_KEY}`);
  });

  test('close a backend that has no other to everybody else', async () => {
    const got = await several.ask({ body: chat('hi', { model: 'theirs' }) });
    assert.equal(got.status, 503, got.text);
    assert.equal(several.upstreams.closed?.begun(), 0);
  });
});

test('a backend that repeats the credential in its error does not tell the client (K13)', async () => {
  several.upstreams.tenants?.play((request) => ({
    status: 401,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      error: { message: `Incorrect API key provided: ${request.headers.authorization}` },
    }),
  }));
  const got = await several.ask({ body: chat('hi', { model: 'shared' }) });
  assert.equal(got.status, 401);
  assert.equal(JSON.parse(got.text).error.message, 'Incorrect API key provided: Bearer [CREDENTIAL]');
});

test('what AWS says about a signature that it does not take says no session (K13)', async () => {
  several.upstreams.bedrock?.play((request) => ({
    status: 403,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      message: `The Canonical String should have been 'x-amz-security-token:${request.headers['x-amz-security-token']}'`,
    }),
  }));
  const body = '{"messages":[{"role":"user","content":[{"text":"hi"}]}]}';
  const got = await several.ask({ path: '/model/nova/converse', body });
  assert.equal(got.status, 403);
  assert.match(JSON.parse(got.text).message, /x-amz-security-token:\[CREDENTIAL\]/);
});

test('a key whose file is exchanged is sent soon after, and no request fails meanwhile', async () => {
  const ask = async () => {
    const got = await several.ask({ body: chat('hi', { model: 'rotated' }) });
    assert.equal(got.status, 200, got.text);
    assert.equal(lastAt('gateway').headers.authorization, undefined);
    return lastAt('gateway').headers['x-gateway-key'];
  };
  assert.equal(await ask(), 'sk-the-old-key');
  await writeFile(join(folder, 'next'), 'sk-the-new-key\n');
  await rename(join(folder, 'next'), join(folder, 'key'));
  // Looked at every ten seconds.
  const seen = new Set<unknown>();
  for (const end = Date.now() + 40_000; !seen.has('sk-the-new-key') && Date.now() < end; ) {
    seen.add(await ask());
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.deepEqual(seen, new Set(['sk-the-old-key', 'sk-the-new-key']));
  assert.equal(await ask(), 'sk-the-new-key');
});
