/** What Envoy would send: the same bytes for both subjects, encoded once. */
import { codec } from '../src/envoy/protos.ts';
import { mint } from '../src/identity/api-key.ts';

/** Well formed and the same in client and service; it opens nothing anywhere else. */
export const KEY = mint({
  bytes: (count) => Uint8Array.from({ length: count }, (_, i) => (i * 37) % 248),
  fraction: () => 0,
});

export const STREAM_CHUNKS = 100;

const encoder = (name: string) => codec<never, object>(name);
const CheckRequest = encoder('envoy.service.auth.v3.CheckRequest');
const HeaderMap = encoder('envoy.config.core.v3.HeaderMap');
const Metadata = encoder('envoy.config.core.v3.Metadata');
const ProcessingRequest = encoder('envoy.service.ext_proc.v3.ProcessingRequest');

const BUFFERED = 2;

function headerMap(fields: Record<string, string>): Buffer {
  const headers = Object.entries(fields).map(([key, value]) => ({ key, rawValue: Buffer.from(value) }));
  return HeaderMap.encode({ headers });
}

/** 25 headers, as a browser or an SDK behind a load balancer sends them. */
function requestHeaders(key?: string): Record<string, string> {
  const fields: Record<string, string> = {
    ':authority': 'api.example.org',
    ':method': 'POST',
    ':path': '/v1/chat/completions',
    ':scheme': 'https',
    'content-type': 'application/json',
    'content-length': '1024',
    accept: 'application/json',
    'user-agent': 'OpenAI/JS 7.57.0',
    'x-request-id': '7f2c6b1e-6b0e-4c5e-9a51-0d0f5c1a2b3c',
    'x-forwarded-for': '192.0.2.10',
    'x-forwarded-proto': 'https',
    traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  };
  if (key !== undefined) fields.authorization = `Bearer ${key}`;
  for (let i = Object.keys(fields).length; i < 25; i++)
    fields[`x-stainless-${i}`] = 'a value of usual length';
  return fields;
}

export function checkRequest(key: string): Buffer {
  const http = {
    method: 'POST',
    path: '/v1/chat/completions',
    host: 'api.example.org',
    headerMap: headerMap(requestHeaders(key)),
  };
  return CheckRequest.encode({ attributes: { request: { http } } });
}

const PROSE =
  'The committee met on Tuesday and agreed that the plan should be revised before the end of the quarter, with ' +
  'particular attention to the figures for the second half of the year and to what the auditors had asked about. ';

/** A prompt of 1 KB of prose. */
function prompt(stream: boolean): Buffer {
  const content = PROSE.repeat(10).slice(0, 1024);
  return Buffer.from(JSON.stringify({ model: 'fast', stream, messages: [{ role: 'user', content }] }));
}

function answer(): Buffer {
  return Buffer.from(
    JSON.stringify({
      id: 'chatcmpl-1',
      object: 'chat.completion',
      created: 1,
      model: 'gpt-4.1-mini-2025-04-14',
      choices: [
        { index: 0, message: { role: 'assistant', content: PROSE.repeat(2) }, finish_reason: 'stop' },
      ],
      usage: { prompt_tokens: 210, completion_tokens: 80, total_tokens: 290 },
    }),
  );
}

function chunk(content: string, finish: string | null = null): string {
  const choices = [{ index: 0, delta: { content }, logprobs: null, finish_reason: finish }];
  const event = {
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'gpt-4.1-mini',
    choices,
  };
  return `data: ${JSON.stringify(event)}\n\n`;
}

/** @param struct the first door's `dynamic_metadata`; Envoy sends it again with every message */
function messages(struct: Buffer, parts: readonly object[]): Buffer[] {
  const metadataContext = Metadata.encode({
    filterMetadata: [{ key: 'envoy.filters.http.ext_authz', value: struct }],
  });
  const protocolConfig = { requestBodyMode: BUFFERED, responseBodyMode: BUFFERED };
  return parts.map((part, i) => {
    return ProcessingRequest.encode({ ...part, metadataContext, ...(i === 0 && { protocolConfig }) });
  });
}

function exchange(stream: boolean, type: string, pieces: readonly Buffer[]): object[] {
  return [
    { requestHeaders: { headers: headerMap(requestHeaders()), endOfStream: false } },
    { requestBody: { body: prompt(stream), endOfStream: true } },
    {
      responseHeaders: {
        headers: headerMap({ ':status': '200', 'content-type': type, server: 'model' }),
        endOfStream: false,
      },
    },
    ...pieces.map((body, i) => ({ responseBody: { body, endOfStream: i === pieces.length - 1 } })),
  ];
}

/** The four messages of a chat that is not streamed. */
export function processMessages(struct: Buffer): Buffer[] {
  return messages(struct, exchange(false, 'application/json', [answer()]));
}

/** A chat whose answer comes in 100 pieces, a word each. */
export function streamMessages(struct: Buffer): Buffer[] {
  const words = PROSE.repeat(4)
    .split(/(?= )/)
    .slice(0, STREAM_CHUNKS - 1);
  const pieces = words.map((word) => Buffer.from(chunk(word)));
  pieces.push(Buffer.from(`${chunk('', 'stop')}data: [DONE]\n\n`));
  return messages(struct, exchange(true, 'text/event-stream', pieces));
}
