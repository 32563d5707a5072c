import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isNetwork, networksOf, sourceNetwork } from '../../src/core/network.ts';

test('addresses and networks of both families are read, and nothing else', () => {
  for (const good of ['10.0.0.0/8', '192.0.2.1', '0.0.0.0/0', '2001:db8::/32', '::1', '::/0'])
    assert.ok(isNetwork(good), good);
  for (const bad of [
    '',
    '10.0.0.0/33',
    '10.0.0/8',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '::/129',
    'a',
    '10.0.0.0/-1',
    '01.0.0.0',
  ])
    assert.ok(!isNetwork(bad), bad);
});

test('an address lies in a network by its first bits', () => {
  const networks = networksOf(['10.0.0.0/8', '192.0.2.7', '2001:db8::/32']);
  for (const inside of ['10.255.0.1', '192.0.2.7', '2001:db8:1::1', '::ffff:10.1.2.3'])
    assert.ok(networks.contains(inside), inside);
  for (const outside of ['11.0.0.1', '192.0.2.8', '2001:db9::1', '', 'x', '10.0.0.1/8', '10.0.0.1 '])
    assert.ok(!networks.contains(outside), outside);
});

test('IPv4 networks agree with arithmetic', () => {
  const address = fc.integer({ min: 0, max: 2 ** 32 - 1 });
  const dotted = (n: number) => [24, 16, 8, 0].map((shift) => (n >>> shift) & 255).join('.');
  fc.assert(
    fc.property(address, fc.integer({ min: 0, max: 32 }), address, (base, length, one) => {
      const mask = length === 0 ? 0 : (-1 << (32 - length)) >>> 0;
      const expected = (base & mask) >>> 0 === (one & mask) >>> 0;
      assert.equal(networksOf([`${dotted(base)}/${length}`]).contains(dotted(one)), expected);
    }),
    { seed: 7, numRuns: 1000 },
  );
});

test('an address counts with its network: the /24, or of IPv6 the /64', () => {
  const networks = {
    '192.0.2.7': '192.0.2.0/24',
    '::ffff:192.0.2.7': '192.0.2.0/24',
    '2001:db8::1': '2001:db8:0:0::/64',
    '2001:DB8:1:2:3:4:5:6': '2001:db8:1:2::/64',
    '2001:0db8:0001::2%eth0': '2001:db8:1:0::/64',
    '64:ff9b::192.0.2.1': '64:ff9b:0:0::/64',
    '': undefined,
    'no address': undefined,
  };
  for (const [address, network] of Object.entries(networks))
    assert.equal(sourceNetwork(address), network, address);
});
