import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  authorityOf,
  isMistakes,
  readAddress,
  readUpstreams,
  type Upstream,
} from '../../src/render/proxy.ts';

function upstreamOf(url: string): Upstream {
  const upstreams = readUpstreams([{ name: 'b', cluster: 'c', url }]);
  if (isMistakes(upstreams)) throw new Error(upstreams.mistakes.join());
  const [upstream] = upstreams;
  assert.ok(upstream);
  return upstream;
}

function mistakeOf(...urls: (string | undefined)[]): string {
  const backends = urls.map((url, i) => ({ name: `b${i}`, cluster: 'c', ...(url !== undefined && { url }) }));
  const upstreams = readUpstreams(backends);
  return isMistakes(upstreams) ? upstreams.mistakes.join('; ') : 'none';
}

test('takes a backend address apart, with the default port of its scheme', () => {
  const rest = { cluster: 'c', path: '' };
  assert.deepEqual(upstreamOf('https://api.openai.com'), {
    ...rest,
    host: 'api.openai.com',
    port: 443,
    tls: true,
  });
  assert.deepEqual(upstreamOf('http://vllm:8000/'), { ...rest, host: 'vllm', port: 8000, tls: false });
  assert.deepEqual(upstreamOf('http://[::1]'), { ...rest, host: '::1', port: 80, tls: false });
  assert.equal(upstreamOf('https://api.example.org/openai/v1/').path, '/openai/v1');
});

test('the host that a backend is asked by leaves out the default port and brackets addresses', () => {
  const cases = [
    ['https://api.openai.com', 'api.openai.com'],
    ['http://api.openai.com:443', 'api.openai.com:443'],
    ['http://vllm:8000', 'vllm:8000'],
    ['https://[2001:db8::1]:8443', '[2001:db8::1]:8443'],
    ['http://[::1]', '[::1]'],
  ] as const;
  for (const [url, authority] of cases) assert.equal(authorityOf(upstreamOf(url)), authority);
});

test('names the backend whose address cannot be used', () => {
  assert.match(mistakeOf(undefined), /backend b0: url is missing/);
  assert.match(mistakeOf('not a url'), /backend b0: url is not a URL/);
  assert.match(mistakeOf('ftp://x'), /http:\/\/ or https:\/\//);
  assert.match(mistakeOf('https://user:secret@x'), /must not hold a credential/);
  assert.doesNotMatch(mistakeOf('https://user:secret@x'), /secret@/);
  assert.match(mistakeOf('https://x?key=1'), /query/);
});

test('backends that share a cluster must agree on its address, and are one', () => {
  assert.equal(mistakeOf('https://a', 'https://a:443/'), 'none');
  assert.match(mistakeOf('https://a', 'http://a'), /backend b1: cluster c already has another url/);
  assert.match(mistakeOf('https://a', 'https://a/v2'), /another url/);
  const both = readUpstreams([
    { name: 'a', cluster: 'c', url: 'https://a' },
    { name: 'b', cluster: 'c', url: 'https://a' },
  ]);
  assert.equal(isMistakes(both) ? 0 : both.length, 1);
});

test('reads addresses of the service', () => {
  assert.deepEqual(readAddress('127.0.0.1:9000'), { host: '127.0.0.1', port: 9000 });
  assert.deepEqual(readAddress('sallyport.example.org:1'), { host: 'sallyport.example.org', port: 1 });
  assert.deepEqual(readAddress('[::1]:9000'), { host: '::1', port: 9000 });
  assert.deepEqual(readAddress('unix:/run/doors.sock'), { unix: '/run/doors.sock' });
  assert.deepEqual(readAddress('unix:///run/doors.sock'), { unix: '/run/doors.sock' });
  for (const bad of [
    '',
    'host',
    ':9000',
    'host:',
    'host:70000',
    '::1:9000',
    'unix:',
    'unix:relative',
    'a b:1',
  ]) {
    assert.equal(readAddress(bad), undefined, bad);
  }
});
