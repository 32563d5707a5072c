/** `sallyport canary`: sends requests through a proxy that must be refused, and fails if one is not. */
import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { printable } from '../core/printable.ts';
import { PROBES, type Probe, requestOf } from './canary-probes.ts';
import type { Outcome } from './outcome.ts';

export interface CanaryOptions {
  /** Where clients reach the proxy: `http://host:port` or `https://host:port`. */
  readonly proxy: string;
  /** A key that may chat; without it the second door is not tried. */
  readonly key?: string;
  /** Certificates of the authorities that the proxy's certificate may come from, PEM; the system's if left out. */
  readonly ca?: string | Buffer;
  /** Print for programs. */
  readonly json?: boolean;
}

/** What a probe came to. */
export interface Probed {
  readonly name: string;
  /** `skipped` if it needs a key and there was none. */
  readonly result: 'refused' | 'not refused' | 'skipped';
  readonly expected: string;
  readonly actual: string;
}

/** A proxy that holds an answer back this long, in milliseconds, has not refused. */
const TIMEOUT_MS = 10_000;
const ASKED_AGAIN_MS = 250;
const MOST_ASKED_AGAIN = 20;
/** Bytes of an answer that are looked at. A refusal is far shorter. */
const MOST_BYTES = 64 * 1024;

/** Exit code 0 if all was refused, 1 if something was not, 2 if the proxy cannot be reached or named. */
export async function canaryCommand(options: CanaryOptions): Promise<Outcome> {
  const proxy = readProxy(options.proxy);
  if (proxy === undefined)
    return { exitCode: 2, output: 'name the proxy as http://host:port or https://host:port' };
  const probed = await probe(proxy, options);
  if ('unreachable' in probed)
    return { exitCode: 2, output: `cannot reach ${proxy.origin}: ${probed.unreachable}` };
  const failed = probed.some((x) => x.result === 'not refused');
  return { exitCode: failed ? 1 : 0, output: options.json ? JSON.stringify(probed) : describe(probed) };
}

function readProxy(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.protocol === 'http:' || url.protocol === 'https:' ? url : undefined;
}

/** One after the other, so that a limit is no reason. @returns why, if the proxy cannot be reached at all */
async function probe(
  proxy: URL,
  options: CanaryOptions,
): Promise<Probed[] | { readonly unreachable: string }> {
  const probed: Probed[] = [];
  for (const each of PROBES) {
    if (each.secondDoor && options.key === undefined) {
      probed.push({ ...wanted(each), result: 'skipped', actual: 'needs a key' });
      continue;
    }
    const answer = await askUntilJudged(proxy, each, options);
    if (answer.kind === 'unreachable') return { unreachable: answer.why };
    probed.push({
      ...wanted(each),
      result: isRefused(each, answer) ? 'refused' : 'not refused',
      actual: tell(answer),
    });
  }
  return probed;
}

type Answer =
  | { readonly kind: 'answered'; readonly status: number; readonly code: string | undefined }
  | { readonly kind: 'closed' }
  | { readonly kind: 'silent' }
  | { readonly kind: 'unreachable'; readonly why: string };

/** Only a code of ours says that it was us: a backend refuses a missing key, too. */
function isRefused(probe: Probe, answer: Answer): boolean {
  if (answer.kind === 'closed') return probe.mayClose === true;
  if (answer.kind !== 'answered' || answer.status < 400) return false;
  return probe.refusals.some((code) => code === answer.code);
}

function wanted({ name, refusals, mayClose }: Probe): { name: string; expected: string } {
  return { name, expected: [...refusals, ...(mayClose ? ['a closed connection'] : [])].join(' or ') };
}

function tell(answer: Answer): string {
  if (answer.kind === 'closed') return 'a closed connection';
  if (answer.kind !== 'answered') return `no answer within ${TIMEOUT_MS / 1000} s`;
  return `${answer.status} ${answer.code ?? 'without a code'}`;
}

/** One who has too much to do has judged nothing, so is asked again. */
async function askUntilJudged(proxy: URL, probe: Probe, options: CanaryOptions): Promise<Answer> {
  for (let more = MOST_ASKED_AGAIN; ; more -= 1) {
    const answer = await ask(proxy, probe, options);
    if (more === 0 || answer.kind !== 'answered' || answer.code !== 'overloaded') return answer;
    await sleep(ASKED_AGAIN_MS);
  }
}

function ask(proxy: URL, probe: Probe, { key, ca }: CanaryOptions): Promise<Answer> {
  const { body, ...rest } = requestOf(probe, key);
  const options = {
    host: proxy.hostname.replaceAll(/^\[|\]$/g, ''),
    port: proxy.port,
    agent: false,
    ...rest,
  };
  const request =
    proxy.protocol === 'https:' ? requestHttps({ ...options, ...(ca && { ca }) }) : requestHttp(options);
  if (body !== '') request.setHeader('content-length', Buffer.byteLength(body));
  request.end(body);
  return answerTo(request);
}

function answerTo(request: ClientRequest): Promise<Answer> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      resolve({ kind: 'silent' });
      request.destroy();
    }, TIMEOUT_MS);
    const done = (answer: Answer) => {
      clearTimeout(timer);
      resolve(answer);
      request.destroy();
    };
    request.on('response', (response) => void readAnswer(response).then(done));
    // A protocol switch is an open channel that nobody reads.
    request.on('upgrade', (response) =>
      done({ kind: 'answered', status: response.statusCode ?? 101, code: undefined }),
    );
    request.on('error', (error: NodeJS.ErrnoException) =>
      done(isReset(error) ? { kind: 'closed' } : { kind: 'unreachable', why: error.code ?? error.message }),
    );
  });
}

function isReset({ code }: NodeJS.ErrnoException): boolean {
  return code === 'ECONNRESET' || code === 'EPIPE';
}

async function readAnswer(response: IncomingMessage): Promise<Answer> {
  const status = response.statusCode ?? 0;
  let text = '';
  try {
    for await (const part of response.setEncoding('utf8')) {
      text += part;
      if (text.length > MOST_BYTES) break;
    }
  } catch {
    return { kind: 'closed' };
  }
  return { kind: 'answered', status, code: codeIn(text) };
}

/** The code of an OpenAI-style error, made fit for a terminal; undefined if there is none. */
function codeIn(text: string): string | undefined {
  try {
    const body = JSON.parse(text) as { error?: { code?: unknown } } | null;
    const code = body?.error?.code;
    return typeof code === 'string' ? printable(code.slice(0, 64)) : undefined;
  } catch {
    return undefined;
  }
}

function describe(probed: readonly Probed[]): string {
  const width = Math.max(...probed.map((x) => x.name.length));
  const lines = probed.map(
    (x) =>
      `${x.result.padEnd(12)} ${x.name.padEnd(width)}  ${x.actual}${x.result === 'not refused' ? `, expected ${x.expected}` : ''}`,
  );
  const count = (result: Probed['result']) => probed.filter((x) => x.result === result).length;
  lines.push(`${count('refused')} refused, ${count('not refused')} not refused, ${count('skipped')} skipped`);
  if (count('skipped') > 0) lines.push('The second door was not tried: name a key that may chat.');
  return lines.join('\n');
}
