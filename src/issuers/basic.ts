/** RFC 6749, section 2.3.1: how a client says its id and its secret in a header. Both are form-encoded first. */
export function basic(id: string, secret: string): string {
  const encode = (text: string) => new URLSearchParams({ a: text }).toString().slice(2);
  return Buffer.from(`${encode(id)}:${encode(secret)}`).toString('base64');
}
