/** What people write on the command line about keys, read. */
import { z } from 'zod';
import type { KeyOwner } from '../core/key-owner.ts';
import { parseTime } from '../policy/quantities.ts';
import { NARROWED } from '../policy/schema/api-keys.ts';
import { ASSIGNABLE } from '../policy/schema/assign.ts';
import { attribute, fields } from '../policy/schema/forms.ts';

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
const DURATION = /^([1-9][0-9]{0,4})([mhdw])$/;
/** As on the command line, where lists are repeated options, and as in a line of an import. */
export interface OwnerOptions {
  readonly tenant?: string | undefined;
  readonly team?: string | undefined;
  readonly project?: string | undefined;
  readonly application?: string | undefined;
  readonly user?: string | undefined;
  readonly groups?: readonly string[] | undefined;
  readonly scopes?: readonly string[] | undefined;
  /** `name=value`. */
  readonly labels?: readonly string[] | undefined;
  readonly networks?: readonly string[] | undefined;
  readonly grants?: readonly string[] | undefined;
  /** `60/minute`. */
  readonly limits?: readonly string[] | undefined;
}

/** What is wrong with an option, for the person who wrote it. */
export interface Misuse {
  readonly misuse: string;
}

export function isMisuse(x: unknown): x is Misuse {
  return typeof x === 'object' && x !== null && 'misuse' in x;
}

/** Who a key is for, and what it is narrowed to; what is good here is what is good in a policy. */
export function readOwner(options: OwnerOptions): KeyOwner | Misuse {
  const labels = readLabels(options.labels);
  if (isMisuse(labels)) return labels;
  const { groups = [], tenant, team, project, application, user, scopes, networks, grants, limits } = options;
  const given = { tenant, team, project, application, user, scopes, networks, grants, limits, labels };
  const written = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const read = ownerSchema.safeParse(
    groups.length === 0 ? written : { ...written, groups: [...new Set(groups)] },
  );
  if (read.success) return ownerOf(read.data);
  const [issue] = read.error.issues;
  return { misuse: `--${String(issue?.path[0] ?? 'options')}: ${issue?.message}` };
}

function ownerOf(read: z.output<typeof ownerSchema>): KeyOwner {
  const { groups = [], ...rest } = read;
  return { ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)), groups };
}

const MAX_GROUPS = 64;
const ownerSchema = fields('attributes of a key', {
  ...ASSIGNABLE,
  ...NARROWED,
  groups: z
    .array(attribute('a group'))
    .max(MAX_GROUPS, { error: `expected at most ${MAX_GROUPS}` })
    .optional(),
});

function readLabels(
  labels: readonly string[] | undefined,
): Readonly<Record<string, string>> | undefined | Misuse {
  if (labels === undefined) return undefined;
  const pairs = labels.map((label) => label.split(/=(.*)/s, 2) as [string, string?]);
  if (pairs.some(([, value]) => value === undefined)) return { misuse: '--labels: expected name=value' };
  return Object.fromEntries(pairs);
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
