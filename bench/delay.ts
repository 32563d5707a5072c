/**
 * `make bench-delay`: how much later each piece of a streamed answer comes through Envoy and Sallyport than through the
 * same Envoy alone, and how many pieces are held back, at 1, 20 and 100 pieces a second. Wall time, so it says little on
 * a busy machine. About half a minute.
 */
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEnvoy } from '../test/envoy/harness/envoy.ts';
import { chat, DONE, event, MASKING, startStack } from '../test/envoy/stack.ts';

const PLAIN =
  'The harbour was quiet that morning, and the boats lay side by side as if they had agreed to rest. A woman with a basket walked along the pier and counted the nets that hung there to dry. ';
const FOUND =
  'Write to jane.doe@example.org or call +49 30 901820, the card is 4111 1111 1111 1111, thank you. ';
const RATES = [
  { perSecond: 1, pieces: 20 },
  { perSecond: 20, pieces: 300 },
  { perSecond: 100, pieces: 1500 },
];

/** What is said a piece: about a token each. */
function piecesOf(text: string, count: number): readonly string[] {
  const tokens = text.match(/ ?[^ ]{1,6}/g) ?? [];
  return Array.from({ length: count }, (_, at) => tokens[at % tokens.length] ?? '');
}

interface Stream {
  readonly pieces: readonly string[];
  readonly perSecond: number;
  /** When each piece was sent, milliseconds. */
  readonly sent: number[];
}

/** Streams under way, by the name that their prompt says. */
const STREAMS = new Map<string, Stream>();

async function* play({ pieces, perSecond, sent }: Stream) {
  const begun = performance.now();
  for (const [at, piece] of pieces.entries()) {
    await sleep(Math.max(0, begun + (at * 1000) / perSecond - performance.now()));
    sent.push(performance.now());
    yield event(piece);
  }
  yield event('', 'stop');
  yield DONE;
}

interface Timed {
  /** Milliseconds from when a piece was sent to when all of it was there. */
  readonly delays: readonly number[];
  /** Pieces sent after it when it came. */
  readonly held: readonly number[];
}

/** Asks for a stream, and takes the time of every piece of its text. */
async function time(port: number, key: string, text: string, rate: (typeof RATES)[number]): Promise<Timed> {
  const name = `stream-${STREAMS.size}`;
  const stream: Stream = { pieces: piecesOf(text, rate.pieces), perSecond: rate.perSecond, sent: [] };
  STREAMS.set(name, stream);
  const delays: number[] = [];
  const held: number[] = [];
  // Every piece that was sent comes, in order, with its text as it was or masked.
  await asking(port, key, chat(name, { stream: true }), () => {
    const at = delays.length;
    if (at === stream.pieces.length) return;
    delays.push(performance.now() - (stream.sent[at] ?? 0));
    held.push(stream.sent.length - 1 - at);
  });
  return { delays, held };
}

/** @param onEvent told of each event as it is there */
function asking(port: number, key: string, body: string, onEvent: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const sending = request({
      host: '127.0.0.1',
      port,
      method: 'POST',
      path: '/v1/chat/completions',
      headers,
    });
    sending.on('error', reject);
    sending.on('response', (response) => {
      let rest = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        rest += chunk;
        const events = rest.split('\n\n');
        rest = events.pop() ?? '';
        for (const _ of events) onEvent();
      });
      response.on('end', resolve);
      response.on('error', reject);
    });
    sending.end(body);
  });
}

/** The same proxy with nothing but a route. */
function bare(upstream: number): object {
  const address = (port: number) => ({ socket_address: { address: '127.0.0.1', port_value: port } });
  const manager = {
    '@type':
      'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
    stat_prefix: 'bare',
    route_config: {
      virtual_hosts: [
        {
          name: 'all',
          domains: ['*'],
          routes: [{ match: { prefix: '/' }, route: { cluster: 'mock', timeout: '0s' } }],
        },
      ],
    },
    http_filters: [
      {
        name: 'router',
        typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router' },
      },
    ],
  };
  const endpoint = { lb_endpoints: [{ endpoint: { address: address(upstream) } }] };
  return {
    admin: { address: address(0) },
    static_resources: {
      listeners: [
        {
          name: 'bare',
          address: address(0),
          filter_chains: [{ filters: [{ name: 'http', typed_config: manager }] }],
        },
      ],
      clusters: [{ name: 'mock', load_assignment: { cluster_name: 'mock', endpoints: [endpoint] } }],
    },
  };
}

function at(values: readonly number[], share: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) * share)] ?? 0;
}

await using stack = await startStack({
  policy: MASKING,
  script: (seen) => {
    const name = JSON.parse(seen.body.toString()).messages[0].content;
    const stream = STREAMS.get(name);
    return stream === undefined
      ? { status: 500, body: '{}' }
      : { headers: { 'content-type': 'text/event-stream' }, body: play(stream) };
  },
});
await using plain = await startEnvoy({ bootstrap: bare(stack.upstream.port) });

console.log(
  '| pieces a second | text | delay alone, ms: median, 99 % | with Sallyport | added, median | held: median, 99 % |',
);
console.log('|---|---|---|---|---|---|');
for (const [kind, text] of [
  ['without findings', PLAIN],
  ['with findings', FOUND],
] as const) {
  const timed = await Promise.all(
    RATES.map(async (rate) => {
      const [alone, ours] = await Promise.all([
        time(plain.port, stack.key, text, rate),
        time(stack.envoy.port, stack.key, text, rate),
      ]);
      return { rate, alone, ours };
    }),
  );
  for (const { rate, alone, ours } of timed) {
    const both = ({ delays }: Timed) => `${at(delays, 0.5).toFixed(2)}, ${at(delays, 0.99).toFixed(2)}`;
    const added = (at(ours.delays, 0.5) - at(alone.delays, 0.5)).toFixed(2);
    console.log(
      `| ${rate.perSecond} | ${kind} | ${both(alone)} | ${both(ours)} | ${added} | ${at(ours.held, 0.5)}, ${at(ours.held, 0.99)} |`,
    );
  }
}
