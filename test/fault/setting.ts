/** What every fault test stands on: a policy that masks both ways, its key, a proxy before any services, and canaries. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOf, mint } from '../../src/identity/api-key.ts';
import type { BodyProfile } from '../../src/render/proxy.ts';
import { SYSTEM_RANDOM } from '../../src/system.ts';
import { type RunningEnvoy, startEnvoy } from '../envoy/harness/envoy.ts';
import type { ScriptedAnswer, SeenRequest } from '../envoy/harness/upstream.ts';
import {
  answer,
  BACKEND_KEY,
  type Bootstrap,
  chat,
  DONE,
  event,
  MASKING,
  renderedBootstrap,
} from '../envoy/stack.ts';

/** What a client writes and the model must not read; restored in the answer. */
export const PROMPT_CANARY = 'jo.canary@example.org';
/** What the model writes and the client must not read. */
export const ANSWER_CANARY = '4111111111111111';
export const KEY = mint(SYSTEM_RANDOM);
export const ENVIRONMENT = { BACKEND_KEY };

/** @returns the policy's file */
export async function writePolicy(folder: string, upstream: string, more = ''): Promise<string> {
  const file = join(folder, 'policy.yaml');
  await writeFile(
    file,
    `
version: 1
identity: { apiKeys: { keys: [{ id: tester, digest: "${digestOf(KEY)}", tenant: acme, team: search }] } }
backends: { mock: { dialect: openai, url: "${upstream}", credential: { env: BACKEND_KEY } } }
models: { fast: { backends: [{ name: mock, model: gpt-4.1-mini }], price: { input: 0.4, output: 1.6 } } }
grants: [{ to: { tenant: acme }, operations: "*", models: ["*"] }]
${MASKING}${more}`,
  );
  return file;
}

export interface ProxyOptions {
  readonly upstream: string;
  /** Of the services, or of what stands before them. */
  readonly ports: readonly number[];
  readonly bodies?: BodyProfile;
  readonly configure?: (bootstrap: Bootstrap) => void;
}

/** The proxy as it is rendered for operators. */
export function startProxy(options: ProxyOptions): Promise<RunningEnvoy> {
  const bootstrap = renderedBootstrap(options.upstream, options.ports, options.bodies);
  options.configure?.(bootstrap);
  return startEnvoy({ bootstrap });
}

export const HEADERS = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' };

/** A chat that carries the canary. */
export function canaryChat(stream: boolean): string {
  return chat(`mail ${PROMPT_CANARY} now`, { stream });
}

/** What the model got to read. */
export function promptOf(request: SeenRequest): string {
  return JSON.parse(request.body.toString()).messages[0].content;
}

/** Says what was asked again, and writes the other canary; streamed where that is what was asked for. */
export function sayAgain(request: SeenRequest): ScriptedAnswer {
  const text = `You wrote: ${promptOf(request)}; card ${ANSWER_CANARY} end`;
  if (JSON.parse(request.body.toString()).stream !== true)
    return { headers: { 'content-type': 'application/json' }, body: answer(text) };
  return {
    headers: { 'content-type': 'text/event-stream' },
    body: [...pieces(text), event('', 'stop'), DONE],
  };
}

/** A text as events of a few letters each, so that what is masked lies across them. */
export function pieces(text: string): string[] {
  return (text.match(/.{1,7}/gs) ?? []).map((piece) => event(piece));
}

/** What an answer says, streamed or not. */
export function said(text: string): string {
  return [...text.matchAll(/"content":("(?:[^"\\]|\\.)*")/g)].map((m) => JSON.parse(m[1] ?? '""')).join('');
}

/** True if an answer is what the whole way makes of `sayAgain`: the prompt restored, the card gone. */
export function isRight(text: string): boolean {
  const words = said(text);
  return (
    words.startsWith(`You wrote: mail ${PROMPT_CANARY} now; card `) && words.endsWith(' end') && !leaks(text)
  );
}

/** True if the client reads what only the model wrote. Events are read as one text, too. */
export function leaks(text: string): boolean {
  return text.includes(ANSWER_CANARY) || said(text).includes(ANSWER_CANARY);
}
