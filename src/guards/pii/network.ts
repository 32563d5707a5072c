/** Addresses of machines: IPv4, IPv6, MAC. Those that stand for any machine, or this one, tell of nobody. */
import { isNetwork } from '../../core/network.ts';
import { beginsWord, characters, DIGIT, HEX, isAt, LETTER, runEnd } from '../characters.ts';
import type { Page } from '../engine/page.ts';
import { found, NOTHING, type Reading, type Recognizer } from '../engine/recognizer.ts';

const V4 = characters('0-9.');
const V6 = characters('0-9a-fA-F:.');
const WORD = characters('A-Za-z0-9_.:');
const LONGEST_V4 = 15;
const LONGEST_V6 = 45;
const REACH = LONGEST_V6 + 2;

const NOBODY = /^(?:127\.|0\.0\.0\.0$|255\.|::1?$)/;

function read({ text }: Page, at: number): Reading {
  if (!beginsWord(text, at, WORD)) return NOTHING;
  if (isAt(text, at, LETTER) && !isFirstGroup(text, at)) return NOTHING;
  const v4 = isAt(text, at, DIGIT) ? readRun(text, at, runEnd(text, at, V4, at + LONGEST_V4 + 1)) : NOTHING;
  return v4.end !== -1 || v4.open ? v4 : readRun(text, at, runEnd(text, at, V6, at + LONGEST_V6 + 1));
}

/** Most words that begin with a letter of hexadecimal are none. */
function isFirstGroup(text: string, at: number): boolean {
  const end = runEnd(text, at, HEX, at + 5);
  return end === text.length || text[end] === ':';
}

/** The address that takes up a run, full stops and colons after it apart. */
function readRun(text: string, start: number, stop: number): Reading {
  const open = stop === text.length;
  let end = stop;
  while (end > start && (text[end - 1] === '.' || (text[end - 1] === ':' && text[end - 2] !== ':'))) end -= 1;
  const written = text.slice(start, end);
  const colons = written.includes(':');
  if (!open && isAt(text, stop, WORD)) return NOTHING;
  const whole = isNetwork(written) && !NOBODY.test(written) && (!colons || /\d/.test(written));
  return whole || open ? found(start, whole ? end : -1, colons ? 0.8 : 0.7, open) : NOTHING;
}

export const ip: Recognizer = {
  type: 'pii.ip',
  label: 'IP_ADDRESS',
  readers: [
    {
      triggers: [
        { on: 'word', first: HEX },
        { on: 'literal', literals: ['::'], word: WORD, begins: true },
      ],
      reach: REACH,
      read,
    },
  ],
};

const MAC_SHAPE =
  /[0-9a-fA-F]{2}([:-])(?:[0-9a-fA-F]{2}\1){4}(?:[0-9a-fA-F]{2}\1[0-9a-fA-F]{2}\1)?[0-9a-fA-F]{2}|[0-9a-fA-F]{4}(?:\.[0-9a-fA-F]{4}){2,3}/y;
const MAC_RUN = characters('0-9a-fA-F:.-');
const MAC_SEPARATOR = characters(':.-');
const MAC_EDGE = characters('A-Za-z0-9_:-');
/** EUI-64 with hyphens. */
const LONGEST_MAC = 23;

function readMac({ text }: Page, at: number): Reading {
  if (!beginsWord(text, at, MAC_EDGE)) return NOTHING;
  const first = runEnd(text, at, HEX, at + 5);
  if (first < text.length && ((first !== at + 2 && first !== at + 4) || !isAt(text, first, MAC_SEPARATOR)))
    return NOTHING;
  const open = runEnd(text, at, MAC_RUN, at + LONGEST_MAC + 1) === text.length;
  MAC_SHAPE.lastIndex = at;
  const written = MAC_SHAPE.exec(text)?.[0] ?? '';
  const end = at + written.length;
  const whole =
    written !== '' && !isAt(text, end, MAC_EDGE) && /\d/.test(written) && !/^(?:00.?)+$/.test(written);
  return whole || open ? found(at, whole ? end : -1, 0.9, open) : NOTHING;
}

export const mac: Recognizer = {
  type: 'pii.mac',
  label: 'MAC_ADDRESS',
  readers: [{ triggers: [{ on: 'word', first: HEX }], reach: LONGEST_MAC + 1, read: readMac }],
};
