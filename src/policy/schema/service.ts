/** The record, and the bounds that hold for every request. */
import { z } from 'zod';
import { DAYS, parseDays, parseSize, SIZE } from '../quantities.ts';
import { choice, duration, fields, integer, text } from './forms.ts';

/** Bytes as a number or with a unit. */
function size(least: string, most: string) {
  const error = `expected a size such as 10MiB, from ${least} to ${most}`;
  const bytesOf = (value: number | string): number =>
    typeof value === 'number' ? value : (parseSize(value) ?? 0);
  return z
    .union([z.int({ error }), z.string().regex(SIZE, { error })], { error })
    .transform(bytesOf)
    .refine((bytes) => bytes >= bytesOf(least) && bytes <= bytesOf(most), { error });
}

export const auditSchema = fields('a map with file', {
  file: fields('a map with path, rotate and keep', {
    path: text('the path of a folder', /^[^\p{Cc}]{1,4096}$/u).meta({
      description: 'Folder for the records, relative to where the service was started.',
      examples: ['var/audit'],
    }),
    rotate: size('64KiB', '1000GiB')
      .prefault('100MB')
      .meta({ description: 'A new file is begun when one reaches this size.' }),
    keep: text('a number of days such as 365d', DAYS)
      .transform((days) => parseDays(days) ?? 1)
      .prefault('365d')
      .meta({ description: 'Older files are deleted.' }),
  })
    .optional()
    .meta({ description: 'One JSON line per request. Without it no records are kept.' }),
});

export const boundsSchema = fields('a map of bounds', {
  requestBody: size('1KiB', '256MiB').prefault('10MiB').meta({
    description: 'Largest request body, and its largest decoded form. Held in memory while it is inspected.',
  }),
  responseBody: size('1KiB', '256MiB')
    .prefault('10MiB')
    .meta({ description: 'Largest answer that is held for inspection. A streamed answer may be longer.' }),
  jsonDepth: integer('a depth', 1, 128)
    .prefault(128)
    .meta({ description: 'Deepest nesting of a JSON body.' }),
  session: duration('1m', '1d').prefault('1h').meta({
    description: 'Longest realtime session. It is cut then, and after five minutes of silence.',
  }),
  jsonValues: integer('a number of values', 1, 5_000_000).prefault(200_000).meta({
    description: 'Most values in a JSON body. Each costs about 100 bytes of memory while it is read.',
  }),
});

export type AuditConfig = z.output<typeof auditSchema>;
export type BoundsConfig = z.output<typeof boundsSchema>;

export const stateSchema = fields('a map with whenAway and replicas', {
  whenAway: choice(['deny', 'local'])
    .prefault('deny')
    .meta({
      description:
        'While the shared state is away: `deny` refuses what a limit applies to, `local` lets each replica enforce its share of it.',
      examples: ['local'],
    }),
  replicas: integer('a number of replicas', 1, 10_000)
    .prefault(1)
    .meta({ description: 'How many replicas share the limits; for `local`.', examples: [3] }),
});

export type StateConfig = z.output<typeof stateSchema>;
