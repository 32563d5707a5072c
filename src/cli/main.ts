/** The command line. Commands are functions in files of their own; this one reads options, prints and exits. */
import { readFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Pepper } from '../identity/api-key.ts';
import type { KeyStore } from '../identity/key-store.ts';
import { defaultSnapshot } from '../policy/default.ts';
import { expandTypes } from '../policy/finding-types.ts';
import { loadPolicy } from '../policy/load.ts';
import { formatMistake } from '../policy/mistake.ts';
import type { Snapshot } from '../policy/snapshot.ts';
import { openKeys } from '../state/embedded/index.ts';
import { SYSTEM_CLOCK, SYSTEM_RANDOM } from '../system.ts';
import { LOG_LEVELS } from '../telemetry/log.ts';
import { checkCommand } from './check.ts';
import { anyKey, type ExplainedRequest, explain, printExplanation } from './explain.ts';
import { explainLines } from './explain-recorded.ts';
import { createKey, declareKey, listKeys, revokeKey, rotateKey } from './keys.ts';
import type { Outcome } from './outcome.ts';
import { addProxyCommands } from './proxy-commands.ts';
import { defaultScanner, describe, report, scanLines } from './scan.ts';
import type { ServeOptions } from './serve.ts';
import { keyPepper, readFileFor, SettingError } from './settings.ts';

/** Runs one command line. @param args without the program's name */
export async function main(args: readonly string[]): Promise<void> {
  const program = new Command('sallyport')
    .description('The security service behind Envoy or Istio for language-model APIs')
    .showHelpAfterError('(add --help for the options)')
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
  addServe(program);
  addCheck(program);
  addExplain(program);
  addScan(program);
  addKeys(program);
  addProxyCommands(program, finish);
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    finish({ exitCode: 2, output: error.message });
  }
}

/** Prints what a command came to, and sets how the process will exit. */
function finish({ exitCode, output }: Outcome): void {
  if (output !== '') (exitCode === 2 ? process.stderr : process.stdout).write(`${output}\n`);
  process.exitCode = exitCode;
}

const setting = () => ({ env: process.env, expand: expandTypes, now: Date.now() });

const configOption = () =>
  new Option('-c, --config <path>', 'the policy: a file or a folder').env('SALLYPORT_CONFIG');
const stateOption = () => new Option('-s, --state <dir>', 'where keys are kept').env('SALLYPORT_STATE');
const jsonOption = () => new Option('--json', 'print for programs');

function seconds(text: string): number {
  const value = Number(text);
  if (!(value >= 0 && value <= 86_400)) throw new InvalidArgumentError('expected seconds, 0 to 86400');
  return value;
}

function addServe(program: Command): void {
  program
    .command('serve')
    .description('serve both doors to Envoy, and health and metrics beside them')
    .addOption(configOption().makeOptionMandatory())
    .addOption(stateOption())
    .addOption(
      new Option('-l, --listen <address>', 'host:port or unix:/path of both doors')
        .default('127.0.0.1:9000')
        .env('SALLYPORT_LISTEN'),
    )
    .addOption(
      new Option('--admin <address>', 'host:port of health and metrics')
        .default('127.0.0.1:9001')
        .env('SALLYPORT_ADMIN'),
    )
    .option('--tls-cert <file>', 'certificate of the doors, PEM')
    .option('--tls-key <file>', 'its key, PEM')
    .option('--tls-client-ca <file>', 'only clients with a certificate of this authority may connect')
    .addOption(
      new Option('--log-level <level>')
        .choices([...LOG_LEVELS])
        .default('info')
        .env('SALLYPORT_LOG_LEVEL'),
    )
    .option('--drain-wait <seconds>', 'go on serving so long after health said no', seconds, 5)
    .option('--drain-grace <seconds>', 'let running requests finish for so long', seconds, 60)
    .addHelpText(
      'after',
      '\nExample:\n  sallyport serve --config policy.yaml --state var/state --listen unix:/run/sallyport/doors.sock',
    )
    .action(async (options: ServeOptions) => {
      // The gRPC server and all that belongs to it: no other command needs them.
      const { serve } = await import('./serve.ts');
      finish(await serve(options, process.env));
    });
}

