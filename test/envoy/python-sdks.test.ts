/** The official SDKs for Python, unchanged, as clients of the whole. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { it } from 'node:test';
import { promisify } from 'node:util';
import type { SeenRequest } from './harness/upstream.ts';
import { base, bodyOf, events, json, pieces, SAID, SECRET, suite } from './sdk-suite.ts';
import { DONE, event, type Stack } from './stack.ts';

const ROOT = new URL('../../', import.meta.url).pathname;
const VENV = `${ROOT}.tools/python-sdks`;
const skip = existsSync(`${VENV}/requirements.txt`)
  ? false
  : 'the Python SDKs are not installed: scripts/setup-python-sdks.sh says why';

async function run(sdk: string, stack: Stack): Promise<Record<string, unknown>> {
  const args = [`${ROOT}test/envoy/python/clients.py`, sdk, base(stack), stack.key];
  // What the machine says about proxies and certificates is not for a client of loopback.
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, NO_PROXY: '*' };
  const { stdout } = await promisify(execFile)(`${VENV}/bin/python`, args, { env, timeout: 120_000 });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}

/** No backend sees what was masked. */
function assertMasked(stack: Stack): void {
  assert(stack.upstream.requests.length > 0);
  for (const { body } of stack.upstream.requests) assert(!body.includes(SECRET));
}

const USAGE = { prompt_tokens: 9, completion_tokens: 4, total_tokens: 13 };

function gpt(request: SeenRequest) {
  const asked = bodyOf(request);
  const text = `You said: ${asked.messages.at(-1).content}`;
  if (asked.stream === true) {
    const told = {
      id: 'c',
      object: 'chat.completion.chunk',
      created: 1,
      model: 'm',
      choices: [],
      usage: USAGE,
    };
    const body = [
      ...pieces(text).map((piece) => event(piece)),
      event('', 'stop'),
      `data: ${JSON.stringify(told)}\n\n`,
      DONE,
    ];
    return { headers: { 'content-type': 'text/event-stream' }, body };
  }
  const call = {
    id: 'call_1',
    type: 'function',
    function: { name: 'find', arguments: JSON.stringify({ who: text }) },
  };
  const message =
    asked.tools === undefined
      ? { role: 'assistant', content: text }
      : { role: 'assistant', content: null, tool_calls: [call] };
  const choices = [{ index: 0, message, finish_reason: asked.tools === undefined ? 'stop' : 'tool_calls' }];
  return json({ id: 'c', object: 'chat.completion', created: 1, model: 'm', choices, usage: USAGE });
}

function claude(request: SeenRequest) {
  const asked = bodyOf(request);
  const text = `You said: ${asked.messages.at(-1).content}`;
  const usage = { input_tokens: 5, output_tokens: 7 };
  const message = {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'm',
    stop_reason: 'end_turn',
    stop_sequence: null,
  };
  if (asked.stream !== true)
    return json({
      ...message,
      content: [
        asked.tools === undefined
          ? { type: 'text', text }
          : { type: 'tool_use', id: 'toolu_1', name: 'find', input: { who: text } },
      ],
      usage,
    });
  const delta = (piece: string) => ({ type: 'text_delta', text: piece });
  return events([
    { type: 'message_start', message: { ...message, content: [], stop_reason: null, usage } },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    ...pieces(text).map((piece) => ({ type: 'content_block_delta', index: 0, delta: delta(piece) })),
    { type: 'content_block_stop', index: 0 },
    {
      type: 'message_delta',
      delta: { stop_reason: 'end_turn', stop_sequence: null },
      usage: { output_tokens: 9 },
    },
    { type: 'message_stop' },
  ] as { readonly type: string }[]);
}

suite('openai for Python', 'openai', gpt, (stack) => {
  it('chats, streams, calls tools, and raises its own errors', { skip }, async () => {
    assert.deepEqual(await run('openai', stack()), {
      chat: SAID,
      stream: SAID,
      usage: 13,
      tool: ['find', { who: SAID }],
      models: ['plain'],
      'wrong key': ['AuthenticationError', 401, 'credential_invalid'],
      'wrong model': ['PermissionDeniedError', 403, 'model_not_allowed'],
      'wrong body': ['BadRequestError', 400, 'body_invalid'],
    });
    assertMasked(stack());
  });

  it('litellm does so, too, as its client', { skip }, async () => {
    assert.deepEqual(await run('litellm', stack()), {
      chat: SAID,
      stream: SAID,
      usage: 13,
      tool: ['find', { who: SAID }],
      'wrong key': ['AuthenticationError', 401],
      // Its word for what it has no name for.
      'wrong model': ['APIError', 403],
    });
    assertMasked(stack());
  });
});

suite('anthropic for Python', 'anthropic', claude, (stack) => {
  it('chats, streams, calls tools, and raises its own errors', { skip }, async () => {
    assert.deepEqual(await run('anthropic', stack()), {
      chat: SAID,
      stream: SAID,
      usage: 9,
      tool: ['find', { who: SAID }],
      models: ['plain'],
      'wrong key': ['AuthenticationError', 401, 'credential_invalid'],
      'wrong model': ['PermissionDeniedError', 403, 'model_not_allowed'],
      'wrong body': ['BadRequestError', 400, 'body_invalid'],
    });
    assertMasked(stack());
  });
});
