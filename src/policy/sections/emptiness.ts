/** A good policy that refuses everything is probably not the one that was meant. */
import type { Config } from '../config.ts';
import type { Report } from '../report.ts';

export function reportEmptiness(config: Config, report: Report): void {
  if (config.identity.apiKeys === undefined) {
    report.warn(['identity'], 'no apiKeys: nobody can be identified, so every request is refused', 'key');
  }
  if (config.models.size === 0) report.warn(['models'], 'no models: nothing can be served', 'key');
  if (config.grants.length === 0) report.warn(['grants'], 'no grants: every request is refused', 'key');
}
