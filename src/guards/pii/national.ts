/** How countries print telephone numbers for their own people. */
import { isAssigned } from './numbering.ts';

interface NationalFormat {
  readonly callingCode: string;
  /** Dialled before an area code at home, and no part of the number. */
  readonly trunk: string;
  /** Fewer digits than this, the trunk prefix left out, are more often something else. */
  readonly least: number;
  /** Sticky; bounded; begins with a digit or a bracket and ends with a digit. */
  readonly shape: RegExp;
}

export const NATIONAL = {
  /** And Canada, and the rest of the North American plan: (202) 555-0123, 202-555-0123, 1-202-555-0123. */
  US: {
    callingCode: '1',
    trunk: '1',
    least: 10,
    shape: /(?:1[ .-])?(?:\(\d{3}\)[ -]?\d{3}[ .-]?\d{4}|\d{3}([.-])\d{3}\1\d{4}|\d{3} \d{3}[ -]\d{4})/y,
  },
  /** 020 7946 0958, (0161) 496 0000, 07700 900123. */
  GB: {
    callingCode: '44',
    trunk: '0',
    least: 9,
    shape: /(?:\(0\d{2,4}\)[ -]?|0\d{2,4}[ -])\d{3,4}[ -]?\d{3,4}|07\d{9}/y,
  },
  /** 030 12345678, 0151/12345678, 089 123456-78. */
  DE: {
    callingCode: '49',
    trunk: '0',
    least: 9,
    shape: /(?:\(0\d{2,4}\) ?|0\d{2,4}(?: ?[/-] ?| ))\d{3,8}(?:[ -]\d{1,5}){0,3}/y,
  },
  /** 01 23 45 67 89, 06.12.34.56.78. */
  FR: {
    callingCode: '33',
    trunk: '0',
    least: 9,
    shape: /0[1-9]([ .-])\d{2}(?:\1\d{2}){3}|0[67]\d{8}/y,
  },
} as const satisfies Record<string, NationalFormat>;

export type Region = keyof typeof NATIONAL;
export const REGIONS = Object.keys(NATIONAL) as readonly Region[];

/** The end of the region's number that starts at `start`, as its people write it; -1 if there is none. */
export function regionalEnd(text: string, start: number, region: Region): number {
  const { shape, trunk, least, callingCode } = NATIONAL[region];
  shape.lastIndex = start;
  const written = shape.exec(text)?.[0];
  if (written === undefined) return -1;
  const digits = written.replaceAll(/\D/g, '');
  const number = digits.startsWith(trunk) ? digits.slice(trunk.length) : digits;
  return number.length >= least && isAssigned(callingCode, number) ? start + written.length : -1;
}
