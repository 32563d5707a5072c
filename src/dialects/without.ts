/** What a dialect says of things that it does not have. */
import { refuse } from '../core/refusal.ts';
import type { Dialect } from './dialect.ts';

/** No files of requests that are made later. */
export const NO_BATCH_FILES: Pick<Dialect, 'readBatch'> = {
  readBatch: () => refuse('body_invalid', { detail: 'There are no files of requests here.' }),
};

/** Nothing is kept at the provider. */
export const NO_STORAGE: Pick<Dialect, 'readBatch' | 'readForm' | 'queryObjects' | 'shorten'> = {
  ...NO_BATCH_FILES,
  readForm: () => refuse('body_invalid', { detail: 'Files are not taken here.' }),
  queryObjects: () => [],
  shorten: () => [],
};
