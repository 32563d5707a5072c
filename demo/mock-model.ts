/**
 * A model to try things on: speaks the OpenAI API, needs no network, and always says the same to the same prompt. It
 * repeats what it was told, so that one sees what reached it, and what came back in place of it.
 *
 *   node demo/mock-model.ts [--port 8000] [--key SECRET]
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';

export interface MockModelOptions {
  /** 0 for one of the system's choice. */
  readonly port?: number;
  /** If set, requests without `Authorization: Bearer <key>` get OpenAI's 401. */
  readonly key?: string;
  /** Names that it lists; it answers to any name. */
  readonly models?: readonly string[];
  /** Told of each prompt as it arrived, before it is answered. */
  readonly onPrompt?: (prompt: string, path: string) => void;
}

export interface MockModel extends AsyncDisposable {
  readonly port: number;
  /** `http://127.0.0.1:port`, without `/v1`. */
  readonly url: string;
  stop(): Promise<void>;
}

type Json = { readonly [key: string]: unknown };

/** An error as OpenAI would give it; thrown by a handler, answered in one place. */
class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const MAX_BODY_BYTES = 32 * 1024 * 1024;
/** A stream's pieces have this many characters, so that placeholders and secrets are cut in the middle. */
const PIECE = 5;
/** 2025-01-01, so that answers are the same every time. */
const CREATED = 1_735_689_600;
const DIMENSIONS = 8;

/** Starts the model on loopback. */
export async function startMockModel(options: MockModelOptions = {}): Promise<MockModel> {
  const server = createServer((request, response) => {
    handle(request, response, options).catch((error: unknown) => fail(response, error));
  });
  await once(server.listen(options.port ?? 0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const stop = async () => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  return { port, url: `http://127.0.0.1:${port}`, stop, [Symbol.asyncDispose]: stop };
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  options: MockModelOptions,
): Promise<void> {
  if (options.key !== undefined && request.headers.authorization !== `Bearer ${options.key}`) {
    throw new ApiError(401, 'invalid_api_key', 'Incorrect API key provided.');
  }
  const path = (request.url ?? '').split('?', 1)[0] ?? '';
  const call = `${request.method} ${path}`;
  if (call === 'GET /v1/models') return sendJson(response, listModels(options.models ?? ['mock']));
  const body = request.method === 'POST' ? await readJson(request) : {};
  const tell = (prompt: string) => options.onPrompt?.(prompt, path);
  if (call === 'POST /v1/chat/completions') return chat(body, response, tell);
  if (call === 'POST /v1/completions') return complete(body, response, tell);
  if (call === 'POST /v1/embeddings') return sendJson(response, embed(body, tell));
  throw new ApiError(404, 'unknown_url', `Unknown request URL: ${call}.`);
}

type Tell = (prompt: string) => void;

// — chat and completions: one answer, two shapes —

async function chat(body: Json, response: ServerResponse, tell: Tell): Promise<void> {
  const messages = body.messages;
  if (!Array.isArray(messages) || messages.length === 0) throw missing('messages');
  const prompt = messages.map((message: Json) => textOf(message.content)).join('\n');
  tell(prompt);
  const last = messages.findLast((message: Json) => message.role === 'user') as Json | undefined;
  const answer = `You said: ${textOf(last?.content)}`;
  const base = { id: idOf('chatcmpl', prompt), created: CREATED, model: modelOf(body) };
  const usage = usageOf(prompt, answer);
  if (body.stream !== true) {
    const message = { role: 'assistant', content: answer, refusal: null };
    const choices = [{ index: 0, message, logprobs: null, finish_reason: 'stop' }];
    return sendJson(response, { ...base, object: 'chat.completion', choices, usage });
  }
  const chunk = (delta: Json, finish: string | null): Json => ({
    ...base,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
  });
  const chunks = [
    chunk({ role: 'assistant', content: '' }, null),
    ...cut(answer).map((content) => chunk({ content }, null)),
    chunk({}, 'stop'),
  ];
  await sendEvents(response, chunks, body, { ...base, object: 'chat.completion.chunk', choices: [], usage });
}

async function complete(body: Json, response: ServerResponse, tell: Tell): Promise<void> {
  const prompts = Array.isArray(body.prompt) ? body.prompt : [body.prompt];
  if (!prompts.every((prompt) => typeof prompt === 'string')) throw missing('prompt');
  const prompt = prompts.join('\n');
  tell(prompt);
  const answer = `You said: ${prompt}`;
  const base = {
    id: idOf('cmpl', prompt),
    object: 'text_completion',
    created: CREATED,
    model: modelOf(body),
  };
  const usage = usageOf(prompt, answer);
  const choice = (text: string, finish: string | null): Json => ({
    ...base,
    choices: [{ index: 0, text, logprobs: null, finish_reason: finish }],
  });
  if (body.stream !== true) return sendJson(response, { ...choice(answer, 'stop'), usage });
  const chunks = [...cut(answer).map((text) => choice(text, null)), choice('', 'stop')];
  await sendEvents(response, chunks, body, { ...base, choices: [], usage });
}

/** Content of a message: text, or parts of which only the text counts. */
function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((part: Json) => (typeof part.text === 'string' ? part.text : '')).join('');
}

function cut(text: string): string[] {
  const letters = [...text];
  const pieces: string[] = [];
  for (let i = 0; i < letters.length; i += PIECE) pieces.push(letters.slice(i, i + PIECE).join(''));
  return pieces;
}

// — embeddings and models —

function embed(body: Json, tell: Tell): Json {
  const inputs = Array.isArray(body.input) ? body.input : [body.input];
  if (inputs.length === 0 || !inputs.every((input) => typeof input === 'string')) throw missing('input');
  tell(inputs.join('\n'));
  const data = inputs.map((input: string, index) => {
    const vector = vectorOf(input);
    const embedding =
      body.encoding_format === 'base64' ? Buffer.from(vector.buffer).toString('base64') : [...vector];
    return { object: 'embedding', index, embedding };
  });
  const tokens = inputs.reduce((sum: number, input: string) => sum + tokensOf(input), 0);
  return {
    object: 'list',
    model: modelOf(body),
    data,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  };
}

/** Between -1 and 1, from the text's digest. */
function vectorOf(text: string): Float32Array {
  const digest = createHash('sha256').update(text).digest();
  return Float32Array.from({ length: DIMENSIONS }, (_, i) => digest.readInt32LE(i * 4) / 2 ** 31);
}

function listModels(names: readonly string[]): Json {
  const data = names.map((id) => ({ id, object: 'model', created: CREATED, owned_by: 'mock' }));
  return { object: 'list', data };
}

// — shared —

function modelOf(body: Json): string {
  if (typeof body.model !== 'string') throw missing('model');
  return body.model;
}

function idOf(prefix: string, text: string): string {
  return `${prefix}-${createHash('sha256').update(text).digest('hex').slice(0, 24)}`;
}

/** A word is a token here. */
function tokensOf(text: string): number {
  return text.split(/\s+/).filter((word) => word !== '').length;
}

function usageOf(prompt: string, answer: string): Json {
  const [input, output] = [tokensOf(prompt), tokensOf(answer)];
  return { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
}

function missing(name: string): ApiError {
  return new ApiError(400, 'missing_required_parameter', `Missing or invalid parameter: '${name}'.`);
}

async function readJson(request: IncomingMessage): Promise<Json> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > MAX_BODY_BYTES) throw new ApiError(413, 'too_large', 'The body is too large.');
    parts.push(part);
  }
  try {
    const value: unknown = JSON.parse(Buffer.concat(parts).toString('utf8'));
    if (typeof value === 'object' && value !== null) return value as Json;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new ApiError(400, 'invalid_json', 'The body is not a JSON object.');
}

