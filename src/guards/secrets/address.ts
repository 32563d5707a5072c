/** Passwords in addresses, `scheme://user:password@host` (RFC 3986, 3.2.1), and in headers of HTTP (RFC 9110, 11.6.2). */
import { characters, runEnd } from '../characters.ts';
import { found, NOTHING, type Reading, type Recognizer } from '../engine/recognizer.ts';
import { withoutStops } from './assignment.ts';
import { isVaried } from './variety.ts';

const SCHEME_END = '://';
const USER = characters('A-Za-z0-9._~%!$&*+,;=-');
const MOST_USER = 64;
const PASSWORD = characters('!#-&(-.0-;=?A-Z^-_a-z|~');
const LEAST_PASSWORD = 4;
const MOST_PASSWORD = 256;
/** What stands there instead of a password in somebody's documentation. */
const STAND_IN =
  /^(?:[$%{<[(*#]|:|pass(?:w(?:or)?d|wd|phrase)?$|pw$|pwd$|secret$|x+$|\*+$|your|my_?pass|user|token$|example|changeme$|\.+$)/i;

function readPassword(text: string, at: number): Reading {
  const user = at + SCHEME_END.length;
  const colon = runEnd(text, user, USER, user + MOST_USER);
  if (text[colon] !== ':') return NOTHING;
  const start = colon + 1;
  const stop = runEnd(text, start, PASSWORD, start + MOST_PASSWORD);
  const open = stop === text.length && stop - start < MOST_PASSWORD;
  if (start >= text.length) return NOTHING;
  const real =
    text[stop] === '@' && stop - start >= LEAST_PASSWORD && !STAND_IN.test(text.slice(start, stop));
  return real || open ? found(start, real ? stop : -1, 0.9, open) : NOTHING;
}

const BETWEEN = characters(' \t"\'`:=,\\');
const MOST_BETWEEN = 8;
const SCHEMES = ['bearer ', 'basic ', 'token ', 'apikey ', 'api-token ', 'bot '];
const VALUE = characters('A-Za-z0-9_.~+/=-');
const LEAST_VALUE = 12;
const MOST_VALUE = 2048;

function readHeader(text: string, at: number): Reading {
  const from = at + 'authorization'.length;
  const scheme = runEnd(text, from, BETWEEN, from + MOST_BETWEEN);
  if (scheme === from) return NOTHING;
  const name = SCHEMES.find((one) => text.slice(scheme, scheme + one.length).toLowerCase() === one);
  if (name === undefined) return NOTHING;
  const start = scheme + name.length;
  const stop = runEnd(text, start, VALUE, start + MOST_VALUE);
  if (start >= text.length) return NOTHING;
  const open = stop === text.length && stop - start < MOST_VALUE;
  const end = withoutStops(text, start, stop);
  const real = end - start >= LEAST_VALUE && isVaried(text, end);
  return real || open ? found(start, real ? end : -1, 0.9, open) : NOTHING;
}

/** `curl -u user:password`. */
function readOption(text: string, at: number, option: string): Reading {
  const opening = at + option.length;
  const user = runEnd(text, opening, QUOTE, opening + 1);
  const colon = runEnd(text, user, USER, user + MOST_USER);
  if (text[colon] !== ':' || colon === user) return NOTHING;
  const start = colon + 1;
  if (start >= text.length) return NOTHING;
  const stop = runEnd(text, start, OPTION, start + MOST_PASSWORD);
  const open = stop === text.length && stop - start < MOST_PASSWORD;
  const end = withoutStops(text, start, stop);
  const value = text.slice(start, end);
  const real = value.length >= LEAST_PASSWORD && !STAND_IN.test(value) && value !== text.slice(user, colon);
  return real || open ? found(start, real ? end : -1, 0.8, open) : NOTHING;
}

/** In a connection string of ODBC or .NET: `Server=db;User Id=acme;Password=…;`. */
function readSetting(text: string, at: number, setting: string): Reading {
  const start = at + setting.length;
  if (start >= text.length) return NOTHING;
  const stop = runEnd(text, start, SETTING, start + MOST_PASSWORD);
  const open = stop === text.length && stop - start < MOST_PASSWORD;
  const end = withoutStops(text, start, stop);
  const real = end - start >= LEAST_PASSWORD && !STAND_IN.test(text.slice(start, end));
  return real || open ? found(start, real ? end : -1, 0.85, open) : NOTHING;
}

const SETTING = characters('!#-&(-:<-Z^-z|~');
const SETTINGS = [';password=', '; password=', ';pwd=', '; pwd='];

const QUOTE = characters(`"'`);
const OPTION = characters('!#-&(-Z]-_a-~');
const OPTIONS = [' -u ', ' --user ', ' --user='];

export const ADDRESSED: readonly Recognizer[] = [
  {
    type: 'secret.url_password',
    label: 'URL_PASSWORD',
    readers: [
      {
        triggers: [{ on: 'literal', literals: [SCHEME_END], begins: false }],
        reach: MOST_PASSWORD + 2,
        read: ({ text }, at) => readPassword(text, at),
      },
    ],
  },
  {
    type: 'secret.curl_password',
    label: 'CURL_PASSWORD',
    readers: OPTIONS.map((option) => ({
      triggers: [{ on: 'literal', literals: [option], begins: false }],
      reach: MOST_PASSWORD + 2,
      read: ({ text }, at) => readOption(text, at, option),
    })),
  },
  {
    type: 'secret.connection_password',
    label: 'CONNECTION_PASSWORD',
    readers: SETTINGS.map((setting) => ({
      triggers: [{ on: 'literal', literals: [setting], begins: false }],
      reach: MOST_PASSWORD + 2,
      read: ({ text }, at) => readSetting(text, at, setting),
    })),
  },
  {
    type: 'secret.authorization',
    label: 'AUTHORIZATION',
    readers: [
      {
        triggers: [{ on: 'literal', literals: ['authorization'], begins: false }],
        reach: MOST_VALUE + 2,
        read: ({ text }, at) => readHeader(text, at),
      },
    ],
  },
];
