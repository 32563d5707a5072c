/**
 * `make bench`: what Sallyport costs beside empty grpc-js pairs of doors (see `empty.ts`), in CPU of the service per
 * request: all its threads, the compiler's and the collector's too.
 *
 * All run as children with the same client, in turns, so that a change of the machine's speed meets all. The last line
 * is JSON: the ratios to the ordinary pair, and in brackets above it those to the bare one.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { credentials, makeGenericClientConstructor } from '@grpc/grpc-js';
import { codec, rawService } from '../src/envoy/protos.ts';
import { checkRequest, KEY, processMessages, STREAM_CHUNKS, streamMessages } from './messages.ts';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const CHECKS = Number(process.env.BENCH_CHECKS ?? 4000);
const PROCESSES = Number(process.env.BENCH_PROCESSES ?? 3000);
const STREAMS = Number(process.env.BENCH_STREAMS ?? 150);
const WARM_UP = 2;
const AT_ONCE = 16;

type Kind = 'ordinary' | 'bare' | 'sallyport';
const KINDS: readonly Kind[] = ['ordinary', 'bare', 'sallyport'];

/** A server under measurement. */
class Subject {
  readonly #child: ChildProcess;
  readonly #check: (bytes: Buffer) => Promise<Buffer>;
  readonly #process: (messages: readonly Buffer[]) => Promise<void>;
  readonly stop: () => void;
  readonly kind: Kind;

  private constructor(kind: Kind, child: ChildProcess, port: number) {
    this.kind = kind;
    this.#child = child;
    const address = `127.0.0.1:${port}`;
    const options = { 'grpc.max_receive_message_length': -1 };
    const Auth = makeGenericClientConstructor(rawService('envoy.service.auth.v3.Authorization'), 'auth');
    const Proc = makeGenericClientConstructor(
      rawService('envoy.service.ext_proc.v3.ExternalProcessor'),
      'proc',
    );
    const auth = new Auth(address, credentials.createInsecure(), options);
    const proc = new Proc(address, credentials.createInsecure(), options);
    this.#check = (bytes) =>
      new Promise((resolve, reject) => {
        auth.Check?.(bytes, (error: Error | null, answer: Buffer) =>
          error === null ? resolve(answer) : reject(error),
        );
      });
    this.#process = (messages) =>
      new Promise((resolve, reject) => {
        const call = proc.Process?.();
        let next = 0;
        const send = () => (next < messages.length ? call.write(messages[next++]) : call.end());
        call.on('data', send);
        call.on('error', reject);
        call.on('status', () => (next === messages.length ? resolve() : reject(new Error('ended early'))));
        send();
      });
    this.stop = () => {
      auth.close();
      proc.close();
      child.disconnect();
    };
  }

  static async start(kind: Kind): Promise<Subject> {
    const child = fork(new URL('./subject.ts', import.meta.url).pathname, [kind], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const [{ port }] = (await once(child, 'message')) as [{ port: number }];
    return new Subject(kind, child, port);
  }

  async voucher(): Promise<Buffer> {
    return METADATA(await this.#check(checkRequest(KEY)));
  }

  /** @returns µs of the server's CPU for each of `count` runs */
  async measure(count: number, run: (subject: Subject) => Promise<unknown>): Promise<number> {
    const before = await this.#cpu();
    let left = count;
    const worker = async () => {
      while (left-- > 0) await run(this);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    return ((await this.#cpu()) - before) / count;
  }

  check(bytes: Buffer): Promise<Buffer> {
    return this.#check(bytes);
  }

  process(messages: readonly Buffer[]): Promise<void> {
    return this.#process(messages);
  }

  async #cpu(): Promise<number> {
    this.#child.send('cpu');
    const [{ cpu }] = (await once(this.#child, 'message')) as [{ cpu: number }];
    return cpu;
  }
}

const CheckResponse = codec<{ dynamicMetadata: object }, never>('envoy.service.auth.v3.CheckResponse');

const Struct = codec<never, object>('google.protobuf.Struct');

const METADATA = (answer: Buffer) => Struct.encode(CheckResponse.decode(answer).dynamicMetadata);

/** What is measured. Vouchers are good for a minute, so each round takes a new one. */
function measures(
  voucher: Buffer,
): Record<Measure, { count: number; run: (subject: Subject) => Promise<unknown> }> {
  const check = checkRequest(KEY);
  const whole = processMessages(voucher);
  const stream = streamMessages(voucher);
  return {
    check: { count: CHECKS, run: (subject) => subject.check(check) },
    process: { count: PROCESSES, run: (subject) => subject.process(whole) },
    stream: { count: STREAMS, run: (subject) => subject.process(stream) },
  };
}

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

type Measure = 'check' | 'process' | 'stream';
type Samples = Record<Kind, number[]>;

const ratioTo = (to: Kind, samples: Samples): number =>
  Number(median(samples.sallyport.map((cost, i) => cost / (samples[to][i] ?? Number.NaN))).toFixed(3));

function print(name: string, samples: Samples): void {
  const costs = KINDS.map((kind) => `${kind} ${median(samples[kind]).toFixed(0)}`).join('  ');
  console.log(
    `${name.padEnd(8)} ${costs}  ratio ${ratioTo('ordinary', samples)} (bare ${ratioTo('bare', samples)})`,
  );
}

async function measureRound(
  round: number,
  subjects: Record<Kind, Subject>,
  samples: Record<Measure, Samples>,
) {
  const list = Object.entries(measures(await subjects.sallyport.voucher())) as [
    Measure,
    ReturnType<typeof measures>[Measure],
  ][];
  for (const [name, { count, run }] of list) {
    for (const kind of round % 2 === 0 ? KINDS : KINDS.toReversed()) {
      const cost = await subjects[kind].measure(count, run);
      // The first rounds warm all of them up.
      if (round >= WARM_UP) samples[name][kind].push(cost);
    }
  }
}

async function main(): Promise<void> {
  const subjects = {
    ordinary: await Subject.start('ordinary'),
    bare: await Subject.start('bare'),
    sallyport: await Subject.start('sallyport'),
  };
  const none = (): Samples => ({ ordinary: [], bare: [], sallyport: [] });
  const samples = { check: none(), process: none(), stream: none() };
  for (let round = 0; round < WARM_UP + ROUNDS; round++) await measureRound(round, subjects, samples);
  for (const subject of Object.values(subjects)) subject.stop();
  console.log(
    `CPU of the service per request, median of ${ROUNDS} rounds (µs); a stream has ${STREAM_CHUNKS} chunks`,
  );
  for (const name of ['check', 'process', 'stream'] as const) print(name, samples[name]);
  console.log(
    JSON.stringify({
      check_ratio: ratioTo('ordinary', samples.check),
      process_ratio: ratioTo('ordinary', samples.process),
      stream_ratio: ratioTo('ordinary', samples.stream),
    }),
  );
}

await main();
