import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LONGEST_EXPRESSION } from '../../src/policy/cel.ts';
import { compileExpression } from '../../src/policy/expression.ts';
import type { BodyFacts, Facts } from '../../src/policy/grant-rules.ts';

const FACTS: Facts = {
  principal: {
    methods: ['oidc'],
    id: 'corp/ann',
    tenant: 'acme',
    groups: ['admins', 'beta'],
    labels: { env: 'prod' },
  },
  operation: 'chat',
  method: 'POST',
  path: '/v1/chat/completions',
  host: 'api.example.org',
  clientAddress: '192.0.2.7',
  time: Date.UTC(2026, 2, 2, 12),
};

function evaluate(text: string, body?: BodyFacts) {
  const compiled = compileExpression(text);
  if ('problem' in compiled) return `no: ${compiled.problem}`;
  return compiled.expression.evaluate(body === undefined ? FACTS : { ...FACTS, body });
}

const problemOf = (text: string) => {
  const compiled = compileExpression(text);
  return 'problem' in compiled ? compiled.problem : undefined;
};

const repeated = (text: string, times: number, between: string) => Array(times).fill(text).join(between);

describe('a condition', () => {
  it('asks about principal, request and body', () => {
    assert.equal(evaluate('principal.tenant == "acme" && "beta" in principal.groups'), true);
    assert.equal(evaluate('principal.groups.exists(g, g.startsWith("adm"))'), true);
    assert.equal(
      evaluate('request.path.matches("^/v1/(chat|responses)") && request.time.getHours() == 12'),
      true,
    );
    assert.equal(evaluate('principal.user == ""'), true, 'what is absent is the empty text');
    assert.equal(
      evaluate('body.n <= 2 && body.model == "a"', { model: 'a', n: 2, stream: false, features: [] }),
      true,
    );
    assert.equal(evaluate('has(principal.labels.env) && !has(principal.labels.constructor)'), true);
  });

  it('has no value where something in it has none', () => {
    for (const text of [
      'principal.labels.zone == "x"',
      '1 / 0 == 1',
      'timestamp(request.path) < request.time',
    ])
      assert.equal(evaluate(text), 'error', text);
  });

  it('says whether it needs the body', () => {
    const needs = (text: string) => {
      const compiled = compileExpression(text);
      return 'expression' in compiled && compiled.expression.needsBody;
    };
    assert.ok(needs('principal.groups.exists(g, body.model == g)'));
    assert.ok(!needs('principal.tenant == "body"'));
  });

  it('is refused where it is no condition on what there is', () => {
    for (const text of [
      '"text"',
      'principal',
      'tenant == "acme"',
      'principal.shoe == "x"',
      'a(',
      '',
      'env("HOME") == ""',
    ])
      assert.ok(problemOf(text), text);
    assert.match(problemOf(`"${'x'.repeat(LONGEST_EXPRESSION)}" == ""`) ?? '', /longer than/);
  });
});

describe('the patterns of a condition', () => {
  it('are literals in RE2 syntax, and run on the linear engine under no other name', () => {
    for (const text of [
      'request.path.matches(request.host)',
      'request.path.matches("a" + "b")',
      'request.path.matches("(?=a)")',
      'request.path.matches("(a)\\\\1")',
      'request.path.matches("(")',
      'request.path.linearMatches("a")',
    ])
      assert.ok(problemOf(text), text);
    const slow = compileExpression('request.path.matches("^(a+)+$")');
    assert.ok('expression' in slow);
    assert.equal(slow.expression.evaluate({ ...FACTS, path: `${'a'.repeat(50_000)}!` }), false);
  });
});

describe('what a condition can cost', () => {
  it('is small for what conditions are for', () => {
    for (const text of [
      'principal.groups.exists(g, g in ["a", "b", "c"])',
      'principal.groups.exists(g, g.matches("^team-[a-z0-9]{1,20}-admins$"))',
      'principal.groups.filter(g, g.startsWith("team-")).size() < 3',
      'principal.methods.all(m, body.features.all(f, f != m))',
      'cel.bind(t, principal.tenant, t == "acme" || t == "globex")',
    ])
      assert.equal(problemOf(text), undefined, text);
  });

  it('is bounded whatever lists a request brings: loops, look-ups, bindings and texts that grow', () => {
    for (const text of [
      'principal.groups.all(a, principal.groups.all(b, a == b))',
      'principal.groups.exists(g, g in principal.scopes)',
      'principal.groups.map(g, g + g).map(g, g + g).exists(g, principal.scopes.exists(s, s == g))',
      `principal.groups.exists(g, ${repeated('g.matches("^(a|b)*$")', 20, ' || ')})`,
      'principal.groups.exists(g, g.matches("(a|b)*a(a|b){100}c"))',
      `(${repeated('principal.groups', 50, ' + ')}).exists(g, g.contains("x") || g.contains("y"))`,
      'principal.groups.map(g, principal.groups.join(g)).size() > 0',
      'principal.groups.map(g, g.split("")).exists(l, l.exists(c, c == "x"))',
      'cel.bind(a, principal.groups + principal.groups, cel.bind(b, a + a, cel.bind(c, b + b, cel.bind(d, c + c, cel.bind(e, d + d, cel.bind(f, e + e, cel.bind(h, f + f, h.exists(g, g == "x"))))))))',
    ])
      assert.match(problemOf(text) ?? '', /costs too much/, text);
  });
});
