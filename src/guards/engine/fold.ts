/**
 * Text as readers see it. Digits of other scripts become ASCII digits; full-width forms, and the spaces and hyphens that
 * typesetters use, become the plain ones. Every code unit stays in its place, so that places in one are places in both.
 */

/** The zeros of the scripts whose digits people write numbers with, all of one code unit. */
const ZEROS = [
  0x0660, 0x06f0, 0x07c0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66, 0x0ce6, 0x0d66, 0x0de6,
  0x0e50, 0x0ed0, 0x0f20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1b50, 0x1bb0, 0x1c40,
  0x1c50, 0xa620, 0xa8d0, 0xa900, 0xaa50, 0xabf0,
];
const SPACES = [0xa0, 0x1680, 0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2007, 0x2008, 0x2009];
const MORE_SPACES = [0x200a, 0x202f, 0x205f, 0x3000];
const HYPHENS = [0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2212, 0xfe58, 0xfe63];
const FULL_WIDTH = { first: 0xff01, last: 0xff5e, offset: 0xff01 - 0x21 };

const PLAIN: ReadonlyMap<string, string> = plainForms();

function plainForms(): Map<string, string> {
  const forms = new Map<string, string>();
  const put = (code: number, plain: string) => forms.set(String.fromCharCode(code), plain);
  for (const zero of ZEROS) {
    for (let digit = 0; digit < 10; digit += 1) put(zero + digit, String(digit));
  }
  for (const space of [...SPACES, ...MORE_SPACES]) put(space, ' ');
  for (const hyphen of HYPHENS) put(hyphen, '-');
  for (let code = FULL_WIDTH.first; code <= FULL_WIDTH.last; code += 1)
    put(code, String.fromCharCode(code - FULL_WIDTH.offset));
  return forms;
}

const RUN = new RegExp(`[${[...PLAIN.keys()].join('')}]+`, 'g');

export function fold(text: string): string {
  if (text.search(RUN) === -1) return text;
  return text.replaceAll(RUN, (run) => {
    let plain = '';
    for (const char of run) plain += PLAIN.get(char) ?? char;
    return plain;
  });
}