function sendJson(response: ServerResponse, body: Json, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** Sends a stream; where usage is asked for, its chunk is the last before the end mark. */
async function sendEvents(response: ServerResponse, chunks: Json[], body: Json, usage: Json): Promise<void> {
  const wanted = (body.stream_options as Json | undefined)?.include_usage === true;
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  const all = wanted ? [...chunks.map((chunk) => ({ ...chunk, usage: null })), usage] : chunks;
  for (const chunk of all) {
    if (response.destroyed) return;
    // One write each, and a turn of the loop between them, so that pieces arrive as pieces.
    response.write(`data: ${JSON.stringify(chunk)}\n\n`);
    await new Promise((resolve) => setImmediate(resolve));
  }
  response.end('data: [DONE]\n\n');
}

function fail(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { status, code } = error instanceof ApiError ? error : { status: 500, code: 'internal' };
  const type = status === 401 ? 'authentication_error' : 'invalid_request_error';
  sendJson(
    response,
    { error: { message: String((error as Error).message), type, param: null, code } },
    status,
  );
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { port: { type: 'string', default: '8000' }, key: { type: 'string' } },
  });
  const model = await startMockModel({
    port: Number(values.port),
    ...(values.key !== undefined && { key: values.key }),
    onPrompt: (prompt, path) => console.log(`${path}\n${prompt.replaceAll(/^/gm, '  ')}`),
  });
  console.log(`A model that repeats what it is told: ${model.url}`);
  process.once('SIGTERM', () => model.stop());
  process.once('SIGINT', () => model.stop());
}
