/** Networks in CIDR notation (RFC 4632, RFC 4291), and whether an address lies in one of them. */
import { BlockList, isIP } from 'node:net';

export interface Networks {
  /** False for what is no address. An IPv4 address written as IPv6 (`::ffff:192.0.2.1`) is the IPv4 address. */
  contains(address: string): boolean;
}

/** Is this an address, or a network such as `10.0.0.0/8` or `2001:db8::/32`? */
export function isNetwork(text: string): boolean {
  const [address = '', length, more] = text.split('/');
  const family = isIP(address);
  if (family === 0 || more !== undefined) return false;
  return length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= (family === 4 ? 32 : 128));
}

/** @param networks each as `isNetwork` takes it */
export function networksOf(networks: readonly string[]): Networks {
  const list = new BlockList();
  for (const network of networks) add(network, list);
  return {
    contains(address) {
      const family = isIP(address);
      return family !== 0 && list.check(address, family === 4 ? 'ipv4' : 'ipv6');
    },
  };
}

function add(network: string, list: BlockList): void {
  const [address = '', length] = network.split('/');
  const four = isIP(address) === 4;
  list.addSubnet(address, length === undefined ? (four ? 32 : 128) : Number(length), four ? 'ipv4' : 'ipv6');
}

/**
 * The network that an address counts with: its /24, or for IPv6 its /64, which is what one customer usually gets.
 * @returns undefined for what is no address
 */
export function sourceNetwork(address: string): string | undefined {
  const plain = address.toLowerCase().replace(/^::ffff:(?=\d+\.)/, '');
  const family = isIP(plain);
  if (family === 0) return undefined;
  if (family === 4) return `${plain.split('.', 3).join('.')}.0/24`;
  return `${expanded(plain).slice(0, 4).join(':')}::/64`;
}

/** The eight groups of an IPv6 address, without leading zeros. A dotted end stands for the last two. */
function expanded(address: string): readonly string[] {
  const [head = '', tail] = address.split('%', 1)[0]?.split('::') ?? [];
  const groups = (text: string) =>
    text === '' ? [] : text.split(':').flatMap((group) => (group.includes('.') ? ['0', '0'] : [group]));
  const before = groups(head);
  const after = tail === undefined ? [] : groups(tail);
  const between = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return [...before, ...(tail === undefined ? [] : between), ...after].map((group) =>
    group.replace(/^0+(?=.)/, ''),
  );
}
