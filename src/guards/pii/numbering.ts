/** Which telephone numbers exist, by libphonenumber's metadata: calling codes and the numbering plans behind them. */
import metadata from 'libphonenumber-js/min/metadata';

/** Places in a numbering plan of metadata version 4: libphonenumber-js, `source/metadata.js`. */
const GENERAL_PATTERN = 2;
const TYPE_PATTERNS = 11;

type Plan = readonly unknown[];

/** Compiled when a number of the calling code is met first; as many as there are calling codes. */
const plans = new Map<string, RegExp | undefined>();

/**
 * Splits the digits of an international number, E.164 without its `+`, into calling code and national number.
 * @returns the length of the calling code, 0 if there is none
 */
export function callingCodeLength(digits: string): number {
  for (let length = 1; length <= 3; length += 1) {
    if (planOf(digits.slice(0, length)) !== undefined) return length;
  }
  return 0;
}

/** Is this a number of the calling code, both in digits, without the trunk prefix? */
export function isAssigned(callingCode: string, national: string): boolean {
  return planOf(callingCode)?.test(national) ?? false;
}

/** The calling code of a region, as ISO 3166-1 names it; undefined if it has none. */
export function callingCodeOf(region: string): string | undefined {
  const { countries } = metadata;
  return Object.hasOwn(countries, region)
    ? String(countries[region as keyof typeof countries]?.[0])
    : undefined;
}

function planOf(callingCode: string): RegExp | undefined {
  if (!plans.has(callingCode)) {
    if (callingCode.length > 3) return undefined;
    plans.set(callingCode, compile(callingCode));
  }
  return plans.get(callingCode);
}

/** One alternative for each country, or for each of its number types where the metadata tells them apart. */
function compile(callingCode: string): RegExp | undefined {
  const countries = plansOf(callingCode);
  if (countries.length === 0) return undefined;
  return new RegExp(`^(?:${countries.flatMap(patternsOf).join('|')})$`);
}

function plansOf(callingCode: string): Plan[] {
  const { country_calling_codes: codes, countries, nonGeographic } = metadata;
  const named = Object.hasOwn(codes, callingCode) ? codes[callingCode] : undefined;
  if (named !== undefined) return named.flatMap((country) => [countries[country] ?? []]);
  return Object.hasOwn(nonGeographic, callingCode) ? [nonGeographic[callingCode] ?? []] : [];
}

function patternsOf(plan: Plan): string[] {
  const types = plan[TYPE_PATTERNS];
  if (!Array.isArray(types)) return [String(plan[GENERAL_PATTERN])];
  return types.flatMap((type: unknown) => (Array.isArray(type) && type[0] ? [String(type[0])] : []));
}
