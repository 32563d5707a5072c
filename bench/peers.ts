/**
 * `make bench-peers`: the same texts through Presidio's pattern recognizers (no model), through detect-secrets (which LLM
 * Guard's scanner of secrets runs), and through ours, in one run: CPU time for a text, best of some rounds.
 */
import { spawnSync } from 'node:child_process';
import { DETECTORS, expand } from '../src/guards/registry.ts';
import { compileScanner } from '../src/guards/scan.ts';
import { best, filled, PROSE } from './measure.ts';

const DENSE =
  'On 14 March 2019, Maria Keller of 12 Mill Lane, Bristol, paid 1,250.00 EUR with card 4111 1111 1111 1111 and wrote to j.keller@example.org; her number is +44 20 7946 0958. ';
const TEXTS: readonly (readonly [name: string, text: string])[] = [
  ['prose, 2 KB', filled(PROSE, 2048)],
  ['prose, 10 KB', filled(PROSE, 10_240)],
  ['names and numbers, 2 KB', filled(DENSE, 2048)],
];
const ROUNDS = 7;
const TIMES = 200;

interface Measured {
  readonly micros: number;
  readonly found: number;
}

function measure(types: readonly string[], text: string): Measured {
  const scanner = compileScanner(types);
  const spent = best(ROUNDS, () => {
    for (let time = 0; time < TIMES; time += 1) scanner.find(text);
  });
  return { micros: spent / TIMES, found: scanner.find(text).length };
}

const python = new URL('../.tools/peers/bin/python', import.meta.url).pathname;
const script = new URL('./peers/peers.py', import.meta.url).pathname;
const input = JSON.stringify(TEXTS.map(([, text]) => text));
const ran = spawnSync(python, [script], { input, encoding: 'utf8', maxBuffer: 1 << 24 });
if (ran.status !== 0) {
  process.stderr.write(`The peers did not run: ${ran.stderr.slice(-2000)}\n`);
  process.exit(1);
}
const peers = JSON.parse(ran.stdout) as Record<string, readonly Measured[]>;
const ours: Readonly<Record<string, readonly string[]>> = {
  presidio: DETECTORS.map(({ type }) => type).filter((type) => type.startsWith('pii.')),
  'detect-secrets': expand('secret'),
};

console.log('| text | peer | its µs | found | ours, µs | found | ratio |');
console.log('|---|---|---|---|---|---|---|');
for (const [at, [name, text]] of TEXTS.entries())
  for (const [peer, results] of Object.entries(peers)) {
    const theirs = results[at] as Measured;
    const own = measure(ours[peer] ?? [], text);
    const ratio = (theirs.micros / own.micros).toFixed(0);
    console.log(
      `| ${name} | ${peer} | ${theirs.micros.toFixed(0)} | ${theirs.found} | ${own.micros.toFixed(0)} | ${own.found} | ${ratio} |`,
    );
  }
