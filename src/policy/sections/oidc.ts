/** Issuers of tokens. */
import type { Config } from '../config.ts';
import type { IntrospectionRules, IssuerRules } from '../identity-rules.ts';
import type { Report } from '../report.ts';
import type { SecretResolver } from './backends.ts';

export function compileIssuers(_config: Config, _report: Report): ReadonlyMap<string, IssuerRules> {
  return new Map();
}

export function compileIntrospection(
  _config: Config,
  _resolve: SecretResolver,
  _report: Report,
): readonly IntrospectionRules[] {
  return [];
}
