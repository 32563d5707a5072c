/** Betas: names in `anthropic-beta`, which may stand in several lines, each with several names. */
import type { Feature } from '../../core/feature.ts';
import type { HeaderChanges, Headers } from '../../core/headers.ts';
import { unknownFeature } from '../reading/features.ts';

const HEADER = 'anthropic-beta';

export function betasIn(headers: Headers): readonly string[] {
  const names = (headers.get(HEADER) ?? []).flatMap((value) => value.split(','));
  return names.map((name) => name.trim()).filter((name) => name !== '');
}

/** What a beta lets a request do, by the beginning of its name; the date behind it is left out. */
const KINDS: readonly (readonly [prefix: string, feature: Feature])[] = [
  ['computer-use', 'computer_use'],
  ['code-execution', 'code_execution'],
  ['skills', 'code_execution'],
  ['web-search', 'web_access'],
  ['web-fetch', 'web_access'],
  ['fast-mode', 'service_tier'],
  ['context-1m', 'service_tier'],
];

/** Betas that change how things are written, counted or kept, and no more; or whose members are judged themselves. */
const PLAIN = [
  'mcp-client',
  'files-api',
  'message-batches',
  'prompt-caching',
  'extended-cache-ttl',
  'token-counting',
  'token-efficient-tools',
  'fine-grained-tool-streaming',
  'interleaved-thinking',
  'dev-full-thinking',
  'max-tokens',
  'output-128k',
  'pdfs',
  'context-management',
  'compact',
  'model-context-window-exceeded',
  'structured-outputs',
  'effort',
  'tools',
  'claude-code',
  'oauth',
  'tool-examples',
  'advanced-tool-use',
];

/** @returns undefined for one that asks for nothing by itself */
export function featureOfBeta(name: string): Feature | undefined {
  const known = KINDS.find(([prefix]) => name.startsWith(prefix));
  if (known !== undefined) return known[1];
  const plain = PLAIN.some((prefix) => name.startsWith(`${prefix}-2`) || name === prefix);
  return plain ? undefined : unknownFeature(name);
}

/** The header without the betas that ask for what must go. */
export function withoutBetas(headers: Headers, strip: ReadonlySet<Feature>): HeaderChanges {
  const names = betasIn(headers);
  const left = names.filter((name) => !strip.has(featureOfBeta(name) as Feature));
  if (left.length === names.length) return { set: [], remove: [] };
  return left.length === 0 ? { set: [], remove: [HEADER] } : { set: [[HEADER, left.join(',')]], remove: [] };
}
