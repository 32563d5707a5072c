/** A good policy that refuses everything is probably not the one that was meant. */
import type { Config, IdentityConfig } from '../config.ts';
import type { Report } from '../report.ts';

export function reportEmptiness(config: Config, report: Report): void {
  if (!provesAnything(config.identity)) {
    report.warn(['identity'], 'no way to prove who is asking: every request is refused', 'key');
  }
  if (config.models.size === 0) report.warn(['models'], 'no models: nothing can be served', 'key');
  if (config.grants.length === 0) report.warn(['grants'], 'no grants: every request is refused', 'key');
}

function provesAnything({ apiKeys, oidc, introspection, mtls, mesh, require }: IdentityConfig): boolean {
  const ways = [
    apiKeys,
    mtls,
    mesh,
    ...oidc,
    ...introspection,
    ...require.map(({ value }) => value.anonymous),
  ];
  return ways.some((way) => way !== undefined);
}
