/** Asks a backend to report the usage of a stream. */
import type { Edit } from '../../core/finding.ts';
import { type JsonObject, memberOf } from '../../json/document.ts';

const INCLUDE = '"include_usage":true';

/**
 * The edits that make a stream tell its usage; none if the client asked for that itself.
 * @param root of a request whose governed members were judged, so it is not empty
 */
export function usageEdits(root: JsonObject): Edit[] {
  const options = memberOf(root, 'stream_options');
  if (options === undefined) return [after(root.start, `"stream_options":{${INCLUDE}},`)];
  if (options.kind !== 'object') return [{ start: options.start, end: options.end, text: `{${INCLUDE}}` }];
  const asked = memberOf(options, 'include_usage');
  if (asked === undefined)
    return [after(options.start, options.members.length === 0 ? INCLUDE : `${INCLUDE},`)];
  return asked.kind === 'true' ? [] : [{ start: asked.start, end: asked.end, text: 'true' }];
}

/** Puts members right after the brace that opens an object. */
function after(brace: number, text: string): Edit {
  return { start: brace + 1, end: brace + 1, text };
}
