/** The commands that look at texts and requests, and change nothing. */
import { readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { Command } from 'commander';
import type { SecondLook } from '../core/ports.ts';
import { openSecondLook } from '../encoder/second-look.ts';
import { defaultSnapshot } from '../policy/default.ts';
import { expandTypes } from '../policy/finding-types.ts';
import { loadPolicy } from '../policy/load.ts';
import { formatMistake } from '../policy/mistake.ts';
import type { Snapshot } from '../policy/snapshot.ts';
import { anyKey, type ExplainedRequest, explain, printExplanation } from './explain.ts';
import { explainLines } from './explain-recorded.ts';
import { withKeys } from './key-commands.ts';
import { configOption, type Finish, jsonOption, redisOption, setting, stateOption } from './options.ts';
import { defaultLooking, describe, type Looking, scanLines, scanText } from './scan.ts';
import { readFileFor, SettingError } from './settings.ts';

/** @throws SettingError with every mistake if the policy is broken */
export function policyOf(config: string | undefined): Snapshot {
  if (config === undefined) return defaultSnapshot(expandTypes);
  const loaded = loadPolicy(config, setting());
  if ('snapshot' in loaded) return loaded.snapshot;
  throw new SettingError(loaded.mistakes.map((mistake) => formatMistake(mistake, 'error')).join('\n'));
}

interface ExplainOptions {
  readonly config?: string;
  readonly state?: string;
  readonly redis?: string;
  readonly method: string;
  readonly path: string;
  readonly header: readonly string[];
  readonly body?: string;
  readonly response?: string;
  readonly responseType: string;
  readonly responseStatus: number;
  readonly jsonl?: boolean;
  readonly json?: boolean;
}

export function addExplain(program: Command, finish: Finish): void {
  program
    .command('explain')
    .description('show what both doors would do with a request, stage by stage; nothing is counted')
    .argument('[file]', 'with --jsonl: recorded pairs, standard input if left out')
    .addOption(configOption())
    .addOption(stateOption())
    .addOption(redisOption())
    .option('-X, --method <method>', 'of the request', 'POST')
    .option('-p, --path <path>', 'of the request', '/v1/chat/completions')
    .option(
      '-H, --header <header...>',
      '"name: value"',
      (value: string, all: readonly string[]) => [...all, value],
      [],
    )
    .option('-b, --body <file>', 'of the request, or - for standard input')
    .option('-r, --response <file>', 'an answer to explain as well')
    .option('--response-type <type>', 'its content type', 'application/json')
    .option('--response-status <status>', 'its status', Number, 200)
    .option('--jsonl', 'read recorded request and response pairs, one a line')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExample:\n  sallyport explain --config policy.yaml -H "authorization: Bearer $KEY" --body request.json',
    )
    .action(async (file: string | undefined, options: ExplainOptions) => {
      if (options.jsonl) return printLines(explainLines(await inputOf(file)));
      const explanation = await withKeys(options, (keys) =>
        explain(requestOf(options), policyOf(options.config), keys),
      );
      const output = options.json ? JSON.stringify(explanation) : printExplanation(explanation);
      finish({ exitCode: explanation.allowed ? 0 : 1, output });
    });
}

function requestOf(options: ExplainOptions): ExplainedRequest {
  const headers = new Map<string, string[]>();
  for (const header of options.header) {
    const colon = header.indexOf(':');
    if (colon < 1) throw new SettingError('a header is written "name: value"');
    const name = header.slice(0, colon).trim().toLowerCase();
    headers.set(name, [...(headers.get(name) ?? []), header.slice(colon + 1).trim()]);
  }
  const body = options.body === undefined ? Buffer.alloc(0) : readInput('--body', options.body);
  if (body.length > 0 && !headers.has('content-type')) headers.set('content-type', ['application/json']);
  if (options.config === undefined && !headers.has('authorization'))
    headers.set('authorization', [`Bearer ${anyKey()}`]);
  const host = headers.get('host')?.[0];
  const response = options.response === undefined ? undefined : readInput('--response', options.response);
  return {
    method: options.method,
    path: options.path,
    ...(host !== undefined && { authority: host }),
    headers,
    body,
    ...(response && {
      response: { status: options.responseStatus, contentType: options.responseType, body: response },
    }),
  };
}

const STDIN = 0;

function readInput(option: string, path: string): Buffer {
  return path === '-' ? readFileSync(STDIN) : readFileFor(option, path);
}

/** A file as a stream, however large. @throws SettingError if it cannot be opened */
async function inputOf(file: string | undefined): Promise<Readable> {
  if (file === undefined || file === '-') return process.stdin;
  const handle = await open(file).catch(() => {
    throw new SettingError(`cannot read ${file}`);
  });
  return handle.createReadStream();
}

/** Prints as it reads, at the pace of whoever reads us. */
async function printLines(lines: AsyncIterable<string>): Promise<void> {
  for await (const line of lines) {
    if (!process.stdout.write(`${line}\n`))
      await new Promise((resolve) => process.stdout.once('drain', resolve));
  }
}

/** Nobody waits for a request here: it may take its time. */
const PATIENT_MS = 30_000;

async function patientSecondLook(): Promise<SecondLook> {
  const say = (text: string) => process.stderr.write(`${text}\n`);
  const onFault = (_: string, error: unknown) => say(`The second look failed: ${String(error)}`);
  const second = openSecondLook({ note: () => {}, onFault }, { timeoutMs: PATIENT_MS });
  const { absent } = await second.ready();
  if (absent !== undefined) say(`No second look at what users say: ${absent}`);
  return second;
}

async function scanFile(name: string, looking: Looking) {
  const text = readInput('file', name).toString('utf8');
  return { name, ...(await scanText({ text }, looking)) };
}

export function addScan(program: Command, finish: Finish): void {
  program
    .command('scan')
    .description('show what the detectors find in texts: exits 1 if they find anything')
    .argument('[files...]', 'texts, standard input if left out')
    .addOption(configOption())
    .option('--jsonl', 'read JSON lines with a "text", print a line of findings for each')
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  sallyport scan prompts/*.txt')
    .action(
      async (files: readonly string[], options: { config?: string; jsonl?: boolean; json?: boolean }) => {
        // A broken policy is worth knowing of; which detectors look does not depend on it.
        policyOf(options.config);
        const looking = defaultLooking(await patientSecondLook());
        if (options.jsonl) return printLines(scanLines(await inputOf(files[0]), looking));
        const scanned: Awaited<ReturnType<typeof scanFile>>[] = [];
        // One after the other: of many at once the second look would leave some out.
        for (const name of files.length === 0 ? ['-'] : files) scanned.push(await scanFile(name, looking));
        const output = options.json
          ? JSON.stringify(scanned)
          : scanned.flatMap(({ name, findings }) => describe(name, findings)).join('\n');
        const found = scanned.some(({ findings }) => findings.length > 0);
        finish({ exitCode: found ? 1 : 0, output });
      },
    );
}
