/** Coordinates precise enough to point at a house: pairs of decimal degrees, and degrees with minutes and seconds. */
import { beginsWord, characters, DIGIT, runEnd } from '../characters.ts';
import { hasPhrase, phrases } from '../context/phrases.ts';
import type { Page } from '../engine/page.ts';
import { found, NOTHING, type Reading, type Recognizer } from '../engine/recognizer.ts';

/** Four decimals are eleven metres; with words before it, three will do. */
const PAIR = /(\d{1,2}\.\d{3,10})°? ?([NS])?(?:, ?|; ?| )[-+]?(\d{1,3}\.\d{3,10})(?:°? ?[EW](?![A-Za-z]))?/y;
const SEXAGESIMAL = /\d{1,2}° ?\d{1,2}['′’] ?\d{1,2}(?:\.\d{1,4})?(?:"|″|”|'')? ?[NS],? ?\d{1,3}° ?\d{1,2}['′’] ?\d{1,2}(?:\.\d{1,4})?(?:"|″|”|'')? ?[EW](?![A-Za-z])/y;
const PART = characters(`0-9.,;NSEW '"+-`);
const WORD = characters('A-Za-z0-9_.');
const REACH = 56;
const PLACE = phrases(
  'coordinates, coords, location, latitude, lat, gps, geo, position, koordinaten, standort, coordonnées, coordenadas, ubicación',
  'coordinate, posizione, координаты, 坐标, 座標, 좌표',
);

function read(page: Page, at: number): Reading {
  const { text } = page;
  if (!beginsWord(text, at, WORD)) return NOTHING;
  const open = stretch(text, at);
  for (const shape of [PAIR, SEXAGESIMAL]) {
    shape.lastIndex = at;
    const [written = '', latitude = '0', , longitude = '0'] = shape.exec(text) ?? [];
    if (written === '' || beginsDigit(text, at + written.length)) continue;
    const told = hasPhrase(page.contextAt(at), PLACE);
    const precise = shape === SEXAGESIMAL || told || (decimals(latitude) >= 4 && decimals(longitude) >= 4);
    if (precise && Number(latitude) <= 90 && Number(longitude) <= 180) return found(at, at + written.length, told ? 0.9 : 0.6, open);
  }
  return open ? found(at, -1, 0, true) : NOTHING;
}

function beginsDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 48 && code <= 57;
}

const decimals = (number: string) => number.length - number.indexOf('.') - 1;

/** Does what coordinates are made of reach the end of the text? */
function stretch(text: string, from: number): boolean {
  const limit = Math.min(text.length, from + REACH - 1);
  let at = from;
  while (at < limit) {
    const next = runEnd(text, at, PART, limit);
    if (next === at && !SIGNS.includes(text[at] ?? '')) return false;
    at = Math.max(next, at + 1);
  }
  return limit === text.length;
}
const SIGNS = '°′’″”';

export const geo: Recognizer = {
  type: 'pii.coordinates',
  label: 'COORDINATES',
  readers: [{ triggers: [{ on: 'word', first: DIGIT }], reach: REACH, read }],
};
