/** An analyzer that does what a test wants. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Seen {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface TestAnalyzer extends AsyncDisposable {
  readonly url: string;
  readonly seen: readonly Seen[];
  /** What it does from now on. */
  answer(how: (response: ServerResponse, seen: Seen) => void): void;
}

export async function startAnalyzer(): Promise<TestAnalyzer> {
  const seen: Seen[] = [];
  let how: (response: ServerResponse, seen: Seen) => void = (response) => response.end('{}');
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const one = {
        path: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(pieces).toString(),
      };
      seen.push(one);
      how(response, one);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/analyze`,
    seen,
    answer(does) {
      how = does;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export const says = (value: unknown) => (response: ServerResponse) => response.end(JSON.stringify(value));
