/** `sallyport test`: policy unit tests, and the grants that none of them exercises. */
import type { Command } from 'commander';
import type { Snapshot } from '../../policy/snapshot.ts';
import { policyOf } from '../look-commands.ts';
import { configOption, type Finish, jsonOption } from '../options.ts';
import type { Outcome } from '../outcome.ts';
import { SettingError } from '../settings.ts';
import { readTests, type TestFile } from './format.ts';
import { runTest, type TestResult } from './run.ts';

interface TestOptions {
  readonly config?: string;
  readonly json?: boolean;
  readonly requireCoverage?: boolean;
}

export function addTest(program: Command, finish: Finish): void {
  program
    .command('test')
    .description('run policy tests: requests and the decisions expected; exits 1 if one comes out otherwise')
    .argument('<files...>', 'YAML files of tests')
    .addOption(configOption())
    .option('--require-coverage', 'exit 1 if a grant was exercised by no test')
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  sallyport test examples/policy.tests.yaml')
    .action(async (files: readonly string[], options: TestOptions) =>
      finish(await testCommand(files, options)),
    );
}

/** @throws SettingError where a file or a policy is wrong */
export async function testCommand(files: readonly string[], options: TestOptions): Promise<Outcome> {
  const runs: FileRun[] = [];
  for (const file of files) runs.push(await runFile(readTests(file), options.config));
  const failed = runs.some(({ results }) => results.some(({ ok }) => !ok));
  const uncovered = runs.some((run) => run.unexercised.length > 0);
  const output = options.json ? JSON.stringify(runs) : runs.map(print).join('\n\n');
  return { exitCode: failed || (uncovered && options.requireCoverage === true) ? 1 : 0, output };
}

interface FileRun {
  readonly file: string;
  readonly results: readonly TestResult[];
  /** Ids of grants, allowing and denying, that matched no request of the file. */
  readonly unexercised: readonly string[];
}

async function runFile(
  { name, policy: path, tests }: TestFile,
  config: string | undefined,
): Promise<FileRun> {
  const chosen = config ?? path;
  if (chosen === undefined) throw new SettingError(`${name}: name a policy, with "policy" or --config`);
  const policy: Snapshot = policyOf(chosen);
  const results: TestResult[] = [];
  for (const test of tests) results.push(await runTest(test, policy));
  const exercised = new Set(results.flatMap(({ grants }) => grants));
  const unexercised = policy.grants.map(({ id }) => id).filter((id) => !exercised.has(id));
  return { file: name, results, unexercised };
}

function print({ file, results, unexercised }: FileRun): string {
  const lines = results.map(({ name, ok, instead }) =>
    [`${ok ? 'ok     ' : 'not ok '} ${name}`, ...instead.map((line) => `    ${line}`)].join('\n'),
  );
  const passed = results.filter(({ ok }) => ok).length;
  const coverage =
    unexercised.length === 0
      ? 'Every grant is exercised.'
      : `Grants that no test exercises: ${unexercised.join(', ')}`;
  return [file, ...lines, `${passed} of ${results.length} as expected. ${coverage}`].join('\n');
}
