import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readAddress } from '../../../src/state/redis/address.ts';

describe('where Redis is', () => {
  for (const [setting, expected] of [
    ['redis://h', { kind: 'single', tls: false, hosts: [{ host: 'h', port: 6379 }], db: 0 }],
    [' redis://h:1/3 \n', { kind: 'single', tls: false, hosts: [{ host: 'h', port: 1 }], db: 3 }],
    ['redis://[::1]:7', { kind: 'single', tls: false, hosts: [{ host: '::1', port: 7 }], db: 0 }],
    [
      'rediss://us%40er:p%3Aa:s@s@h?ca=/x/ca.pem',
      {
        kind: 'single',
        tls: true,
        hosts: [{ host: 'h', port: 6379 }],
        db: 0,
        caFile: '/x/ca.pem',
        username: 'us@er',
        password: 'p:a:s@s',
      },
    ],
    [
      'redis://:secret@h',
      { kind: 'single', tls: false, hosts: [{ host: 'h', port: 6379 }], db: 0, password: 'secret' },
    ],
    [
      'redis+sentinel://a:1,b/main/2?sentinel_username=u&sentinel_password=p',
      {
        kind: 'sentinel',
        tls: false,
        master: 'main',
        db: 2,
        hosts: [
          { host: 'a', port: 1 },
          { host: 'b', port: 26_379 },
        ],
        sentinelUsername: 'u',
        sentinelPassword: 'p',
      },
    ],
    [
      'rediss+cluster://u:p@a,b:7001',
      {
        kind: 'cluster',
        tls: true,
        db: 0,
        hosts: [
          { host: 'a', port: 6379 },
          { host: 'b', port: 7001 },
        ],
        username: 'u',
        password: 'p',
      },
    ],
  ] as const) {
    it(`is read from ${setting.trim()}`, () => assert.deepEqual(readAddress(setting), expected));
  }

  it('is not guessed from what is no such setting, and nothing of that is told', () => {
    for (const setting of [
      '',
      'h',
      'http://secret',
      'redis://',
      'redis://:secret@',
      'redis://u:secret@a,b',
      'redis://secret@h:99999',
      'redis://u:secret@h/x',
      'redis://u:secret@h/1/2',
      'redis://u:secret@h?password=secret',
      'redis://u:%secret@h',
      'redis+sentinel://u:secret@h',
      'redis+cluster://u:secret@h/1',
      'redis+cluster://u:secret@h,,i',
      '__proto__://secret',
    ]) {
      const read = readAddress(setting);
      assert.ok('misuse' in read, setting);
      assert.ok(!read.misuse.includes('secret'), read.misuse);
    }
  });
});
