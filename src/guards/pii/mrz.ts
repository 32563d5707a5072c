/** The machine-readable lines of passports, visas and identity cards (ICAO 9303), told by their check digits. */
import { ALPHANUMERIC, characters, runEnd } from '../characters.ts';
import type { Page } from '../engine/page.ts';
import { found, NOTHING, type Reading, type Recognizer, unfinished } from '../engine/recognizer.ts';
import { digitAt, icaoDigit } from './checks.ts';

const PART = characters('A-Z0-9<');
/** Line ends, as they are or as escapes, and what is put between lines where they are quoted. */
const BETWEEN = characters(' \t\r\n\\nr');
const MOST_BETWEEN = 6;

interface Form {
  readonly lines: number;
  readonly width: number;
  /** Places of a document's number, birthday and expiry with the check digit after each, in all lines as one. */
  readonly fields: readonly (readonly [start: number, end: number])[];
}

const FORMS: readonly Form[] = [
  {
    lines: 2,
    width: 44,
    fields: [
      [44, 53],
      [57, 63],
      [65, 71],
    ],
  },
  {
    lines: 2,
    width: 36,
    fields: [
      [36, 45],
      [49, 55],
      [57, 63],
    ],
  },
  {
    lines: 3,
    width: 30,
    fields: [
      [5, 14],
      [30, 36],
      [38, 44],
    ],
  },
];
const REACH = 3 * 44 + 3 * MOST_BETWEEN;

function read({ text }: Page, start: number): Reading {
  let open = false;
  for (const form of FORMS) {
    const reading = readForm(text, start, form);
    if (reading.end !== -1) return reading;
    open ||= reading.open;
  }
  return open ? unfinished(start) : NOTHING;
}

function readForm(text: string, start: number, { lines, width, fields }: Form): Reading {
  let all = '';
  let at = start;
  for (let line = 0; line < lines; line += 1) {
    const end = runEnd(text, at, PART, at + width);
    all += text.slice(at, end);
    if (end === text.length && (end - at < width || line < lines - 1)) return unfinished(start);
    if (end - at < width) return NOTHING;
    if (line === lines - 1) {
      at = end;
      break;
    }
    at = runEnd(text, end, BETWEEN, end + MOST_BETWEEN);
    if (at === text.length) return unfinished(start);
    if (at === end) return NOTHING;
  }
  const valid = fields.every(([from, to]) => icaoDigit(all.slice(from, to)) === digitAt(all, to));
  return valid ? found(start, at, 1, false) : NOTHING;
}

export const mrz: Recognizer = {
  type: 'pii.mrz',
  label: 'MACHINE_READABLE_ZONE',
  readers: [
    {
      triggers: [
        {
          on: 'literal',
          literals: ['P<', 'V<', 'I<', 'A<', 'C<', 'ID', 'AC', 'PP', 'PN'],
          word: ALPHANUMERIC,
          begins: true,
        },
      ],
      reach: REACH,
      read,
    },
  ],
};
