import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { request } from './reading.ts';

const features = (more: object) => request('chat', { model: 'm', messages: [], ...more }).features;

describe('the features that a request asks for', () => {
  it('are none for text in and text out', () => {
    assert.deepEqual(features({ messages: [{ role: 'user', content: [{ type: 'text', text: 'a' }] }] }), []);
    assert.deepEqual(
      features({ response_format: { type: 'text' }, logprobs: false, audio: null, tools: [] }),
      [],
    );
  });

  it('H12: are found in the kinds of its tools, dated ones too; an unknown kind is a function', () => {
    assert.deepEqual(features({ tools: [{ type: 'function' }, { type: 'custom' }] }), ['functions']);
    assert.deepEqual(features({ tools: [{ type: 'web_search_preview_2025_03_11' }] }), ['web_access']);
    assert.deepEqual(features({ tools: [{ type: 'mcp' }, { type: 'teleport' }] }), ['mcp', 'functions']);
  });

  it('H15: are found in other members', () => {
    assert.deepEqual(features({ web_search_options: {} }), ['web_access']);
    assert.deepEqual(features({ functions: [], reasoning_effort: 'low' }), ['functions', 'reasoning']);
    assert.deepEqual(features({ logprobs: true, top_logprobs: 3 }), ['logprobs']);
    assert.deepEqual(features({ response_format: { type: 'json_schema' } }), ['structured_output']);
  });

  it('are found in the parts of messages', () => {
    const content = [{ type: 'image_url' }, { type: 'input_audio' }, { type: 'file' }, { type: 'image_url' }];
    assert.deepEqual(features({ messages: [{ role: 'user', content }] }), [
      'image_input',
      'audio_input',
      'file_input',
    ]);
  });
});
