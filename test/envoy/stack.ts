/** A whole Sallyport for a test: a backend that does what it is told, the service, and a real Envoy before it. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DialectName } from '../../src/core/operation.ts';
import type { AuditRecord } from '../../src/core/record.ts';
import { digestOf, mint } from '../../src/identity/api-key.ts';
import { envoyBootstrap } from '../../src/render/envoy/bootstrap.ts';
import { type BodyProfile, isMistakes } from '../../src/render/proxy.ts';
import { type Service, startService } from '../../src/service.ts';
import { SYSTEM_CLOCK, SYSTEM_RANDOM } from '../../src/system.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { watchPressure } from '../../src/telemetry/pressure.ts';
import { type ClientAnswer, type ClientRequestOptions, http1, http2 } from './harness/client.ts';
import { type RunningEnvoy, startEnvoy } from './harness/envoy.ts';
import { type RunningUpstream, type Script, startUpstream } from './harness/upstream.ts';

export interface StackOptions {
  /** Added to the policy: `limits`, `guardrails`, `bounds`. */
  readonly policy?: string;
  /** Sections in place of those of every test. `KEY` stands for the digest of the key. */
  readonly sections?: { readonly identity?: string; readonly grants?: string };
  /** Added to the service's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Where keys are kept; in memory if left out. */
  readonly stateDir?: string;
  readonly bodies?: BodyProfile;
  readonly upstream?: 'http1' | 'http2';
  /** What the backend speaks; OpenAI's dialect if left out. */
  readonly dialect?: DialectName;
  readonly script?: Script;
  /** What the backend calls the model `fast`; `gpt-4.1-mini` if left out. */
  readonly aliases?: { readonly fast: string };
  /** Changes the proxy's configuration before it starts. */
  readonly configure?: (bootstrap: Bootstrap) => void;
  readonly version?: string;
  /** Gets all that the service logs, at every level. */
  readonly log?: (line: string) => void;
}

/** As much of a bootstrap as tests change; the rest is carried along. */
// biome-ignore lint/suspicious/noExplicitAny: Envoy's configuration is a tree of its own, checked by Envoy.
export type Bootstrap = any;

export interface Stack extends AsyncDisposable {
  readonly envoy: RunningEnvoy;
  readonly upstream: RunningUpstream;
  readonly service: Service;
  /** The policy's file. */
  readonly config: string;
  /** Good for everything that the policy allows. */
  readonly key: string;
  /** Sends a chat, or whatever else `options` say, with the key. */
  ask(options?: ClientRequestOptions & { readonly protocol?: 'http1' | 'http2' }): Promise<ClientAnswer>;
  /** All audit records so far, once at least `count` are there. */
  records(count: number): Promise<AuditRecord[]>;
  /** The audit as it lies on the disk. */
  auditText(): Promise<string>;
}

export const CHAT = '/v1/chat/completions';

/** Masks personal data and secrets both ways, and gives the originals back. */
export const MASKING = `
guardrails:
  - { id: in, on: input, detect: [pii.*, secret.*], action: mask, restore: true }
  - { id: out, on: output, detect: [pii.*, secret.*], action: mask }
`;

export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-stack-'));
  const cleanUp: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  try {
    return await start(options, folder, cleanUp);
  } catch (error) {
    await runAll(cleanUp);
    throw error;
  }
}

async function start(
  options: StackOptions,
  folder: string,
  cleanUp: (() => Promise<unknown>)[],
): Promise<Stack> {
  const upstream = await startUpstream({
    protocol: options.upstream ?? 'http1',
    ...(options.script && { script: options.script }),
  });
  cleanUp.unshift(() => upstream.stop());
  const key = mint(SYSTEM_RANDOM);
  const config = join(folder, 'policy.yaml');
  await writeFile(config, policyText(upstream.url, key, folder, options));
  const service = await startService({
    config,
    listen: '127.0.0.1:0',
    admin: '127.0.0.1:0',
    env: { BACKEND_KEY: BACKEND_KEY, ...options.env },
    stateDir: options.stateDir,
    log: options.log === undefined ? createLog('silent') : createLog('debug', { write: options.log }),
  });
  cleanUp.unshift(() => service.stop({ waitMs: 0, graceMs: 0 }));
  const envoy = await startEnvoy({
    bootstrap: bootstrapOf(upstream, service, options),
    ...(options.version !== undefined && { version: options.version }),
  });
  cleanUp.unshift(() => envoy.stop());
  const auditText = () => readAudit(join(folder, 'audit'));
  const calm = watchCalm();
  cleanUp.unshift(calm.stop);
  return {
    envoy,
    upstream,
    service,
    config,
    key,
    auditText,
    async ask({ protocol = 'http1', ...request } = {}) {
      await calm.come();
      return (protocol === 'http1' ? http1 : http2)(envoy.port, withDefaults(request, key));
    },
    records: (count) => awaitRecords(auditText, count),
    [Symbol.asyncDispose]: () => runAll(cleanUp),
  };
}

