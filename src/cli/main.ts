/** The command line. Commands are functions in files of their own; this one reads options, prints and exits. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { LOG_LEVELS } from '../telemetry/log.ts';
import { checkCommand } from './check.ts';
import { addKeyCommands } from './key-commands.ts';
import { addExplain, addScan } from './look-commands.ts';
import { configOption, jsonOption, keptStateOption, redisOption, setting } from './options.ts';
import type { Outcome } from './outcome.ts';
import { addTest } from './policy-tests/command.ts';
import { addProxyCommands } from './proxy-commands.ts';
import type { ServeOptions } from './serve.ts';
import { SettingError } from './settings.ts';
import { addUsage } from './usage.ts';

/** Runs one command line. @param args without the program's name */
export async function main(args: readonly string[]): Promise<void> {
  const program = new Command('sallyport')
    .description('The security service behind Envoy or Istio for language-model APIs')
    .showHelpAfterError('(add --help for the options)')
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
  addServe(program);
  addCheck(program);
  addExplain(program, finish);
  addScan(program, finish);
  addTest(program, finish);
  addKeyCommands(program, finish);
  addUsage(program, finish);
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
    .addOption(keptStateOption())
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
    .addOption(redisOption())
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
