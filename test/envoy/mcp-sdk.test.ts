/** The official SDK of the Model Context Protocol, unchanged: a client, and a server behind the whole. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { SeenRequest } from './harness/upstream.ts';
import { bodyOf, json, last, SECRET } from './sdk-suite.ts';
import { MASKING, type Stack, startStack } from './stack.ts';

const TOOLS = ['read_file', 'delete_file', 'read_mail'].map((name) => ({
  name,
  description: `Does ${name}.`,
  inputSchema: { type: 'object' },
}));

/** A server that answers in JSON, or in events where the tool is read from a mailbox. */
function server(request: SeenRequest) {
  if (request.method !== 'POST')
    return { status: 405, headers: { 'content-type': 'application/json' }, body: '{}' };
  const { id, method, params } = bodyOf(request);
  if (id === undefined) return { status: 202, body: '' };
  const result = resultOf(method, params);
  const message = { jsonrpc: '2.0', id, result };
  if (method !== 'tools/list' && params?.name !== 'read_mail') return json(message);
  return {
    headers: { 'content-type': 'text/event-stream' },
    body: [`event: message\ndata: ${JSON.stringify(message)}\n\n`],
  };
}

function resultOf(method: string, params: Record<string, unknown> = {}): object {
  if (method === 'initialize')
    return {
      protocolVersion: params.protocolVersion,
      capabilities: { tools: {} },
      serverInfo: { name: 's', version: '1' },
    };
  if (method === 'tools/list') return { tools: TOOLS };
  if (method === 'tools/call')
    return { content: [{ type: 'text', text: `Called with ${JSON.stringify(params.arguments)}` }] };
  return {};
}

const GRANTS =
  '[{ to: { tenant: acme }, operations: [mcp], models: [plain], features: { mcp: { servers: [plain], tools: ["read_*"] } } }]';

describe('@modelcontextprotocol/sdk', () => {
  let stack: Stack;
  before(async () => {
    stack = await startStack({
      policy: MASKING,
      script: server,
      dialect: 'mcp',
      sections: { grants: GRANTS },
    });
  });
  after(() => stack[Symbol.asyncDispose]());

  async function connect(name = 'plain', key = stack.key): Promise<Client> {
    const client = new Client({ name: 'test', version: '1' });
    const url = new URL(`http://127.0.0.1:${stack.envoy.port}/mcp/${name}`);
    const requestInit = { headers: { authorization: `Bearer ${key}` } };
    await client.connect(new StreamableHTTPClientTransport(url, { requestInit }) as never);
    return client;
  }

  it('is shown the tools that it may call, and no others', async () => {
    const client = await connect();
    const { tools } = await client.listTools();
    assert.deepEqual(
      tools.map(({ name }) => name),
      ['read_file', 'read_mail'],
    );
    await client.close();
  });

  it('calls them, with arguments masked on the way and restored in the result', async () => {
    const client = await connect();
    for (const name of ['read_file', 'read_mail']) {
      const { content } = await client.callTool({ name, arguments: { of: SECRET } });
      assert.deepEqual(content, [{ type: 'text', text: `Called with {"of":"${SECRET}"}` }]);
      last(stack);
    }
    await client.close();
  });

  it('H13: cannot call another tool, or reach another server', async () => {
    const client = await connect();
    await assert.rejects(client.callTool({ name: 'delete_file', arguments: {} }), /mcp is not allowed/);
    assert(!stack.upstream.requests.some(({ body }) => body.includes('delete_file')));
    await client.close();
    await assert.rejects(connect('hidden'), /model_not_allowed|does not allow this model/);
    await assert.rejects(connect('plain', 'sk-wrong'));
  });
});
