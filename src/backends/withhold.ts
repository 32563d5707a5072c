/** Finds our own credentials in what a backend says, so that no client learns them. */
import type { Headers } from '../core/headers.ts';

/** What is shorter guards nothing, and stands in many a text by chance. UTF-16 code units. */
const SHORTEST = 8;
/** Safe inside a JSON string without escaping. */
const INSTEAD = '[CREDENTIAL]';

export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.filter(isLong).reduce((left, secret) => left.replaceAll(secret, INSTEAD), text);
}

/** Names of the headers that say one of the secrets. */
export function headersWith(secrets: readonly string[], headers: Headers): string[] {
  const looked = secrets.filter(isLong);
  if (looked.length === 0) return [];
  return [...headers]
    .filter(([, values]) => values.some((value) => looked.some((secret) => value.includes(secret))))
    .map(([name]) => name);
}

function isLong(secret: string): boolean {
  return secret.length >= SHORTEST;
}

/** A backend's cookies would make strangers one visitor of its: no client of ours is. */
export function cookiesIn(headers: Headers): readonly string[] {
  return headers.has('set-cookie') ? ['set-cookie'] : [];
}
