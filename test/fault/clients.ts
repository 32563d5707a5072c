/** Clients under load: connections that are kept, a request after another, and what came of each. */
import { once } from 'node:events';
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { CHAT } from '../envoy/stack.ts';
import { HEADERS } from './setting.ts';

export interface Got {
  /** 0 if the connection broke before an answer began. */
  readonly status: number;
  readonly text: string;
  readonly complete: boolean;
}

/** A client with as many connections as it has requests at once. */
export class Caller {
  readonly #agent = new Agent({ keepAlive: true });
  readonly #port: number;

  constructor(port: number) {
    this.#port = port;
  }

  /** Sends a chat and reads the whole answer. Never rejects. */
  async post(body: string | AsyncIterable<string>): Promise<Got> {
    const whole = typeof body === 'string';
    const request = httpRequest({
      host: '127.0.0.1',
      port: this.#port,
      agent: this.#agent,
      method: 'POST',
      path: CHAT,
      headers: { ...HEADERS, ...(whole && { 'content-length': String(Buffer.byteLength(body)) }) },
    });
    try {
      const response = once(request, 'response') as Promise<[IncomingMessage]>;
      if (whole) request.end(body);
      else void pour(body, request);
      const [message] = await response;
      request.on('error', () => {});
      return await read(message);
    } catch (error) {
      return { status: 0, text: String(error), complete: false };
    }
  }

  close(): void {
    this.#agent.destroy();
  }
}

async function pour(body: AsyncIterable<string>, request: ReturnType<typeof httpRequest>): Promise<void> {
  for await (const piece of body) {
    if (request.destroyed) return;
    request.write(piece);
  }
  request.end();
}

async function read(message: IncomingMessage): Promise<Got> {
  const parts: Buffer[] = [];
  try {
    for await (const part of message) parts.push(part as Buffer);
  } catch {
    // Cut: what came so far is what counts.
  }
  const text = Buffer.concat(parts).toString('utf8');
  return { status: message.statusCode ?? 0, text, complete: message.complete };
}

/** Runs `work` in as many lanes at once until it says that there is no more. */
export async function inLanes(lanes: number, work: () => Promise<boolean>): Promise<void> {
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      while (await work());
    }),
  );
}
