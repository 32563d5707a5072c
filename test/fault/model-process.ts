/** A model in a process of its own, so that its work is not in the way of the clients'. Prints its port. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answer, DONE, event } from '../envoy/stack.ts';
import { pieces } from './setting.ts';

function reply(body: string, response: ServerResponse): void {
  const { stream, messages } = JSON.parse(body) as { stream?: boolean; messages: { content: string }[] };
  const text = `You wrote: ${messages[0]?.content}; nothing else`;
  if (stream !== true) {
    const whole = answer(text);
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(whole),
    });
    response.end(whole);
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const piece of pieces(text)) response.write(piece);
  response.write(event('', 'stop'));
  response.end(DONE);
}

const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => reply(Buffer.concat(parts).toString('utf8'), response));
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
