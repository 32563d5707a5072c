/** The page of all that guardrails can name: made from the detectors. */
import { OPAQUE_KINDS } from '../core/text.ts';
import { ASSESSMENTS } from '../guards/assess/assessor.ts';
import { DETECTORS, regionOf } from '../guards/registry.ts';
import { OPAQUE } from '../guards/rules.ts';
import { GENERATED_NOTE } from './pages.ts';

const COUNTRY = new Intl.DisplayNames(['en'], { type: 'region' });

export function findingTypesPage(): string {
  const personal = DETECTORS.filter(({ type }) => type.startsWith('pii.'));
  const everywhere = personal.filter(({ type }) => regionOf(type) === undefined);
  const national = personal.filter(({ type }) => regionOf(type) !== undefined);
  const secrets = DETECTORS.filter(({ type }) => type.startsWith('secret.'));
  return `${GENERATED_NOTE}
# Finding types

What guardrails name in \`detect\`, how a masked text says what was there, and what is done about it: [guardrails.md](guardrails.md). How well they are found: [detection-quality.md](detection-quality.md). \`sallyport scan\` tries them on texts of yours.

## Personal data of all countries

${everywhere.length} types, \`pii.*\` with those of countries.

${table(everywhere)}

## Personal data of single countries

${national.length} types of ${new Set(national.map(({ type }) => regionOf(type))).size} countries: numbers with a check digit are checked, others need a word before them that says what they are. \`pii.de.*\` stands for all of a country, \`pii.*.tax_id\` for one kind of all.

${countries(national)}

## Credentials

${secrets.length} types, \`secret.*\`: formats with a prefix or a shape of their own, and values that a name, an address or a command line says to be secret.

${list(secrets.map(({ type }) => type))}

## Texts as a whole

${list(ASSESSMENTS)}

## What cannot be looked into

${list(OPAQUE_KINDS.map((kind) => OPAQUE + kind))}

## Others

\`canary\`, \`content.<name>\` and \`analyzer.<name>.<type>\`: see [guardrails.md](guardrails.md).
`;
}

type Named = { readonly type: string; readonly label: string };

function table(types: readonly Named[]): string {
  return [
    '| type | masked as |',
    '|---|---|',
    ...types.map(({ type, label }) => `| \`${type}\` | \`[${label}]\` |`),
  ].join('\n');
}

function countries(types: readonly Named[]): string {
  const byCountry = Map.groupBy(types, ({ type }) => regionOf(type) ?? '');
  const lines = [...byCountry].map(
    ([region, all]) => `| ${nameOf(region)} | ${list(all.map(({ type }) => type))} |`,
  );
  return ['| country | types |', '|---|---|', ...lines.sort()].join('\n');
}

function nameOf(region: string): string {
  return COUNTRY.of(region) ?? region;
}

function list(types: readonly string[]): string {
  return types.map((type) => `\`${type}\``).join(', ');
}
