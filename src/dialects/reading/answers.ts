/** What readers of answers have in common. */
import { type JsonNode, memberOf, stringValue } from '../../json/document.ts';

/** One event; its bytes are bounded by the framer. */
export const EVENT_BOUNDS = { depth: 64, values: 100_000 };

/** The model that says it answered, if it is a name that can be recorded. */
export function modelIn(text: string, root: JsonNode | undefined, key = 'model'): string | undefined {
  const node = memberOf(root, key);
  if (node?.kind !== 'string') return undefined;
  const name = stringValue(text, node);
  return /^[\x21-\x7e]{1,256}$/.test(name) ? name : undefined;
}
