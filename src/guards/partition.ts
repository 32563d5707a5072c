/** A channel's edits, dealt out to the deltas that carry its text. */
import type { Edit, Span } from '../core/finding.ts';

/**
 * Distributes edits of a channel over consecutive pieces of it: the replacement stands in the first piece that an edit
 * touches, and the rest of what it replaces is taken out of the others.
 *
 * An edit that begins before the first piece is taken for begun: its replacement was in an earlier one. So pieces may be
 * given one after the other as well as together.
 *
 * @param edits of the channel, ordered, not overlapping, none of them empty
 * @param pieces of the channel, ordered, not overlapping
 * @returns for each piece its edits, counted from its own start
 */
export function partition(edits: readonly Edit[], pieces: readonly Span[]): readonly (readonly Edit[])[] {
  let first = 0;
  return pieces.map((piece) => {
    while (first < edits.length && (edits[first]?.end ?? 0) <= piece.start) first += 1;
    const local: Edit[] = [];
    for (let at = first; at < edits.length && piece.end > piece.start; at += 1) {
      const edit = edits[at];
      if (edit === undefined || edit.start >= piece.end) break;
      local.push(within(edit, piece));
    }
    return local;
  });
}

function within(edit: Edit, piece: Span): Edit {
  return {
    start: Math.max(edit.start, piece.start) - piece.start,
    end: Math.min(edit.end, piece.end) - piece.start,
    text: edit.start >= piece.start ? edit.text : '',
  };
}
