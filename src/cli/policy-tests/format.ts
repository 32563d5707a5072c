/** The form of a file of policy tests: requests, and what must become of them. */
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { FEATURES } from '../../core/feature.ts';
import { isNetwork } from '../../core/network.ts';
import { OPERATIONS } from '../../core/operation.ts';
import { METHODS } from '../../core/principal.ts';
import { REFUSALS, type RefusalCode } from '../../core/refusal.ts';
import { reportIssues } from '../../policy/issues.ts';
import { readPolicyFiles } from '../../policy/load.ts';
import { formatMistake } from '../../policy/mistake.ts';
import { parsePolicy } from '../../policy/parse.ts';
import { parseTime } from '../../policy/quantities.ts';
import { Report } from '../../policy/report.ts';
import { ASSIGNABLE } from '../../policy/schema/assign.ts';
import { attribute, choice, fields, id, list, oneOrMore, text } from '../../policy/schema/forms.ts';
import { SettingError } from '../settings.ts';

const CODES = Object.keys(REFUSALS) as [RefusalCode, ...RefusalCode[]];

const asSchema = fields('a map of attributes', {
  ...ASSIGNABLE,
  key: id().optional(),
  issuer: attribute('an issuer').optional(),
  workload: attribute('a workload').optional(),
  methods: oneOrMore('a way to prove it', 'ways to prove it', choice(METHODS)).optional(),
  grants: list('ids of grants', id()).optional(),
});

const requestSchema = fields('a request', {
  operation: choice(OPERATIONS).optional(),
  model: text('a model', /^[\x21-\x7e]{1,256}$/).optional(),
  method: text('a method', /^[A-Z]{1,16}$/).optional(),
  path: text('a path', /^\/[\x21-\x7e]{0,2047}$/).optional(),
  host: text('a host', /^[\x21-\x7e]{1,255}$/).optional(),
  headers: z.record(z.string(), z.string()).optional(),
  body: z.record(z.string(), z.unknown()).optional(),
}).refine((request) => (request.operation === undefined) !== (request.path === undefined), {
  error: 'expected an operation, or a path',
});

const namedFeatures = z.array(choice(FEATURES), { error: 'expected a list of features' });

const expectSchema = z.union(
  [
    z.literal('allow'),
    fields('allow, or { refuse: code }', { refuse: choice(CODES) }),
    fields('allow, or a map of what is expected', {
      allow: fields('a map of what is expected', {
        grants: z.array(z.string()).optional(),
        backend: z.string().optional(),
        stripped: namedFeatures.optional(),
        clamped: namedFeatures.optional(),
      }),
    }),
  ],
  { error: 'expected allow, { refuse: code }, or { allow: { grants, backend, stripped, clamped } }' },
);

const caseSchema = fields('a test: a map with name, request and expect', {
  name: text('a name', /^[^\p{Cc}]{1,200}$/u),
  as: asSchema.optional(),
  from: text('an address', /^[0-9A-Fa-f.:]{2,45}$/)
    .refine((address) => isNetwork(address), { error: 'expected an address' })
    .optional(),
  at: z
    .string()
    .refine((time) => parseTime(time) !== undefined, {
      error: 'expected a time such as 2030-01-31T12:00:00Z',
    })
    .transform((time) => parseTime(time) ?? 0)
    .optional(),
  request: requestSchema,
  expect: expectSchema,
});

const fileSchema = fields('a file of tests: a map with policy and tests', {
  policy: text('the path of a policy', /^[^\p{Cc}]{1,4096}$/u).optional(),
  tests: list('tests', caseSchema),
});

export type PolicyTest = z.output<typeof caseSchema>;
export type Expected = PolicyTest['expect'];

export interface TestFile {
  readonly name: string;
  /** The policy that the file names, relative to itself. */
  readonly policy: string | undefined;
  readonly tests: readonly PolicyTest[];
}

/** @throws SettingError with every mistake and its place */
export function readTests(path: string): TestFile {
  const files = readPolicyFiles(path);
  if ('unreadable' in files) throw new SettingError(formatMistake(files.unreadable, 'error'));
  const parsed = parsePolicy(files.texts);
  if ('mistakes' in parsed) throw mistaken(parsed.mistakes);
  const report = new Report(parsed.parsed);
  const read = fileSchema.safeParse(parsed.parsed.value);
  if (read.success) {
    const { policy, tests } = read.data;
    return { name: path, policy: policy === undefined ? undefined : resolve(dirname(path), policy), tests };
  }
  reportIssues(read.error.issues, parsed.parsed.value, [], report);
  throw mistaken(report.errors);
}

function mistaken(mistakes: Report['errors']): SettingError {
  return new SettingError(mistakes.map((mistake) => formatMistake(mistake, 'error')).join('\n'));
}
