/** The commands about API keys. */
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { Pepper } from '../identity/api-key.ts';
import type { KeyStore } from '../identity/key-store.ts';
import { openKeys } from '../state/embedded/index.ts';
import type { openRedisKeys } from '../state/redis/index.ts';
import { SYSTEM_CLOCK, SYSTEM_RANDOM } from '../system.ts';
import { createKey, declareKey, importKeys, listKeys, revokeKey, rotateKey } from './keys.ts';
import { type Finish, jsonOption, keptStateOption, redisOption } from './options.ts';
import type { Outcome } from './outcome.ts';
import { keyPepper, readFileFor, redisAddress, SettingError } from './settings.ts';

interface KeyOptions {
  readonly state?: string;
  readonly redis?: string;
  readonly json?: boolean;
  readonly expires?: string;
  readonly overlap?: string;
  readonly tenant?: string;
  readonly team?: string;
  readonly project?: string;
  readonly application?: string;
  readonly user?: string;
  readonly groups?: readonly string[];
  readonly scopes?: readonly string[];
  readonly labels?: readonly string[];
  readonly networks?: readonly string[];
  readonly grants?: readonly string[];
  readonly limits?: readonly string[];
  readonly declare?: string;
}

export function addKeyCommands(program: Command, finish: Finish): void {
  const keys = program.command('keys').description('make, list, rotate and revoke API keys');
  const add = (name: string, description: string, example: string) =>
    keys
      .command(name)
      .description(description)
      .addOption(keptStateOption())
      .addOption(redisOption())
      .addOption(jsonOption())
      .addHelpText('after', `\nExample:\n  ${example}`);
  const run = (options: KeyOptions, act: (store: KeyStore, pepper?: Pepper) => Promise<Outcome>) => {
    return withKeys(options, act).then(finish);
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
    .option('--scopes <names...>', 'what it may be used for, such as model:read')
    .option('--labels <pairs...>', 'name=value')
    .option('--networks <networks...>', 'where it may be used from, such as 10.0.0.0/8')
    .option('--grants <ids...>', 'the only grants that may allow it anything')
    .option('--limits <rates...>', 'of this key alone, such as 60/minute')
    .option('--expires <when>', 'a duration such as 90d, a date or a time')
    .option('--declare <id>', 'store nothing; print the entry that declares the key in a policy')
    .action((options: KeyOptions) => {
      const { declare } = options;
      if (declare === undefined) return run(options, (store) => createKey(store, options, Date.now()));
      finish(declareKey(declare, options, Date.now(), SYSTEM_RANDOM, keyPepper(process.env)));
    });
  add(
    'import',
    'store many keys from lines of JSON, all or none; those without a digest are made and shown',
    'sallyport keys import keys.jsonl --state var/state > secrets.jsonl',
  )
    .argument('[file]', 'standard input if left out')
    .action((file: string | undefined, options: KeyOptions) =>
      run(options, (store) => importKeys(store, readText(file), options, Date.now())),
    );
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

const STDIN = 0;

function readText(file: string | undefined): string {
  const bytes = file === undefined || file === '-' ? readFileSync(STDIN) : readFileFor('file', file);
  return bytes.toString('utf8');
}

/** Opens the keys of a state for one command; of an empty one where none is named. */
export async function withKeys<T>(
  { state, redis }: Pick<KeyOptions, 'state' | 'redis'>,
  use: (keys: KeyStore, pepper?: Pepper) => T | Promise<T>,
): Promise<T> {
  const pepper = keyPepper(process.env);
  const address = redisAddress(redis, process.env);
  const common = { clock: SYSTEM_CLOCK, random: SYSTEM_RANDOM, pepper };
  const { keys, close } =
    address === undefined ? openKeys({ ...common, dir: state }) : await openShared({ ...common, address });
  try {
    return await use(keys, pepper);
  } finally {
    close();
  }
}

/** Loaded only where it is asked for. @throws SettingError if Redis does not answer */
async function openShared(options: Parameters<typeof openRedisKeys>[0]) {
  const redis = await import('../state/redis/index.ts');
  return redis.openRedisKeys(options).catch((error: unknown) => {
    throw new SettingError(error instanceof Error ? error.message : String(error));
  });
}
