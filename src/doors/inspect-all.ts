/** All that is looked for in the texts of a request: what stands in them, and what they are. */
import type { FindingCount } from '../core/finding.ts';
import type { Refusal } from '../core/refusal.ts';
import { after, type Soon } from '../core/soon.ts';
import type { Segment } from '../dialects/dialect.ts';
import { type Assessing, assess } from './assess.ts';
import { type Inspected, type Inspecting, inspect } from './inspect.ts';

export type { Inspected } from './inspect.ts';

export function inspectAll(
  text: string,
  segments: readonly Segment[],
  x: Inspecting & Assessing,
): Soon<Inspected> {
  const inspected = inspect(text, segments, x);
  if (!x.rules.assesses) return inspected;
  return after(inspected, (found) =>
    found.blocked === undefined ? after(assess(segments, x), (assessed) => together(found, assessed)) : found,
  );
}

/** What was found, and what else there is to say. The first refusal counts. */
export function together(
  inspected: Inspected,
  more: {
    readonly counts: readonly FindingCount[];
    readonly warnings: readonly string[];
    readonly blocked?: Refusal;
  },
): Inspected {
  if (more.counts.length === 0) return inspected;
  const blocked = inspected.blocked ?? more.blocked;
  return {
    ...inspected,
    counts: [...inspected.counts, ...more.counts],
    warnings: [...(inspected.warnings ?? []), ...more.warnings],
    ...(blocked && { blocked }),
  };
}
