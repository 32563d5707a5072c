/**
 * Where Redis is, as one setting:
 *
 *     redis://user:password@host:6379/0             one server
 *     rediss://host?ca=/etc/redis/ca.pem            the same over TLS
 *     redis+sentinel://h1:26379,h2/master/0         the master that Sentinels know by that name
 *     redis+cluster://h1:6379,h2:6379               a cluster, by some of its nodes
 *
 * `rediss+sentinel` and `rediss+cluster` are those over TLS. A setting holds passwords: nothing of it is in an error.
 */

export interface Host {
  readonly host: string;
  readonly port: number;
}

export interface Address {
  readonly hosts: readonly [Host, ...Host[]];
  readonly kind: 'single' | 'sentinel' | 'cluster';
  readonly tls: boolean;
  /** A file of certificates in PEM that are trusted instead of the system's. */
  readonly caFile?: string;
  readonly username?: string;
  readonly password?: string;
  readonly db: number;
  /** Of Sentinel: the name of the master, and how to be known to the Sentinels. */
  readonly master?: string;
  readonly sentinelUsername?: string;
  readonly sentinelPassword?: string;
}

const SCHEMES: Readonly<Record<string, Pick<Address, 'kind' | 'tls'>>> = {
  redis: { kind: 'single', tls: false },
  rediss: { kind: 'single', tls: true },
  'redis+sentinel': { kind: 'sentinel', tls: false },
  'rediss+sentinel': { kind: 'sentinel', tls: true },
  'redis+cluster': { kind: 'cluster', tls: false },
  'rediss+cluster': { kind: 'cluster', tls: true },
};
const OPTIONS = ['ca', 'sentinel_username', 'sentinel_password'];
const PORT = 6379;
const SENTINEL_PORT = 26_379;

/** @returns the address, or what is wrong with the setting: never anything of its text */
export function readAddress(setting: string): Address | { readonly misuse: string } {
  const [scheme = '', rest] = splitOnce(setting.trim(), '://');
  const known = Object.hasOwn(SCHEMES, scheme) ? SCHEMES[scheme] : undefined;
  if (known === undefined || rest === undefined)
    return { misuse: `expected ${Object.keys(SCHEMES).join('://, ')}://` };
  const [place = '', query = ''] = splitOnce(rest, '?');
  const [authority = '', path = ''] = splitOnce(place, '/');
  const at = authority.lastIndexOf('@');
  const hosts = readHosts(authority.slice(at + 1), known.kind === 'sentinel' ? SENTINEL_PORT : PORT);
  if (hosts === undefined) return { misuse: 'expected host or host:port, several parted by commas' };
  if (known.kind === 'single' && hosts.length > 1) return { misuse: 'expected one host' };
  const where = readPath(path, known.kind);
  if ('misuse' in where) return where;
  const options = readOptions(query);
  if ('misuse' in options) return options;
  const user = at < 0 ? {} : readUser(authority.slice(0, at));
  return 'misuse' in user ? user : { ...known, hosts, ...where, ...options, ...user };
}

function readHosts(text: string, port: number): [Host, ...Host[]] | undefined {
  const hosts = text.split(',').map((one) => readHost(one, port));
  const [first, ...others] = hosts.filter((host) => host !== undefined);
  return first === undefined || others.length + 1 < hosts.length ? undefined : [first, ...others];
}

function readHost(text: string, port: number): Host | undefined {
  const url = URL.canParse(`tcp://${text}`) ? new URL(`tcp://${text}`) : undefined;
  if (url === undefined || url.hostname === '' || url.username !== '' || url.pathname !== '')
    return undefined;
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port: url.port === '' ? port : Number(url.port) };
}

function readPath(
  path: string,
  kind: Address['kind'],
): Pick<Address, 'db' | 'master'> | { readonly misuse: string } {
  const parts = path.split('/').filter((part) => part !== '');
  const master = kind === 'sentinel' ? parts.shift() : undefined;
  if (kind === 'sentinel' && master === undefined)
    return { misuse: 'expected the name of the master after the hosts' };
  const [db = '0', ...more] = parts;
  if (more.length > 0 || !/^\d{1,4}$/.test(db)) return { misuse: 'expected the number of a database' };
  if (kind === 'cluster' && db !== '0') return { misuse: 'a cluster has database 0 only' };
  return { db: Number(db), ...(master !== undefined && { master }) };
}

function readUser(text: string): Pick<Address, 'username' | 'password'> | { readonly misuse: string } {
  const [user = '', secret] = splitOnce(text, ':');
  try {
    const username = decodeURIComponent(user);
    const password = secret === undefined ? undefined : decodeURIComponent(secret);
    return { ...(username !== '' && { username }), ...(password !== undefined && { password }) };
  } catch {
    return { misuse: 'expected user and password in percent-encoding' };
  }
}

function readOptions(
  query: string,
): Pick<Address, 'caFile' | 'sentinelUsername' | 'sentinelPassword'> | { readonly misuse: string } {
  const given = new URLSearchParams(query);
  if ([...given.keys()].some((name) => !OPTIONS.includes(name)))
    return { misuse: `expected no options but ${OPTIONS.join(', ')}` };
  const [caFile, sentinelUsername, sentinelPassword] = OPTIONS.map((name) => given.get(name));
  return {
    ...(caFile && { caFile }),
    ...(sentinelUsername && { sentinelUsername }),
    ...(sentinelPassword && { sentinelPassword }),
  };
}

function splitOnce(text: string, by: string): [string, string?] {
  const at = text.indexOf(by);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + by.length)];
}
