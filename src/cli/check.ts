/** `sallyport check`: is this policy good, and if not, what is wrong where? */
import { readFileSync } from 'node:fs';
import { judge, type Loaded, loadPolicy, policyFrom, type Setting } from '../policy/load.ts';
import { formatMistake } from '../policy/mistake.ts';
import type { Snapshot } from '../policy/snapshot.ts';
import type { Outcome } from './outcome.ts';

const STDIN = 0;

/**
 * Prints every error and warning with its place, for people or, with `json`, as
 * `{"valid", "version", "errors": [{"file", "line", "column", "path", "message"}], "warnings": […]}`.
 * @param path a file, a folder, or `-` for standard input, whose secrets' paths begin in the working folder
 * @param readInput reads all of standard input
 * @returns exit code 0 if the policy is good, with or without warnings; otherwise 2
 */
export function checkCommand(
  path: string,
  { json }: { readonly json: boolean },
  setting: Setting,
  readInput: () => Uint8Array = () => readFileSync(STDIN),
): Outcome {
  const loaded =
    path === '-' ? judge(policyFrom('<stdin>', readInput()), '.', setting) : loadPolicy(path, setting);
  const exitCode = 'snapshot' in loaded ? 0 : 2;
  return { exitCode, output: json ? forPrograms(loaded) : forPeople(path, loaded) };
}

function forPrograms(loaded: Loaded): string {
  const good = 'snapshot' in loaded;
  return JSON.stringify({
    valid: good,
    version: good ? loaded.snapshot.version : null,
    errors: good ? [] : loaded.mistakes,
    warnings: loaded.warnings,
  });
}

function forPeople(path: string, loaded: Loaded): string {
  const errors = 'snapshot' in loaded ? [] : loaded.mistakes;
  return [
    ...errors.map((mistake) => formatMistake(mistake, 'error')),
    ...loaded.warnings.map((warning) => formatMistake(warning, 'warning')),
    'snapshot' in loaded ? summary(path, loaded.snapshot) : `${path}: ${count(errors.length, 'error')}`,
  ].join('\n');
}

function summary(path: string, snapshot: Snapshot): string {
  const { models, backends, limits, guardrails, version } = snapshot;
  const parts = [
    count(models.size, 'model'),
    count(backends.size, 'backend'),
    count(limits.length, 'limit'),
    count(guardrails.length, 'guardrail'),
  ];
  return `${path}: valid, version ${version}: ${parts.join(', ')}`;
}

const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;