/** What the backend is sent in place of the client's key. */
export const BACKEND_KEY = 'sk-the-credential-of-the-backend';

const IDENTITY = '{ apiKeys: { keys: [{ id: tester, digest: "KEY", tenant: acme, team: search }] } }';
const GRANTS = '[{ to: { tenant: acme }, operations: "*", models: ["*", "!hidden"] }]';

function policyText(
  url: string,
  key: string,
  folder: string,
  { sections = {}, policy = '', dialect = 'openai', aliases = { fast: 'gpt-4.1-mini' } }: StackOptions,
): string {
  const { identity = IDENTITY, grants = GRANTS } = sections;
  return `
version: 1
identity: ${identity.replaceAll('KEY', digestOf(key))}
backends: { mock: { dialect: ${dialect}, url: "${url}", credential: { env: BACKEND_KEY } } }
models:
  fast: { backends: [{ name: mock, model: "${aliases.fast}" }], price: { input: 0.4, output: 1.6 } }
  plain: { backends: [mock] }
  hidden: { backends: [mock] }
grants: ${grants}
audit: { file: { path: "${folder}/audit" } }
${policy}`;
}

function bootstrapOf(upstream: RunningUpstream, service: Service, options: StackOptions): Bootstrap {
  const bootstrap = renderedBootstrap(
    upstream.url,
    [Number(service.address.split(':').at(-1))],
    options.bodies,
  );
  if (options.upstream === 'http2') speakHttp2(bootstrap);
  options.configure?.(bootstrap);
  return bootstrap;
}

/** The proxy's configuration as it is rendered for operators, to be changed. @param ports of the services */
export function renderedBootstrap(
  upstream: string,
  ports: readonly number[],
  bodies: BodyProfile = 'buffered',
): Bootstrap {
  const bootstrap = envoyBootstrap({
    backends: [{ name: 'mock', cluster: 'mock', url: upstream }],
    groups: [],
    realtime: false,
    bodyBytes: 10 * 1024 * 1024,
    service: ports.map((port) => ({ host: '127.0.0.1', port })),
    listen: { host: '127.0.0.1', port: 0 },
    adminPort: 0,
    bodies,
    caFile: '/etc/ssl/certs/ca-certificates.crt',
  });
  if (isMistakes(bootstrap)) throw new Error(bootstrap.mistakes.join('\n'));
  return structuredClone(bootstrap);
}

function speakHttp2(bootstrap: Bootstrap): void {
  const cluster = bootstrap.static_resources.clusters.find((x: { name: string }) => x.name === 'mock');
  cluster.typed_extension_protocol_options = {
    'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
      '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
      explicit_http_config: { http2_protocol_options: {} },
    },
  };
}

function withDefaults(request: ClientRequestOptions, key: string): ClientRequestOptions {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...request.headers };
  return { method: 'POST', path: CHAT, ...request, headers };
}

/**
 * The service shares this process with its client and its backend, and turns new work away while the process is late:
 * so the client waits until it is not.
 */
export function watchCalm(): { come(): Promise<void>; stop(): Promise<void> } {
  const pressure = watchPressure({ clock: SYSTEM_CLOCK, inFlight: () => 0, maxInFlight: 1 });
  return {
    async come() {
      while (pressure.overloaded()) await new Promise((resolve) => setTimeout(resolve, 60));
    },
    stop: async () => pressure.stop(),
  };
}

export async function readAudit(folder: string): Promise<string> {
  const files = await readdir(folder).catch(() => []);
  const texts = await Promise.all(files.sort().map((file) => readFile(join(folder, file), 'utf8')));
  return texts.join('');
}

export async function awaitRecords(read: () => Promise<string>, count: number): Promise<AuditRecord[]> {
  const end = performance.now() + 10_000;
  for (;;) {
    // The last line may still be half written.
    const lines = (await read()).split('\n').slice(0, -1);
    if (lines.length >= count) return lines.map((line) => JSON.parse(line) as AuditRecord);
    if (performance.now() > end) throw new Error(`only ${lines.length} of ${count} audit records came`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export async function runAll(steps: readonly (() => Promise<unknown>)[]): Promise<void> {
  for (const step of steps) await step();
}

/** A chat that says `text`. */
export function chat(text: string, more: Record<string, unknown> = {}): string {
  return JSON.stringify({ model: 'fast', messages: [{ role: 'user', content: text }], ...more });
}

/** An answer that says `text`. */
export function answer(text: string): string {
  return JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'gpt-4.1-mini-2025-04-14',
    choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 12, completion_tokens: 5, total_tokens: 17 },
  });
}

/** One event of a streamed answer. */
export function event(content: string, finish: string | null = null): string {
  const choices = [{ index: 0, delta: { content }, finish_reason: finish }];
  return `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'm', choices })}\n\n`;
}

export const DONE = 'data: [DONE]\n\n';
