import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isRefusal } from '../../../src/core/refusal.ts';
import { classify } from '../../../src/dialects/index.ts';

describe('the operations of the OpenAI API', () => {
  it('are found by method and path', () => {
    const named = (method: string, path: string) => {
      const found = classify({ method, path, query: '', headers: new Map() });
      return found === undefined || isRefusal(found) ? found : found.name;
    };
    assert.equal(named('POST', '/v1/chat/completions'), 'chat');
    assert.equal(named('POST', '/v1/completions'), 'completions');
    assert.equal(named('POST', '/v1/embeddings'), 'embeddings');
    assert.equal(named('GET', '/v1/models'), 'models.list');
    assert.equal(named('GET', '/v1/models/gpt-4o'), 'models.get');
  });

  it('A18, A19: refuse other methods and say which is allowed', () => {
    for (const [method, path, allow] of [
      ['GET', '/v1/chat/completions', 'POST'],
      ['post', '/v1/chat/completions', 'POST'],
      ['DELETE', '/v1/models/gpt-4o', 'GET'],
      ['HEAD', '/v1/models', 'GET'],
      ['TRACE', '/v1/embeddings', 'POST'],
    ] as const) {
      const refusal = classify({ method, path, query: '', headers: new Map() });
      assert(isRefusal(refusal), `${method} ${path}`);
      assert.equal(refusal.refused, 'method_not_allowed');
      assert.deepEqual(refusal.headers, [['allow', allow]]);
    }
  });

  it('A7, A8, H11: are no other spelling of the path, and no other path', () => {
    for (const path of [
      '/v1',
      '/v1/chat/completions/',
      '/v1/Chat/Completions',
      '/v1//chat/completions',
      '/v1/chat/completionsx',
      '/v1/responses/',
      '/v1/models/',
      '/v1/evals',
      '/v1/containers',
    ]) {
      assert.equal(classify({ method: 'POST', path, query: '', headers: new Map() }), undefined, path);
    }
  });

  it('take a model of the path as it is, slashes and all, and none that would need decoding', () => {
    const modelOf = (path: string) => {
      const found = classify({ method: 'GET', path, query: '', headers: new Map() });
      return found === undefined || isRefusal(found) ? undefined : found.pathModel;
    };
    assert.equal(modelOf('/v1/models/gpt-4o'), 'gpt-4o');
    assert.equal(modelOf('/v1/models/meta-llama/Llama-3.3-70B'), 'meta-llama/Llama-3.3-70B');
    assert.equal(modelOf('/v1/models/ft:gpt-4o:acme::7p4lURel'), 'ft:gpt-4o:acme::7p4lURel');
    for (const name of [
      'a%2fb',
      'a%00',
      'a//b',
      '/a',
      'a/',
      '..',
      'a/../b',
      '.',
      'a/.',
      'a;b',
      'a b',
      'é',
      'a\\b',
      'x'.repeat(257),
      `${'a/'.repeat(128)}a`,
    ]) {
      assert.equal(modelOf(`/v1/models/${name}`), undefined, name);
    }
  });
});
