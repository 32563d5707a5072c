/** Figures and tables for reports. */

/** A table as Markdown has it. */
export function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** How many of all, for people. */
export function share(all: readonly boolean[]): string {
  return percent(all.filter(Boolean).length, all.length);
}

export function percent(part: number, whole: number): string {
  return whole === 0 ? '–' : `${((part / whole) * 100).toFixed(1)} %`;
}

/** The mean of a column of shares. */
export function meanOf(lines: readonly (readonly string[])[], column: number): string {
  const sum = lines.reduce((total, line) => total + Number.parseFloat(line[column] ?? '0'), 0);
  return (sum / lines.length).toFixed(1);
}
