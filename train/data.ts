/** The labelled texts that stand beside the repository, read as rows. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

export const DATA = new URL('../../shared/data/', import.meta.url).pathname;

export interface Row {
  readonly text: string;
  readonly label: string;
  readonly lang?: string;
  readonly subtype?: string;
  readonly meta?: {
    readonly attack?: string;
    readonly cats?: Readonly<Record<string, number>> | readonly string[];
  };
  /** The file that it came from, without its ending. */
  readonly set: string;
}

export function hasData(): boolean {
  return existsSync(`${DATA}injection`);
}

/** All rows of a folder, in the order of file names. */
export function rowsOf(folder: string): readonly Row[] {
  const files = readdirSync(`${DATA}${folder}`).filter((name) => name.endsWith('.jsonl.gz'));
  return files.sort().flatMap((name) => {
    const lines = gunzipSync(readFileSync(`${DATA}${folder}/${name}`))
      .toString('utf8')
      .split('\n');
    const set = name.replace('.jsonl.gz', '');
    return lines.filter((line) => line !== '').map((line) => ({ ...JSON.parse(line), set }) as Row);
  });
}

/** Numbers that are the same in every run. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 4294967296;
  };
}

/** One of the items; undefined if there is none. */
export function oneOf<T>(items: readonly T[], random: () => number): T | undefined {
  return items[Math.floor(random() * items.length)];
}

export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const all = [...items];
  for (let at = all.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    [all[at], all[other]] = [all[other] as T, all[at] as T];
  }
  return all;
}
