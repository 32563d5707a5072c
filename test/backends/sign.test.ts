import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BedrockRuntimeClient, ConverseCommand, InvokeModelCommand } from '@aws-sdk/client-bedrock-runtime';
import fc from 'fast-check';
import { signature } from '../../src/backends/sign.ts';
import type { AwsKeys } from '../../src/policy/snapshot.ts';
import { type SignedRequest, verify } from './aws-verifier.ts';

const KEYS: AwsKeys = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  region: 'eu-central-1',
  service: 'bedrock',
  host: 'bedrock-runtime.eu-central-1.amazonaws.com',
};
const NOW = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

function signed(path: string, body: string, keys: AwsKeys = KEYS, method = 'POST'): SignedRequest {
  const bytes = Buffer.from(body);
  const set = signature({ method, path, body: bytes }, keys, NOW);
  return { method, path, headers: { host: keys.host, ...Object.fromEntries(set) }, body: bytes };
}

/** A request of AWS's own SDK, as it would be sent. */
async function ofSdk(command: ConverseCommand | InvokeModelCommand): Promise<SignedRequest> {
  let sent: SignedRequest | undefined;
  const { accessKeyId, secretAccessKey, region } = KEYS;
  const client = new BedrockRuntimeClient({
    region,
    credentials: { accessKeyId, secretAccessKey },
    maxAttempts: 1,
    requestHandler: {
      handle: async (request: {
        method: string;
        path: string;
        headers: Record<string, string>;
        body: Uint8Array;
      }) => {
        sent = { ...request, body: Buffer.from(request.body) };
        throw new Error('caught');
      },
    },
  });
  await client.send(command as ConverseCommand).catch(() => {});
  assert(sent !== undefined);
  return sent;
}

describe('the verifier of these tests', () => {
  it('takes the published example, and not the same with anything changed', () => {
    const example: SignedRequest = {
      method: 'GET',
      path: '/',
      headers: {
        Host: 'example.amazonaws.com',
        'X-Amz-Date': '20150830T123600Z',
        Authorization:
          'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
      },
      body: Buffer.alloc(0),
    };
    assert.equal(verify(example, KEYS.secretAccessKey), undefined);
    assert.match(verify({ ...example, path: '/x' }, KEYS.secretAccessKey) ?? '', /another signature/);
    assert.match(verify({ ...example, body: Buffer.from('x') }, KEYS.secretAccessKey) ?? '', /another/);
    assert.match(verify(example, 'other') ?? '', /another signature/);
  });

  it("takes what AWS's own SDK signs", async () => {
    const messages = [{ role: 'user' as const, content: [{ text: 'grüß dich' }] }];
    for (const command of [
      new ConverseCommand({ modelId: 'eu.amazon.nova-lite-v1:0', messages }),
      new ConverseCommand({
        modelId: 'arn:aws:bedrock:eu-central-1:123456789012:inference-profile/x',
        messages,
      }),
      new InvokeModelCommand({ modelId: 'anthropic.claude-3-haiku-20240307-v1:0', body: '{"a":1}' }),
    ])
      assert.equal(verify(await ofSdk(command), KEYS.secretAccessKey), undefined);
  });
});

describe('a signature', () => {
  it('is one that AWS takes, whatever the path, the query and the body', () => {
    const segment = fc.stringMatching(/^(?:[A-Za-z0-9._~:@+-]|%3A|%2F){1,12}$/);
    const word = fc.stringMatching(/^[A-Za-z0-9._~-]{1,8}$/);
    fc.assert(
      fc.property(
        fc.array(
          segment.filter((part) => !/^\.{1,2}$/.test(part)),
          { minLength: 1, maxLength: 4 },
        ),
        fc.array(fc.tuple(word, word), { maxLength: 3 }),
        fc.string({ unit: 'binary' }),
        (parts, pairs, body) => {
          const query = pairs.map(([name, value]) => `${name}=${value}`).join('&');
          const request = signed(`/${parts.join('/')}${query === '' ? '' : `?${query}`}`, body);
          assert.equal(verify(request, KEYS.secretAccessKey), undefined);
        },
      ),
    );
  });

  it('is about the body, the path and the host', () => {
    const request = signed('/model/m/converse', '{}');
    const { secretAccessKey } = KEYS;
    assert.equal(verify(request, secretAccessKey), undefined);
    assert.match(verify({ ...request, body: Buffer.from('{ }') }, secretAccessKey) ?? '', /another body/);
    assert.match(
      verify({ ...request, path: '/model/n/converse' }, secretAccessKey) ?? '',
      /another signature/,
    );
    const headers = { ...request.headers, host: 'elsewhere.example.org' };
    assert.match(verify({ ...request, headers }, secretAccessKey) ?? '', /another signature/);
  });

  it('leaves all other headers to the proxy', () => {
    const request = signed('/model/m/converse', '{}');
    const headers = { ...request.headers, 'content-type': 'x', 'x-request-id': '1' };
    assert.equal(verify({ ...request, headers }, KEYS.secretAccessKey), undefined);
  });

  it('says the session of temporary keys', () => {
    const keys = { ...KEYS, sessionToken: 'a-session' };
    const request = signed('/model/m/converse', '{}', keys);
    assert.equal(request.headers['x-amz-security-token'], 'a-session');
    assert.equal(verify(request, KEYS.secretAccessKey), undefined);
  });

  it('holds no secret', () => {
    assert(!JSON.stringify(signed('/model/m/converse', '{}')).includes('wJalr'));
  });
});
