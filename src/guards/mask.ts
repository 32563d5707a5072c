/** What stands in place of a text that is masked. */
import { redaction } from './redact.ts';

/**
 * `label` says what was there; `pseudonym` numbers it, and is put back in the answer; `partial` leaves as much as people
 * need to know which one it was; `hash` is the same for the same text of a tenant, and tells nobody else anything.
 */
export const MASKS = ['label', 'pseudonym', 'partial', 'hash', 'remove'] as const;
export type MaskStyle = (typeof MASKS)[number];

/** Characters that stay readable at the end of a text that has at least three times as many. */
const SHOWN = 4;

/** @param hash keyed, of the tenant's texts */
export function masked(
  style: Exclude<MaskStyle, 'pseudonym'>,
  label: string,
  written: string,
  hash: (text: string) => string,
): string {
  if (style === 'label') return redaction(label);
  if (style === 'remove') return '';
  if (style === 'hash') return redaction(`${label}:${hash(`${label}\n${written}`).slice(0, 10)}`);
  return partial(written);
}

/** `j**@example.org`, `**** **** **** 1111`: letters and digits only; what separates them stays. */
function partial(written: string): string {
  const at = written.lastIndexOf('@');
  if (at > 0) return `${written.slice(0, 1)}${stars(written.slice(1, at))}${written.slice(at)}`;
  const characters = Array.from(written);
  const spoken = characters.filter((one) => SPOKEN.test(one)).length;
  const shown = spoken >= 3 * SHOWN ? SHOWN : 0;
  let left = spoken - shown;
  return characters.map((one) => (SPOKEN.test(one) && left-- > 0 ? '*' : one)).join('');
}

const SPOKEN = /[\p{L}\p{N}]/u;

function stars(text: string): string {
  return Array.from(text, (one) => (SPOKEN.test(one) ? '*' : one)).join('');
}
