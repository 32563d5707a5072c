/**
 * `make bench`: what Sallyport costs beside an empty grpc-js pair of doors, in CPU of the service per request.
 *
 * Both run as children with the same client, in turns (A B A B …), so that a change of the machine's speed meets both.
 * The empty pair decodes and encodes the same messages with the same codec and decides nothing. The last line is JSON.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { credentials, makeGenericClientConstructor } from '@grpc/grpc-js';
import { codec, rawService } from '../src/envoy/protos.ts';
import { checkRequest, KEY, processMessages, STREAM_CHUNKS, streamMessages } from './messages.ts';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const BOTH = Number(process.env.BENCH_BOTH ?? 2000);
const PROCESSES = Number(process.env.BENCH_PROCESSES ?? 2000);
const STREAMS = Number(process.env.BENCH_STREAMS ?? 150);
const AT_ONCE = 16;

type Kind = 'empty' | 'sallyport';
const KINDS: readonly Kind[] = ['empty', 'sallyport'];

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

/**
 * What is measured. A request goes through both doors, as behind Envoy; the first door's share is what is left when
 * the second, measured by itself, is taken off. (First-door calls that nothing follows would be requests that never
 * reached the second door, which Sallyport keeps and records.) Vouchers are good for a minute: each round has new ones.
 */
function measures(
  voucher: Buffer,
): Record<string, { count: number; run: (subject: Subject) => Promise<unknown> }> {
  const check = checkRequest(KEY);
  const whole = processMessages(voucher);
  const stream = streamMessages(voucher);
  const both = async (subject: Subject) => {
    const answer = await subject.check(check);
    await subject.process(subject.kind === 'empty' ? whole : processMessages(METADATA(answer)));
  };
  return {
    both: { count: BOTH, run: both },
    process: { count: PROCESSES, run: (subject) => subject.process(whole) },
    stream: { count: STREAMS, run: (subject) => subject.process(stream) },
  };
}

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

type Samples = Record<Kind, number[]>;

function line(name: string, { empty, sallyport }: Samples, note = ''): number {
  const ratio = median(sallyport.map((cost, i) => cost / (empty[i] ?? Number.NaN)));
  const figures = `empty ${median(empty).toFixed(0)}  sallyport ${median(sallyport).toFixed(0)}  ratio ${ratio.toFixed(2)}`;
  console.log(`${name.padEnd(8)} ${figures}${note}`);
  return Number(ratio.toFixed(3));
}

const less = (a: readonly number[], b: readonly number[]) =>
  a.map((value, i) => value - (b[i] ?? Number.NaN));

async function main(): Promise<void> {
  const subjects = { empty: await Subject.start('empty'), sallyport: await Subject.start('sallyport') };
  const samples: Record<string, Samples> = {};
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [name, { count, run }] of Object.entries(measures(await subjects.sallyport.voucher()))) {
      samples[name] ??= { empty: [], sallyport: [] };
      for (const kind of round % 2 === 0 ? KINDS : KINDS.toReversed()) {
        const cost = await subjects[kind].measure(count, run);
        // The first round warms both up.
        if (round > 0) samples[name][kind].push(cost);
      }
    }
  }
  for (const subject of Object.values(subjects)) subject.stop();
  const { both, process, stream } = samples as Record<'both' | 'process' | 'stream', Samples>;
  const check = {
    empty: less(both.empty, process.empty),
    sallyport: less(both.sallyport, process.sallyport),
  };
  console.log(`CPU of the service per request, median of ${ROUNDS} rounds (µs)`);
  const ratios = {
    check_ratio: line('check', check),
    process_ratio: line('process', process),
    stream_ratio: line('stream', stream, ` (${STREAM_CHUNKS} chunks)`),
  };
  console.log(JSON.stringify(ratios));
}

await main();
