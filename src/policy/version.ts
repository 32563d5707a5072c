/** The name of a policy: the same whatever order of keys, comments and spelling of YAML it was written in. */
import { hash } from 'node:crypto';

/**
 * The first 16 hexadecimal digits of the SHA-256 of the value as JSON with sorted keys. What goes in must hold no
 * secret: versions stand in records and metadata.
 */
export function versionOf(value: unknown): string {
  return hash('sha256', canonical(value)).slice(0, 16);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    return sorted(Object.entries(inner));
  });
}

const sorted = (entries: [string, unknown][]): unknown =>
  Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
