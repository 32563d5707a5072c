/** Characters written as escapes: percent, entities, backslashes, quoted-printable. The rest of the text stays. */
import { replaced, type Traced } from './view.ts';

/** Fewer escapes than these hide nothing. */
const AT_LEAST = 3;

export function percent(text: string): Traced | undefined {
  return replaced(text, /(?:%[0-9A-Fa-f]{2}){1,4096}/g, (tracer, { 0: run, index }) =>
    tracer.bytes(
      Buffer.from(run.replaceAll('%', ''), 'hex'),
      (at) => index + at * 3,
      (at) => index + at * 3 + 3,
    ),
  );
}

const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  colon: ':',
  lpar: '(',
  rpar: ')',
  period: '.',
  comma: ',',
  excl: '!',
  Tab: ' ',
  NewLine: '\n',
};

export function entities(text: string): Traced | undefined {
  const entity = /&(?:#x([0-9A-Fa-f]{1,6})|#([0-9]{1,7})|([A-Za-z]{2,8}));?/g;
  return replaced(
    text,
    entity,
    (tracer, { 0: written, 1: hex, 2: decimal, 3: name, index }) => {
      const char =
        name === undefined
          ? characterOf(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16))
          : Object.hasOwn(NAMED, name)
            ? NAMED[name]
            : undefined;
      tracer.put(char ?? written, index, index + written.length);
    },
    AT_LEAST,
  );
}

export function backslashes(text: string): Traced | undefined {
  const pattern =
    /\\(?:u\{([0-9A-Fa-f]{1,6})\}|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|x([0-9A-Fa-f]{2})|([0-7]{3})|([nrt]))/g;
  return replaced(
    text,
    pattern,
    (tracer, match) => {
      const hex = match[1] ?? match[2] ?? match[3] ?? match[4];
      const point = hex === undefined ? Number.parseInt(match[5] ?? '12', 8) : Number.parseInt(hex, 16);
      tracer.put(characterOf(point) ?? match[0], match.index, match.index + match[0].length);
    },
    AT_LEAST,
  );
}

export function quotedPrintable(text: string): Traced | undefined {
  return replaced(text, /=[0-9A-F]{2}(?:=(?:[0-9A-F]{2}|\r?\n)){0,4096}/g, (tracer, { 0: run, index }) => {
    const hex = run.replaceAll(/=\r?\n/g, '').replaceAll('=', '');
    tracer.bytes(
      Buffer.from(hex, 'hex'),
      (at) => Math.min(index + at * 3, index + run.length),
      (at) => Math.min(index + at * 3 + 3, index + run.length),
    );
  });
}

function characterOf(point: number): string | undefined {
  return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : undefined;
}
