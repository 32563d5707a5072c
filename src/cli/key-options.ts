/** What people write on the command line about keys, read. */
import type { KeyOwner } from '../identity/key-store.ts';
import { parseTime } from '../policy/quantities.ts';
import { attribute } from '../policy/schema/forms.ts';

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
const DURATION = /^([1-9][0-9]{0,4})([mhdw])$/;
const MAX_GROUPS = 64;

const NOUNS = {
  tenant: 'a tenant',
  team: 'a team',
  project: 'a project',
  application: 'an application',
  user: 'a user',
} as const;

export interface OwnerOptions {
  readonly tenant?: string | undefined;
  readonly team?: string | undefined;
  readonly project?: string | undefined;
  readonly application?: string | undefined;
  readonly user?: string | undefined;
  readonly groups?: readonly string[] | undefined;
}

/** What is wrong with an option, for the person who wrote it. */
export interface Misuse {
  readonly misuse: string;
}

export function isMisuse(x: unknown): x is Misuse {
  return typeof x === 'object' && x !== null && 'misuse' in x;
}

/** Who a key is for; the same names are good here as in a policy. */
export function readOwner(options: OwnerOptions): KeyOwner | Misuse {
  const owner: Record<string, string> = {};
  for (const [name, noun] of Object.entries(NOUNS)) {
    const value = options[name as keyof typeof NOUNS];
    if (value === undefined) continue;
    const problem = problemOf(value, noun);
    if (problem !== undefined) return { misuse: `--${name}: ${problem}` };
    owner[name] = value;
  }
  const groups = [...new Set(options.groups ?? [])];
  const problem = groups.map((group) => problemOf(group, 'a group')).find((text) => text !== undefined);
  if (problem !== undefined) return { misuse: `--groups: ${problem}` };
  if (groups.length > MAX_GROUPS) return { misuse: `--groups: expected at most ${MAX_GROUPS}` };
  return { ...owner, groups };
}

/**
 * The moment from which a key is refused.
 * @param text `90d` (also `m`, `h`, `w`), or a time or date as in a policy; undefined for never
 */
export function readExpiry(text: string | undefined, now: number): number | null | Misuse {
  if (text === undefined) return null;
  const duration = readDuration(text);
  const time = duration === undefined ? parseTime(text) : now + duration;
  if (time === undefined) {
    return {
      misuse: '--expires: expected a duration such as 90d or 12h, or a time such as 2030-01-31T12:00:00Z',
    };
  }
  return time > now ? time : { misuse: '--expires: expected a time to come' };
}

/** How long a rotated key stays good beside its replacement: milliseconds. */
export function readOverlap(text: string): number | Misuse {
  const duration = text === '0' ? 0 : readDuration(text);
  return duration ?? { misuse: '--overlap: expected a duration such as 24h or 7d, or 0' };
}

function readDuration(text: string): number | undefined {
  const [, count, unit] = DURATION.exec(text) ?? [];
  return count === undefined ? undefined : Number(count) * (UNITS[unit ?? ''] ?? Number.NaN);
}

function problemOf(value: string, noun: string): string | undefined {
  const result = attribute(noun).safeParse(value);
  return result.success ? undefined : result.error.issues[0]?.message;
}
