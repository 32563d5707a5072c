/** The tenant tree: where a policy gives one, every tenant, team and project that it names elsewhere must be in it. */
import type { Config, Entry } from '../config.ts';
import { isGlob, matcher } from '../glob.ts';
import type { Report } from '../report.ts';
import type { TenantConfig } from '../schema/models.ts';
import { didYouMean } from '../suggest.ts';

type Level = 'tenant' | 'team' | 'project';
const LEVELS: readonly Level[] = ['tenant', 'team', 'project'];

/** One project, or a team or tenant itself. */
type Unit = Readonly<Partial<Record<Level, string>>>;

export function reportStrangers(config: Config, report: Report): void {
  if (config.tenants === undefined) return;
  const units = unitsOf(config.tenants);
  for (const { path, value } of config.identity.apiKeys?.keys ?? []) {
    reportUnknown({ path, value: wanted(value) }, units, report);
  }
  for (const { path, value } of config.grants) {
    if (value.to !== 'any') reportUnknown({ path: [...path, 'to'], value: wanted(value.to) }, units, report);
  }
}

type Wanted = ReadonlyMap<Level, readonly string[]>;

/** The levels that an entry names. */
function wanted(value: { readonly [level in Level]?: string | readonly string[] | undefined }): Wanted {
  const named = LEVELS.map((level): [Level, readonly string[]] => [level, [value[level] ?? []].flat()]);
  return new Map(named.filter(([, names]) => names.length > 0));
}

/** Goes down the levels: a team is looked for only under the tenants that were named. */
function reportUnknown({ path, value }: Entry<Wanted>, units: readonly Unit[], report: Report): void {
  let left = units;
  for (const [level, names] of value) {
    const known = new Set(left.map((unit) => unit[level]).filter((name) => name !== undefined));
    const strange = names.find((name) => !(isGlob(name) ? [...known].some(matcher(name)) : known.has(name)));
    if (strange !== undefined) {
      report.error(
        [...path, level],
        `no ${level} ${JSON.stringify(strange)} in tenants${didYouMean(strange, known)}`,
      );
      return;
    }
    left = left.filter((unit) => names.some((name) => matcher(name)(unit[level] ?? '')));
  }
}

function unitsOf(tenants: ReadonlyMap<string, TenantConfig>): Unit[] {
  return [...tenants].flatMap(([tenant, { teams = {} }]) => [
    { tenant },
    ...Object.entries(teams).flatMap(([team, { projects = [] }]) => [
      { tenant, team },
      ...projects.map((project) => ({ tenant, team, project })),
    ]),
  ]);
}