function addCheck(program: Command): void {
  program
    .command('check')
    .description('read a policy and print every error and warning with its place')
    .argument('[path]', 'the policy, or - for standard input')
    .addOption(configOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  sallyport check --config policy.yaml')
    .action((path: string | undefined, options: { config?: string; json?: boolean }) => {
      const chosen = path ?? options.config;
      if (chosen === undefined) throw new SettingError('name a policy with --config');
      finish(checkCommand(chosen, { json: options.json ?? false }, setting()));
    });
}

/** @throws SettingError with every mistake if the policy is broken */
function policyOf(config: string | undefined): Snapshot {
  if (config === undefined) return defaultSnapshot(expandTypes);
  const loaded = loadPolicy(config, setting());
  if ('snapshot' in loaded) return loaded.snapshot;
  throw new SettingError(loaded.mistakes.map((mistake) => formatMistake(mistake, 'error')).join('\n'));
}

interface ExplainOptions {
  readonly config?: string;
  readonly state?: string;
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

function addExplain(program: Command): void {
  program
    .command('explain')
    .description('show what both doors would do with a request, stage by stage; nothing is counted')
    .argument('[file]', 'with --jsonl: recorded pairs, standard input if left out')
    .addOption(configOption())
    .addOption(stateOption())
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
      const explanation = await withKeys(options.state, (keys) =>
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
  const response = options.response === undefined ? undefined : readInput('--response', options.response);
  return {
    method: options.method,
    path: options.path,
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

async function inputOf(file: string | undefined) {
  if (file === undefined || file === '-') return process.stdin;
  const { createReadStream } = await import('node:fs');
  return createReadStream(file).on('error', () => finish({ exitCode: 2, output: `cannot read ${file}` }));
}

/** Prints as it reads, at the pace of whoever reads us. */
async function printLines(lines: AsyncIterable<string>): Promise<void> {
  for await (const line of lines) {
    if (!process.stdout.write(`${line}\n`))
      await new Promise((resolve) => process.stdout.once('drain', resolve));
  }
}

function addScan(program: Command): void {
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
        const scanner = defaultScanner();
        if (options.jsonl) return printLines(scanLines(await inputOf(files[0]), scanner));
        const texts = (files.length === 0 ? ['-'] : files).map(
          (name) => [name, readInput('file', name).toString('utf8')] as const,
        );
        const output = options.json
          ? JSON.stringify(texts.map(([name, text]) => ({ name, findings: report(text, scanner) })))
          : texts.flatMap(([name, text]) => describe(name, text, scanner)).join('\n');
        const found = texts.some(([, text]) => scanner.find(text).length > 0);
        finish({ exitCode: found ? 1 : 0, output });
      },
    );
}

interface KeyOptions {
  readonly state?: string;
  readonly json?: boolean;
  readonly expires?: string;
  readonly overlap?: string;
  readonly tenant?: string;
  readonly team?: string;
  readonly project?: string;
  readonly application?: string;
  readonly user?: string;
  readonly groups?: readonly string[];
  readonly declare?: string;
}

async function withKeys<T>(
  state: string | undefined,
  use: (keys: KeyStore, pepper?: Pepper) => T | Promise<T>,
): Promise<T> {
  const pepper = keyPepper(process.env);
  const { keys, close } = openKeys({ dir: state, clock: SYSTEM_CLOCK, random: SYSTEM_RANDOM, pepper });
  try {
    return await use(keys, pepper);
  } finally {
    close();
  }
}

function addKeys(program: Command): void {
  const keys = program.command('keys').description('make, list, rotate and revoke API keys');
  const add = (name: string, description: string, example: string) =>
    keys
      .command(name)
      .description(description)
      .addOption(stateOption())
      .addOption(jsonOption())
      .addHelpText('after', `\nExample:\n  ${example}`);
  const run = (options: KeyOptions, act: (store: KeyStore, pepper?: Pepper) => Outcome) => {
    if (options.state === undefined) throw new SettingError('name the state with --state');
    return withKeys(options.state, act).then(finish);
  };
  add(
    'create',
    'make a key; it is shown once',
    'sallyport keys create --state var/state --tenant acme --team search --expires 90d',
  )
    .option('--tenant <name>')
    .option('--team <name>')
    .option('--project <name>')
    .option('--application <name>')
    .option('--user <name>')
    .option('--groups <names...>')
    .option('--expires <when>', 'a duration such as 90d, a date or a time')
    .option('--declare <id>', 'store nothing; print the entry that declares the key in a policy')
    .action((options: KeyOptions) => {
      const { declare } = options;
      if (declare === undefined) return run(options, (store) => createKey(store, options, Date.now()));
      finish(declareKey(declare, options, Date.now(), SYSTEM_RANDOM, keyPepper(process.env)));
    });
  add('list', 'list all keys, without their secrets', 'sallyport keys list --state var/state').action(
    (options: KeyOptions) => run(options, (store) => listKeys(store, options, Date.now())),
  );
  add(
    'rotate',
    'make a replacement; the old key stays good for a while',
    'sallyport keys rotate key_… --state var/state --overlap 24h',
  )
    .argument('<id>')
    .option('--overlap <duration>', 'how long the old key stays good')
    .option('--expires <when>', 'of the new key')
    .action((id: string, options: KeyOptions) =>
      run(options, (store) => rotateKey(store, id, options, Date.now())),
    );
  add('revoke', 'end a key now', 'sallyport keys revoke key_… --state var/state')
    .argument('<id>')
    .action((id: string, options: KeyOptions) =>
      run(options, (store) => revokeKey(store, id, options, Date.now())),
    );
}
