/** What the command line takes from the environment besides options: secrets, which have no place in a command. */
import { createSecretKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Address, readAddress } from '../state/redis/address.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A setting that cannot be used. Its text is for the operator and never holds the value. */
export class SettingError extends Error {
  override name = 'SettingError';
}

const LEAST_BYTES = 32;

/** Shared by replicas behind one proxy: `SALLYPORT_VOUCHER_SECRET`, or a file named by `SALLYPORT_VOUCHER_SECRET_FILE`. */
export function voucherSecret(env: Environment): Uint8Array | undefined {
  return secret('SALLYPORT_VOUCHER_SECRET', env);
}

/** Keys the digests of API keys: `SALLYPORT_KEY_PEPPER`, or a file named by `SALLYPORT_KEY_PEPPER_FILE`. */
export function keyPepper(env: Environment): KeyObject | undefined {
  const bytes = secret('SALLYPORT_KEY_PEPPER', env);
  return bytes === undefined ? undefined : createSecretKey(bytes);
}

/**
 * Where the shared state is: `--redis`, or `SALLYPORT_REDIS_URL`, or a file named by `SALLYPORT_REDIS_URL_FILE`. On the
 * command line others on the machine can read it, so a setting with a password belongs into the environment.
 * @throws SettingError if it is no such setting or its file cannot be read
 */
export function redisAddress(option: string | undefined, env: Environment): Address | undefined {
  const file = env.SALLYPORT_REDIS_URL_FILE;
  const given = file === undefined ? env.SALLYPORT_REDIS_URL : readSecret('SALLYPORT_REDIS_URL_FILE', file);
  const text = option ?? given ?? '';
  if (text.trim() === '') return undefined;
  const address = readAddress(text);
  if ('misuse' in address) throw new SettingError(`where Redis is: ${address.misuse}`);
  return address;
}

/** @throws SettingError if it is too short or its file cannot be read */
function secret(name: string, env: Environment): Buffer | undefined {
  const file = env[`${name}_FILE`];
  const text = file === undefined ? env[name] : readSecret(`${name}_FILE`, file);
  if (text === undefined || text === '') return undefined;
  const bytes = Buffer.from(text.replace(/\r?\n$/, ''), 'utf8');
  if (bytes.length < LEAST_BYTES) throw new SettingError(`${name} must have at least ${LEAST_BYTES} bytes`);
  return bytes;
}

/** @throws SettingError naming the setting if the file cannot be read */
export function readFileFor(setting: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    throw new SettingError(`${setting}: cannot read ${path} (${code})`);
  }
}

const readSecret = (setting: string, path: string): string => readFileFor(setting, path).toString('utf8');
