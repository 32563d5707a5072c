/** Parts that no detector can look into: said in the record by kind, so that nobody takes silence for a clean bill. */
import type { FindingCount } from '../core/finding.ts';
import type { OpaqueKind } from '../dialects/dialect.ts';

/** One count a kind: `opaque.image` and the like, which are logged. */
export function opaqueCounts(
  opaque: readonly OpaqueKind[],
  direction: FindingCount['direction'],
): readonly FindingCount[] {
  const counts = new Map<OpaqueKind, number>();
  for (const kind of opaque) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].map(([kind, count]) => ({ type: `opaque.${kind}`, direction, action: 'log', count }));
}
