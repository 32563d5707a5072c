/** Passwords as they are kept: whoever has one tries passwords on it at leisure. */
import type { Recognizer } from '../engine/recognizer.ts';
import { token } from './token.ts';

const SALT = '[./A-Za-z0-9]{1,16}';

/** The sums of crypt(5), and those of Django, LDAP and PHP. */
const FORMS: readonly string[] = [
  ...['a', 'b', 'x', 'y'].map((kind) => `\\$2${kind}\\$[0-9]{2}\\$[./A-Za-z0-9]{53,53}`),
  ...['1', 'apr1'].map((kind) => `\\$${kind}\\$[./A-Za-z0-9]{1,8}\\$[./A-Za-z0-9]{22,22}`),
  ...[
    ['5', 43],
    ['6', 86],
  ].flatMap(([kind, length]) => [
    `\\$${kind}\\$${SALT}\\$[./A-Za-z0-9]{${length},${length}}`,
    `\\$${kind}\\$rounds=[0-9]{4,9}\\$${SALT}\\$[./A-Za-z0-9]{${length},${length}}`,
  ]),
  '\\$y\\$[./A-Za-z0-9]{1,8}\\$[./A-Za-z0-9]{1,86}\\$[./A-Za-z0-9]{43,43}',
  '\\$8\\$[./A-Za-z0-9]{14}\\$[./A-Za-z0-9]{43,43}',
  '\\$9\\$[./A-Za-z0-9]{14}\\$[./A-Za-z0-9]{43,43}',
  ...['i', 'd', 'id'].map(
    (kind) =>
      `\\$argon2${kind}\\$v=[0-9]{2}\\$m=[0-9]{1,8},t=[0-9]{1,4},p=[0-9]{1,3}\\$[A-Za-z0-9+/]{8,64}\\$[A-Za-z0-9+/]{16,128}`,
  ),
  'pbkdf2_sha256\\$[0-9]{3,8}\\$[A-Za-z0-9]{8,32}\\$[A-Za-z0-9+/=]{44}',
  'pbkdf2_sha1\\$[0-9]{3,8}\\$[A-Za-z0-9]{8,32}\\$[A-Za-z0-9+/=]{28}',
  '\\{SSHA\\}[A-Za-z0-9+/=]{28,64}',
  '\\$krb5asrep\\$23\\$[\\w.@-]{1,80}:[a-f0-9]{32}\\$[a-f0-9]{64,2048}',
];

export const HASHES: readonly Recognizer[] = [token('secret.password_hash', 'PASSWORD_HASH', FORMS)];
