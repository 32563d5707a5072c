/** Options that several commands share. */
import { Option } from 'commander';
import { expandTypes } from '../policy/finding-types.ts';
import type { Outcome } from './outcome.ts';

/** What a policy's meaning depends on besides its text. */
export const setting = () => ({ env: process.env, expand: expandTypes, now: Date.now() });

export const configOption = () =>
  new Option('-c, --config <path>', 'the policy: a file or a folder').env('SALLYPORT_CONFIG');
export const stateOption = () =>
  new Option('-s, --state <dir>', 'where keys are kept').env('SALLYPORT_STATE');
/** For the commands that need a place to keep keys. */
export const keptStateOption = () => stateOption().default('var/state');
/** `redisAddress` knows where else it may be said. */
export const redisOption = () =>
  new Option('--redis <url>', 'the Redis that replicas share, instead of a folder (SALLYPORT_REDIS_URL)');
export const jsonOption = () => new Option('--json', 'print for programs');

/** How a command says what it came to. */
export type Finish = (outcome: Outcome) => void;
