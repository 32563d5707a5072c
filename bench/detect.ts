/**
 * `make bench-detect`: what it costs to look for all that detectors find, in every view, in CPU time of one thread: plain
 * prose, prose full of names and numbers, code, and the slowest texts known; a prompt of 1 KB; and the longest single
 * turn of a text of 3 MB that is looked at in slices, as prompts are.
 */
import { readFileSync } from 'node:fs';
import { openChannel } from '../src/guards/channel.ts';
import { Vault } from '../src/guards/placeholders.ts';
import { DETECTORS, expand } from '../src/guards/registry.ts';
import { compileRules } from '../src/guards/rules.ts';
import { compileScanner } from '../src/guards/scan.ts';
import { best, cpu, filled, PROSE } from './measure.ts';

const DENSE =
  'On 14 March 2019, Maria Keller of 12 Mill Lane, Bristol, paid 1,250.00 EUR with card 4111 1111 1111 1111 and wrote to j.keller@example.org; her number is +44 20 7946 0958. Dr. Peter Novak (born 02/11/1970) confirmed order 20190314-77 from 192.0.2.17. ';
const CODE = readFileSync(new URL('../src/service.ts', import.meta.url), 'utf8');
const TEXTS: Readonly<Record<string, string>> = {
  'plain prose': PROSE,
  'prose full of names and numbers': DENSE,
  TypeScript: CODE,
  '`4 ` again and again': '4 ',
  '`4-1-1-1-`': '4-1-1-1-',
  'hexadecimal pairs': '34 31 ',
  'percent signs': '%41',
  'base64 of text': Buffer.from('the quick brown fox jumps over 13 lazy dogs').toString('base64'),
  'letters and digits': 'A1',
  'signs of no width between digits': '4\u200b',
};
const SLICE = 1024;
const SMALL = 300_000;
const LARGE = 10 * SMALL;

const scanner = compileScanner(DETECTORS.map(({ type }) => type));
const rules = compileRules(
  [
    {
      id: 'all',
      on: 'output',
      detect: [...expand('pii'), ...expand('secret')],
      action: 'log',
      as: 'label',
      shadow: false,
    },
  ],
  'output',
);
const vault = new Vault({ bytes: (count) => new Uint8Array(count), fraction: () => 0 }, '');

/** Milliseconds of the longest of the turns in which a text is looked at. */
function longestTurn(text: string): number {
  const channel = openChannel(rules, vault);
  let longest = 0;
  for (let at = 0; at < text.length; at += SLICE) {
    const begun = performance.now();
    channel.push(text.slice(at, at + SLICE));
    longest = Math.max(longest, performance.now() - begun);
  }
  return longest;
}

const prompt = filled(PROSE, 1024);
for (let warm = 0; warm < 3000; warm += 1) scanner.find(prompt);
const times = 5000;
const spent = best(5, () => {
  for (let time = 0; time < times; time += 1) scanner.find(prompt);
});
console.log(`a prompt of 1 KB: ${(spent / times).toFixed(0)} µs\n`);

console.log('| text | MB/s | 3 MB against 0.3 MB, a byte | longest turn, ms |');
console.log('|---|---|---|---|');
for (const [name, sample] of Object.entries(TEXTS)) {
  const small = filled(sample, SMALL);
  const large = filled(sample, LARGE);
  scanner.find(small);
  const one = best(3, () => scanner.find(small));
  const ten = cpu(() => scanner.find(large));
  const turn = longestTurn(large);
  console.log(
    `| ${name} | ${(SMALL / one).toFixed(1)} | ${(ten / one / 10).toFixed(2)} | ${turn.toFixed(1)} |`,
  );
}
