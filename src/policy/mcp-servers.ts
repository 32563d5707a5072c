/**
 * MCP servers that a grant names: ids of connectors, and URLs taken apart. A pattern on a whole URL would let a host
 * stand where a path was meant: `https://*.example.org/*` is part of `https://other.example.com/.example.org/`.
 */
import { type Matcher, matcher } from './glob.ts';

const SCHEME = /^(https?|wss?):\/\/([^/?#]*)(.*)$/;
/** A host, of which the first labels may be left open, and a port. */
const HOST = /^(?:\*|(?:\*\.)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::\d{1,5})?$/;
const CONNECTOR = /^[\w.*-]{1,128}$/;

/**
 * `https://*.example.org/mcp/*`: the scheme, the host with or without the labels before it, and the path with `*` for any
 * characters; without a path, only the root. Anything else is the id of a connector.
 * @returns undefined where it is neither
 */
export function serverPattern(text: string): Matcher | undefined {
  const [, scheme = '', host = '', path = ''] = SCHEME.exec(text) ?? [];
  if (scheme === '') return CONNECTOR.test(text) ? connectors(text) : undefined;
  if (!HOST.test(host)) return undefined;
  const [ofHost, ofPath] = [matcher(host), matcher(path === '' ? '/' : path)];
  return (server) => {
    const url = URL.canParse(server) ? new URL(server) : undefined;
    return (
      url !== undefined &&
      url.protocol === `${scheme}:` &&
      url.username === '' &&
      url.password === '' &&
      ofHost(url.host) &&
      ofPath(url.pathname + url.search)
    );
  };
}

function connectors(pattern: string): Matcher {
  const fits = matcher(pattern);
  return (server) => CONNECTOR.test(server) && fits(server);
}
