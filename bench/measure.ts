/** What measurements of texts have in common. */

/** Plain English, with nothing in it that anybody looks for. */
export const PROSE =
  'The harbour was quiet that morning, and the boats lay side by side as if they had agreed to rest. A woman with a basket walked along the pier and counted the nets that hung there to dry. Her brother had promised to mend the roof before the autumn rain, but he was still at sea, and nobody knew when he would return. ';

/** A sample again and again, cut to a length in UTF-16 code units. */
export function filled(sample: string, length: number): string {
  return sample.repeat(Math.ceil(length / sample.length)).slice(0, length);
}

/** CPU time of this process, microseconds. */
export function cpu(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

/** The least of some rounds. */
export function best(rounds: number, run: () => void): number {
  return Math.min(...Array.from({ length: rounds }, () => cpu(run)));
}
