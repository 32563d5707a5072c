/** What a command came to. Commands are plain functions; only `main.ts` prints and exits. */
export interface Outcome {
  /** 0 done or yes; 1 the answer is no; 2 usage or configuration error. */
  readonly exitCode: 0 | 1 | 2;
  /** For standard output, without a final newline; empty for nothing. */
  readonly output: string;
}
