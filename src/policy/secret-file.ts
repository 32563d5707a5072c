/** A secret kept in a file, as orchestrators mount them. */
import { readFileSync, statSync } from 'node:fs';

/** What a file holds, or why that cannot be told. Exactly one is given. */
export interface SecretFile {
  readonly secret?: string;
  readonly problem?: string;
}

const MAX_BYTES = 64 * 1024;

/** One line break at the end is what editors and `echo` add; it is not part of the secret. */
export function readSecretFile(path: string): SecretFile {
  try {
    const stat = statSync(path);
    if (!stat.isFile()) return { problem: 'is not a file' };
    if (stat.size > MAX_BYTES) return { problem: `is larger than ${MAX_BYTES} bytes` };
    return { secret: readFileSync(path, 'utf8').replace(/\r?\n$/, '') };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'fault';
    return { problem: `cannot be read: ${code}` };
  }
}
