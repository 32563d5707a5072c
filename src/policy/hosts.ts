/** Hosts as policies name them, and as clients write them: case, a default port and a dot at the end mean nothing. */
import { anyOf } from './model-patterns.ts';

export type HostTest = (authority: string) => boolean;

/**
 * A pattern without a port means the host at every port: which one a client writes changes nothing about where its
 * request goes.
 * @param patterns lower case, `*` for any characters
 */
export function hostTest(patterns: readonly string[]): HostTest {
  const named = anyOf(patterns);
  return (authority) => {
    const [, host = '', port] = /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(authority.toLowerCase()) ?? [];
    const name = host.replace(/\.+$/, '');
    return name !== '' && (named(name) || (port !== undefined && named(`${name}:${port}`)));
  };
}
