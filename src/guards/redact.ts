/** What stands in place of a text that nobody will get back. */

/** `[EMAIL]`: says what was there and no more. Safe inside a JSON string without escaping. */
export function redaction(label: string): string {
  return `[${label}]`;
}
