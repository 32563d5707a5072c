/** Secrets that the policy refers to. */
import type { Path } from '../mistake.ts';
import type { Report } from '../report.ts';
import type { SecretRef } from '../schema/secrets.ts';

/** What became of a secret. A problem names the variable or the file, never what it holds. */
export type Secret =
  | { readonly secret: string }
  | { readonly problem: string }
  /** Nobody looked: what the policy is read for needs no secrets. */
  | { readonly unread: true };

/** Looks a secret up where the policy says it is kept. */
export type SecretResolver = (ref: SecretRef) => Secret;

/** What may stand in a header: visible ASCII, so that a secret cannot bring a header of its own. */
export const HEADER_SAFE = /^[\x21-\x7e]{1,8192}$/;

/** A secret of one line, as keys and passwords are; undefined where there is none, which is reported. */
export function readSecret(
  ref: SecretRef,
  path: Path,
  resolve: SecretResolver,
  report: Report,
): string | undefined {
  const secret = readText(ref, path, resolve, report);
  if (secret === undefined || HEADER_SAFE.test(secret)) return secret;
  report.error(
    path,
    `the ${nameOf(ref)} holds no usable secret: expected 1 to 8192 visible ASCII characters`,
  );
  return undefined;
}

/** A secret of any form, such as a document. */
export function readText(
  ref: SecretRef,
  path: Path,
  resolve: SecretResolver,
  report: Report,
): string | undefined {
  const found = resolve(ref);
  if ('secret' in found) return found.secret;
  if ('problem' in found) report.error(path, found.problem);
  return undefined;
}

export function nameOf(ref: SecretRef): string {
  return 'env' in ref ? `environment variable ${ref.env}` : `file ${ref.file}`;
}
