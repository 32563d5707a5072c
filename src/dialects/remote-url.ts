/**
 * URLs that a request has the backend fetch: images, audio, files. The backend stands where the client does not, so
 * what would lead it to itself or into its own network is refused: other schemes than `https`, addresses in place of
 * names, names that only a private network knows. What a public name resolves to is the backend's to check.
 */
import { isNetwork } from '../core/network.ts';

const PRIVATE = /(?:^|\.)(?:localhost|local|internal|intranet|lan|home|corp|private|test|invalid)$/;

/** @param text as the request has it; a `data:` URL fetches nothing */
export function leadsOutside(text: string): boolean {
  if (/^data:/i.test(text)) return true;
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  const host = hostname.replace(/\.$/, '');
  return (
    protocol === 'https:' &&
    username === '' &&
    password === '' &&
    host.includes('.') &&
    !host.startsWith('[') &&
    !isNetwork(host) &&
    !PRIVATE.test(host)
  );
}
