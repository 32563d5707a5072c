/** Others who look at texts, as requests meet them. */
import type { AnalyzerSource } from '../../core/ports.ts';
import { ANALYZER } from '../../guards/rules.ts';
import type { Config, Entry } from '../config.ts';
import type { Report } from '../report.ts';
import type { AnalyzerConfig } from '../schema/analyzers.ts';
import { readSecret, type SecretResolver } from './secrets.ts';

export function compileAnalyzers(
  config: Config,
  resolve: SecretResolver,
  report: Report,
): ReadonlyMap<string, AnalyzerSource> {
  return new Map(
    [...config.analyzers].map(([name, entry]) => [name, sourceOf(name, entry, resolve, report)]),
  );
}

function sourceOf(
  name: string,
  { path, value }: Entry<AnalyzerConfig>,
  resolve: SecretResolver,
  report: Report,
): AnalyzerSource {
  const { kind, url, model, language, prompt } = value;
  const only = (key: 'model' | 'language' | 'prompt', kinds: readonly string[]) => {
    if (value[key] !== undefined && !kinds.includes(kind))
      report.error([...path, key], `only for ${kinds.join(' and ')}, found kind ${kind}`);
  };
  only('model', ['moderation', 'guard']);
  only('language', ['presidio']);
  only('prompt', ['guard']);
  if (kind === 'guard' && model === undefined)
    report.error(path, 'expected a model: a guard is a model that judges');
  const token = value.token && readSecret(value.token, [...path, 'token'], resolve, report);
  return Object.freeze({
    name,
    kind,
    url,
    ...(token !== undefined && { token }),
    ...(model !== undefined && { model }),
    ...(language !== undefined && { language }),
    ...(prompt !== undefined && { prompt }),
    timeoutMs: value.timeout,
    concurrency: value.concurrency,
    cacheMs: value.cache,
    longest: value.longest,
    onFailure: value.onFailure,
  });
}

const TYPE = /^analyzer\.(?<name>[a-z0-9_-]+)(?:\.[a-z0-9_]+)?$/;

/**
 * The types that a pattern such as `analyzer.presidio` or `analyzer.presidio.person` stands for; undefined for one that
 * is about something else. What an analyzer calls what it finds, only the analyzer knows.
 */
export function expandAnalyzers(pattern: string, { declared }: Config): readonly string[] | undefined {
  if (pattern !== 'analyzer' && !pattern.startsWith(ANALYZER)) return undefined;
  const all = [...declared.analyzers].map((name) => ANALYZER + name);
  if (pattern === 'analyzer' || pattern === 'analyzer.*') return all;
  const plain = pattern.replace(/\.\*$/, '');
  const name = TYPE.exec(plain)?.groups?.name;
  return name !== undefined && declared.analyzers.has(name) ? [plain] : [];
}

const SAYS_WHERE: ReadonlySet<AnalyzerConfig['kind']> = new Set<AnalyzerConfig['kind']>([
  'presidio',
  'webhook',
]);

/** Those who judge a text as a whole leave nothing in it to be written otherwise. */
export function reportUnmaskable(config: Config, report: Report): void {
  for (const { path, value } of config.guardrails) {
    if (value.action !== 'mask') continue;
    for (const [i, pattern] of value.detect.entries()) {
      const kind = config.analyzers.get(TYPE.exec(pattern)?.groups?.name ?? '')?.value.kind;
      if (kind === undefined || SAYS_WHERE.has(kind)) continue;
      report.error(
        [...path, 'detect', i],
        `${kind} judges texts as a whole, which cannot be masked: expected action block, warn or log`,
      );
    }
  }
}
