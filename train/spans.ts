/** How well personal data and credentials are found: on labelled texts, on vectors of other tools, and on source code. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DETECTORS } from '../src/guards/registry.ts';
import { compileScanner, type Scanner } from '../src/guards/scan.ts';
import { type Row, rowsOf } from './data.ts';
import { percent, table } from './table.ts';

interface Labelled {
  /** In code points. */
  readonly start: number;
  readonly end: number;
  readonly type: string;
}

interface SpanRow extends Row {
  readonly spans: readonly Labelled[];
}

const scannerOfAll = (category: string) =>
  compileScanner(DETECTORS.map(({ type }) => type).filter((type) => type.startsWith(category)));

/** What a label of the source is called here. */
const TYPES: Readonly<Record<string, string>> = {
  CREDIT_CARD: 'pii.card',
  EMAIL_ADDRESS: 'pii.email',
  PHONE_NUMBER: 'pii.phone',
  IP_ADDRESS: 'pii.ip',
  US_SSN: 'pii.us.ssn',
  IBAN_CODE: 'pii.iban',
  US_DRIVER_LICENSE: 'pii.us.driving_licence',
  PERSON: 'pii.person',
  ADDRESS: 'pii.address',
  STREET_ADDRESS: 'pii.address',
};
const STRUCTURED = ['pii.card', 'pii.email', 'pii.phone', 'pii.ip', 'pii.us.ssn', 'pii.iban'];

interface Tally {
  labelled: number;
  found: number;
  reported: number;
  right: number;
}

const EMPTY: Tally = { labelled: 0, found: 0, reported: 0, right: 0 };

/** A finding and a label of one kind agree where they overlap. */
export function personalTable(): string {
  const scanner = scannerOfAll('pii.');
  const tallies = new Map<string, Tally>();
  const tally = (type: string) => {
    const known = tallies.get(type) ?? { ...EMPTY };
    tallies.set(type, known);
    return known;
  };
  for (const { text, spans } of rowsOf('pii').filter(
    ({ set }) => set === 'presidio_research_dev',
  ) as SpanRow[]) {
    const findings = scanner.find(text);
    const labels = spans.map(({ start, end, type }) => ({ start, end, type: TYPES[type] }));
    const agree = (a: { start: number; end: number; type: string | undefined }, b: typeof a) =>
      a.type === b.type && a.start < b.end && b.start < a.end;
    for (const label of labels) {
      if (label.type === undefined) continue;
      tally(label.type).labelled += 1;
      if (findings.some((finding) => agree(finding, label))) tally(label.type).found += 1;
    }
    for (const finding of findings) {
      tally(finding.type).reported += 1;
      if (labels.some((label) => agree(finding, label))) tally(finding.type).right += 1;
    }
  }
  const structured = STRUCTURED.map(tally).reduce(sum, EMPTY);
  const lines = [...tallies].filter(([, { labelled }]) => labelled > 0).sort(([a], [b]) => (a < b ? -1 : 1));
  return table(
    ['type', 'labelled', 'recall', 'reported', 'precision'],
    [...lines, ['**structured together**', structured] as const].map(([type, one]) => lineOf(type, one)),
  );
}

function sum(a: Tally, b: Tally): Tally {
  return {
    labelled: a.labelled + b.labelled,
    found: a.found + b.found,
    reported: a.reported + b.reported,
    right: a.right + b.right,
  };
}

function lineOf(type: string, { labelled, found, reported, right }: Tally): readonly string[] {
  return [type, String(labelled), percent(found, labelled), String(reported), percent(right, reported)];
}

/** Vectors of gitleaks: with what each of them says is one, and is none. */
export function secretTable(): string {
  const scanner = scannerOfAll('secret.');
  const rows = rowsOf('secrets');
  const found = (some: readonly Row[]) => some.filter(({ text }) => scanner.find(text).length > 0).length;
  const secrets = rows.filter(({ label }) => label === 'secret');
  const others = rows.filter(({ label }) => label !== 'secret');
  return table(
    ['vectors of gitleaks', 'texts', 'found'],
    [
      ['secret', String(secrets.length), percent(found(secrets), secrets.length)],
      [
        'not secret, by the rule that they test',
        String(others.length),
        percent(found(others), others.length),
      ],
    ],
  );
}

/** Files larger than this are not written by hand. */
const LARGEST = 300_000;
const CODE = /(?<!\.min)\.(?:[cm]?js|ts)$/;

/** Code of the packages that are installed here, and our own. */
export function codeTable(): string {
  const scanner = scannerOfAll('secret.');
  return table(
    ['source code', 'MB', 'findings', 'a MB'],
    ['node_modules', 'src'].map((folder) => codeLine(folder, scanner)),
  );
}

function codeLine(folder: string, scanner: Scanner): readonly string[] {
  let size = 0;
  let findings = 0;
  for (const text of codeIn(folder)) {
    size += text.length;
    findings += scanner.find(text).length;
  }
  const megabytes = size / 1e6;
  return [`\`${folder}\``, megabytes.toFixed(1), String(findings), (findings / megabytes).toFixed(2)];
}

function* codeIn(folder: string): Generator<string> {
  for (const entry of readdirSync(new URL(`../${folder}`, import.meta.url), {
    recursive: true,
    withFileTypes: true,
  })) {
    if (!entry.isFile() || !CODE.test(entry.name)) continue;
    const text = readFileSync(join(entry.parentPath, entry.name), 'utf8');
    if (text.length <= LARGEST) yield text;
  }
}
