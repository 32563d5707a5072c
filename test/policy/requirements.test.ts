import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { IdentityRules } from '../../src/policy/identity-rules.ts';
import { compiled, mistakesOf, warningsOf } from './setting.ts';

const identityOf = (text: string): IdentityRules => compiled(`version: 1\nidentity:\n${text}`).identity;

test('without rules any one of the ways that are set up will do', () => {
  assert.deepEqual(identityOf('  apiKeys: {}').requires('chat', 'h'), { prove: 'any', methods: ['api-key'] });
});

test('the first rule that fits holds, by operation and host', () => {
  const identity = identityOf(`
  apiKeys: {}
  mtls: { trustDomains: { example.org: { tenant: internal } } }
  require:
    - { operations: [models.list], any: [api-key] }
    - { hosts: ["*.internal.example.org"], all: [api-key, mtls] }
    - { hosts: [open.example.org], anonymous: { tenant: public } }
`);
  assert.deepEqual(identity.requires('models.list', 'a.internal.example.org').methods, ['api-key']);
  const both = { prove: 'all', methods: ['api-key', 'mtls'] };
  assert.deepEqual(identity.requires('chat', 'a.internal.example.org'), both);
  assert.deepEqual(identity.requires('chat', 'A.Internal.Example.ORG.'), both);
  assert.deepEqual(identity.requires('chat', 'a.internal.example.org:443'), both);
  for (const other of ['a.internal.example.org:8443', 'a.internal.example.org:', 'A.internal.example.org..'])
    assert.deepEqual(identity.requires('chat', other), both, other);
  assert.deepEqual(identity.requires('chat', 'open.example.org').anonymous, { tenant: 'public' });
  assert.deepEqual(identity.requires('chat', 'else.example.org'), {
    prove: 'any',
    methods: ['api-key', 'mtls'],
  });
});

test('A14, A17: only hosts that are listed are served, and rules for some hosts without that list are warned of', () => {
  const rules = `
  apiKeys: {}
  require:
    - { hosts: [internal.example.org], any: [api-key] }
`;
  const warned = (text: string) => warningsOf(`version: 1\nidentity:\n${text}`);
  assert.match(warned(rules), /identity\.require\[0\]\.hosts.*any other host is served, too/);
  assert.doesNotMatch(warned(`${rules}  hosts: [internal.example.org]\n`), /any other host/);
  const { serves } = identityOf('  hosts: ["*.example.org"]');
  assert.ok(serves('a.example.org:8443') && !serves('example.org') && !serves('a.example.com'));
  assert.ok(identityOf('  apiKeys: {}').serves('anything'));
});

test('a way that is not set up, and two credentials at once, are mistakes', () => {
  const wrong = mistakesOf(`
version: 1
identity:
  apiKeys: {}
  require:
    - { any: [oidc] }
    - { all: [api-key, introspection] }
    - { any: [api-key], all: [api-key] }
    - { operations: [chat] }
`);
  assert.match(wrong, /identity\.require\[0\]\.any\[0\].*oidc is not set up/);
  assert.match(wrong, /a request has one credential/);
  assert.match(wrong, /expected any or all, not both/);
  assert.match(wrong, /expected any, all or anonymous/);
});

test('RFC 9728: the metadata of a resource with a path stand below the well-known path of its host', () => {
  const { resource } = identityOf('  resource: https://ai.example.org/llm');
  assert.equal(resource?.metadataUrl, 'https://ai.example.org/.well-known/oauth-protected-resource/llm');
  assert.equal(JSON.parse(resource?.metadata ?? '').resource, 'https://ai.example.org/llm');
});
