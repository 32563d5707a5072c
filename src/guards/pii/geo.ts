/** Coordinates precise enough to point at a house: pairs of decimal degrees, and degrees with minutes and seconds. */
import { beginsWord, characters, DIGIT, runEnd } from '../characters.ts';
import { hasPhrase, phrases } from '../context/phrases.ts';
import type { Page } from '../engine/page.ts';
import { found, NOTHING, type Reading, type Recognizer } from '../engine/recognizer.ts';

/** Four decimals are eleven metres; with words before it, three will do. */
const PAIR = /(\d{1,2}\.\d{3,10})°? ?([NS])?(?:, ?|; ?| )[-+]?(\d{1,3}\.\d{3,10})(?:°? ?[EW](?![A-Za-z]))?/y;
const SEXAGESIMAL =
  /\d{1,2}° ?\d{1,2}['′’] ?\d{1,2}(?:\.\d{1,4})?(?:"|″|”|'')? ?[NS],? ?\d{1,3}° ?\d{1,2}['′’] ?\d{1,2}(?:\.\d{1,4})?(?:"|″|”|'')? ?[EW](?![A-Za-z])/y;
const WORD = characters('A-Za-z0-9_.');
const REACH = 56;
const PLACE = phrases(
  'coordinates, coords, location, latitude, lat, gps, geo, position, koordinaten, standort, coordonnées, coordenadas, ubicación',
  'coordinate, posizione, координаты, 坐标, 座標, 좌표',
);

function read(page: Page, at: number): Reading {
  const { text } = page;
  if (!beginsWord(text, at, WORD)) return NOTHING;
  const degrees = runEnd(text, at, DIGIT, at + 3);
  if (degrees < text.length && (degrees > at + 2 || (text[degrees] !== '.' && text[degrees] !== '°')))
    return NOTHING;
  const open = isBegun(text, at);
  for (const shape of [PAIR, SEXAGESIMAL]) {
    shape.lastIndex = at;
    const [written = '', latitude = '0', , longitude = '0'] = shape.exec(text) ?? [];
    if (written === '' || beginsDigit(text, at + written.length)) continue;
    const told = hasPhrase(page.contextAt(at), PLACE);
    const precise =
      shape === SEXAGESIMAL ||
      told ||
      (decimals(latitude) >= 4 && decimals(longitude) >= 4 && Number(latitude) + Number(longitude) >= LEAST);
    if (precise && Number(latitude) <= 90 && Number(longitude) <= 180)
      return found(at, at + written.length, told ? 0.9 : 0.6, open);
  }
  return open ? found(at, -1, 0, true) : NOTHING;
}

function beginsDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 48 && code <= 57;
}

/** Two fractions of one are more often shares or weights than a place in the Gulf of Guinea. */
const LEAST = 2;

const decimals = (number: string) => number.length - number.indexOf('.') - 1;

/** Beginnings of them, as long as they may go on. */
const BEGUN =
  /^\d{1,2}(?:\.\d{0,10}(?:°? ?[NS]?(?:[,;]? ?[-+]?(?:\d{1,3}(?:\.\d{0,10}(?:°? ?[EW]?)?)?)?)?)?)?$|^\d{1,2}°[\d '′’"″”.NS,°]{0,40}[EW]?$/;

function isBegun(text: string, at: number): boolean {
  return text.length - at < REACH && BEGUN.test(text.slice(at));
}

export const geo: Recognizer = {
  type: 'pii.coordinates',
  label: 'COORDINATES',
  readers: [{ triggers: [{ on: 'word', first: DIGIT }], reach: REACH, read }],
};
