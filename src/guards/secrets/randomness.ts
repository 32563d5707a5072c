/** Does a value look as if a machine had made it, or somebody who was asked for a good password? */

/** Shannon's entropy of the characters, in bits each. */
export function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

const WORDS = /[^A-Za-z0-9]+/;
/** `Observable1`, `getTokenFromCache`, `sha256`: names of things. */
const NAME = /^(?:[A-Za-z]+[0-9]{0,4}|[0-9]+)$/;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** So long, and so many digits among the letters, that it is nobody's word: letters happen to look like words, too. */
const UNBROKEN = /^[A-Za-z0-9]{24,}$/;
const LEAST_DIGITS = 0.2;
const MOST_DIGITS = 0.9;

function isDense(value: string): boolean {
  if (!UNBROKEN.test(value) || entropy(value) < LEAST_ENTROPY) return false;
  const digits = value.replaceAll(/[^0-9]/g, '').length / value.length;
  return digits >= LEAST_DIGITS && digits <= MOST_DIGITS;
}

/** Fewer in a row, and it may be a version, a date, a shortened name. */
const LEAST_RANDOM = 10;
const LEAST_ENTROPY = 3;

/** A key: a stretch of letters and digits mixed, not names put together. At most some hundred characters. */
export function isRandom(value: string): boolean {
  if (UUID.test(value) || isDense(value)) return true;
  if (entropy(value) < LEAST_ENTROPY) return false;
  return value.split(WORDS).some((part) => part.length >= LEAST_RANDOM && isMixed(part));
}

/** A word, or a part of a name: letters of which some are vowels, and never four others in a row. */
const WORD = /[A-Z]?[a-z]{3,}|[A-Z]{4,}/g;
const VOWEL = /[aeiouy]/i;
const CLUSTER = /[bcdfghjklmnpqrstvwxz]{4}/i;

/** How many of its letters and digits belong to words. */
function wordiness(part: string): number {
  const words = (part.match(WORD) ?? []).filter((word) => VOWEL.test(word) && !CLUSTER.test(word));
  return words.reduce((sum, { length }) => sum + length, 0) / part.length;
}

function isMixed(part: string): boolean {
  if (entropy(part) < LEAST_ENTROPY) return false;
  return NAME.test(part) ? part.length >= LONG && wordiness(part) < 0.3 : wordiness(part) < 0.5;
}

/** So many letters without a digit among them are a key only where they are no words. */
const LONG = 20;

const LETTER = /\p{L}/u;
const NO_LETTER = /[^\p{L}\p{M}\s]/u;
const STAND_IN =
  /^(?:[$%{<[#]|process\.|os\.|env\.|config\.|self\.|this\.|your|my_|some|example|changeme|dummy|fake|secret|password|passwd|none|null|true|false|undefined|string|x{3})/i;
const LEAST_PASSWORD = 8;
const LEAST_PASSWORD_ENTROPY = 2.5;

/** A password: letters and something else, not the name of a variable or of a stand-in. */
export function isPassword(value: string): boolean {
  if (value.length < LEAST_PASSWORD || STAND_IN.test(value)) return false;
  if (!LETTER.test(value) || !NO_LETTER.test(value)) return false;
  if (NAMES.test(value)) return false;
  return entropy(value) >= LEAST_PASSWORD_ENTROPY;
}

/** `user_password`, `app.config.password`, `Forgot-your-password`, `getPassword()`: words put together. */
const NAMES = /^[_A-Za-z]+(?:[-_.:/|][A-Za-z]+)*[0-9]?[-_.:/;,()|]*$|^[a-z]\w*(?:\.\w+)+(?::\d+)?$|\||:\/\//i;
