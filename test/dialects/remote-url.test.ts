import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leadsOutside } from '../../src/dialects/remote-url.ts';

test('E14: a backend is sent to public names over https, and nowhere else, however an address is written', () => {
  for (const url of [
    'https://images.example.org/a.png',
    'https://images.example.org:8443/a.png?x=y',
    'HTTPS://Images.Example.ORG/a.png',
    'data:image/png;base64,AAAA',
  ])
    assert.ok(leadsOutside(url), url);
  for (const url of [
    'http://images.example.org/a.png',
    'https://169.254.169.254/latest/meta-data',
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://0177.0.0.1/',
    'https://[::1]/',
    'https://[::ffff:169.254.169.254]/',
    'https://localhost/',
    'https://localhost./',
    'https://vllm/',
    'https://vllm.svc.cluster.local/',
    'https://metadata.google.internal/',
    'https://metadata.google.internal./',
    'https://images.example.org@127.0.0.1/',
    'https://user@images.example.org/',
    'file:///etc/passwd',
    'gopher://images.example.org/',
    '//images.example.org/a.png',
    'images.example.org/a.png',
    '',
  ])
    assert.ok(!leadsOutside(url), url);
});
