/** What the tests of official SDKs have in common: a backend of their dialect, personal data to be masked, and pieces. */
import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import type { DialectName } from '../../src/core/operation.ts';
import type { Script, SeenRequest } from './harness/upstream.ts';
import { MASKING, type Stack, startStack } from './stack.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
export const json = (value: object) => ({ headers: JSON_TYPE, body: JSON.stringify(value) });
export const bodyOf = (request: SeenRequest) => JSON.parse(request.body.toString());
/** Server-sent events that name themselves. */
export const events = (list: readonly { readonly type: string }[]) => ({
  headers: { 'content-type': 'text/event-stream' },
  body: list.map((one) => `event: ${one.type}\ndata: ${JSON.stringify(one)}\n\n`),
});

/** What no backend may see, and every client gets back. */
export const SECRET = 'jo@example.org';
export const SAID = `You said: I am ${SECRET}`;
export const pieces = (text: string) => text.match(/.{1,4}/gs) ?? [];

const KEYS =
  '{ apiKeys: { headers: [authorization, x-api-key, api-key, x-goog-api-key], keys: [{ id: tester, digest: "KEY", tenant: acme, team: search }] } }';
const GRANTS =
  '[{ to: { tenant: acme }, operations: "*", models: [plain], features: { computer_use: strip, web_access: deny, max_output_tokens: { max: 1000 } } }]';

/** Tests against one stack, whose backend speaks the dialect. */
export function suite(
  name: string,
  dialect: DialectName,
  script: Script,
  tests: (stack: () => Stack) => void,
): void {
  describe(name, () => {
    let stack: Stack;
    before(async () => {
      const sections = { identity: KEYS, grants: GRANTS };
      stack = await startStack({ policy: MASKING, script, dialect, sections });
    });
    after(() => stack[Symbol.asyncDispose]());
    tests(() => stack);
  });
}

export const base = (stack: Stack, path = '') => `http://127.0.0.1:${stack.envoy.port}${path}`;

/** What the backend saw last, which had nothing personal in it. */
export function last(stack: Stack): SeenRequest {
  const request = stack.upstream.requests.at(-1);
  assert(request !== undefined && !request.body.includes(SECRET));
  return request;
}
