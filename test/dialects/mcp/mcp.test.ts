import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mcp } from '../../../src/dialects/mcp/dialect.ts';
import { parse } from '../../../src/json/document.ts';
import { must, operationOf, readerOf, said } from '../reader.ts';

const server = readerOf('POST /mcp/files');
const call = (name: unknown, args: object = {}) => ({
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name, arguments: args },
});

describe('messages of the Model Context Protocol', () => {
  it('H13: ask for a server, and for the tool that they call', () => {
    const view = server.request(call('read', { path: 'a', of: { who: 'jo' } }));
    assert.equal(view.model?.name, 'files');
    assert.deepEqual(view.features, [{ feature: 'mcp', server: 'files', tools: ['read'], approval: true }]);
    assert.deepEqual(
      view.segments.map(({ role, text }) => `${role}: ${text}`),
      ['arguments: a', 'arguments: jo'],
    );
    const list = server.request({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
    assert.deepEqual(list.features, [{ feature: 'mcp', server: 'files', tools: [], approval: true }]);
    assert.deepEqual(server.features({ jsonrpc: '2.0', id: 1, method: 'admin/wipe' }), [
      'mcp',
      'unknown_tools',
    ]);
    assert.deepEqual(mcp.usesOfPath?.(operationOf('GET /mcp/files')), list.features);
  });

  it('have texts: arguments, what is asked of prompts and resources, and what a client answers', () => {
    const prompt = {
      jsonrpc: '2.0',
      id: 1,
      method: 'prompts/get',
      params: { name: 'p', arguments: { topic: 'rain' } },
    };
    assert.deepEqual(said(prompt, server.request(prompt).segments), ['arguments: rain']);
    const resource = { jsonrpc: '2.0', id: 1, method: 'resources/read', params: { uri: 'file:///a' } };
    assert.deepEqual(said(resource, server.request(resource).segments), ['user: file:///a']);
    const sampled = {
      jsonrpc: '2.0',
      id: 1,
      result: { role: 'assistant', content: { type: 'text', text: 'said' } },
    };
    assert(said(sampled, server.request(sampled).segments).includes('user: said'));
  });

  it('D3, D16, D17: are refused where they are not exactly one message', () => {
    for (const bad of [
      [],
      [call('a')],
      {},
      { ...call('a'), jsonrpc: '1.0' },
      { ...call('a'), Method: 'ping' },
      { ...call('a'), more: 1 },
      { ...call('a'), result: {} },
      { jsonrpc: '2.0', id: 1, method: 5 },
      { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { Name: 'b', name: 'a' } },
      call('rеad'),
      call(5),
      call(''),
    ])
      server.refused(bad);
  });

  it("J6: are answered with a tool's words, whichever way they come", () => {
    const body = {
      jsonrpc: '2.0',
      id: 1,
      result: {
        content: [
          { type: 'text', text: 'wet' },
          { type: 'image', data: 'iVBOR'.repeat(20), mimeType: 'image/png' },
        ],
        structuredContent: { a: 'b' },
      },
    };
    const view = server.response(body);
    assert.deepEqual(said(body, view.segments), ['tool: wet', 'tool: image/png', 'tool: b']);
    assert.deepEqual(view.opaque, ['file']);
    assert.partialDeepStrictEqual(view.usage, { input: 0, output: 0 });
    assert.deepEqual(
      server.event(body).deltas.map(({ role }) => role),
      ['tool', 'tool', 'tool'],
    );
    const asks = server.event({
      jsonrpc: '2.0',
      id: 5,
      method: 'sampling/createMessage',
      params: { messages: [{ role: 'user', content: { type: 'text', text: 'do' } }] },
    });
    assert.deepEqual(
      asks.deltas.map(({ text }) => text),
      ['do'],
    );
  });

  it('a list of tools says what calling each would ask for, and can be shortened', () => {
    const body = {
      jsonrpc: '2.0',
      id: 1,
      result: { tools: [{ name: 'a', description: 'x' }, { name: 'b' }, { name: 'c' }] },
    };
    const text = JSON.stringify(body);
    const { offered = [] } = server.response(text);
    assert.deepEqual(
      offered.map(({ use }) => use.tools),
      [['a'], ['b'], ['c']],
    );
    const edits = mcp.shorten(
      text,
      must(parse(text, { depth: 9, values: 99 })),
      [offered[0], offered[2]].flatMap((one) => one ?? []),
    );
    let left = text;
    for (const edit of [...edits].reverse())
      left = left.slice(0, edit.start) + edit.text + left.slice(edit.end);
    assert.deepEqual(JSON.parse(left).result.tools, [{ name: 'b' }]);
  });
});
