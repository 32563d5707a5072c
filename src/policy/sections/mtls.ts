/** Client certificates, and the identities of a service mesh. */
import type { Config } from '../config.ts';
import type { MeshRules, MtlsRules } from '../identity-rules.ts';
import type { Report } from '../report.ts';

export function compileMtls(_config: Config, _report: Report): MtlsRules | undefined {
  return undefined;
}

export function compileMesh(_config: Config, _report: Report): MeshRules | undefined {
  return undefined;
}
