/** What an organization itself looks for, as detectors. */
import type { Detector } from '../../guards/detector.ts';
import { linkDetector } from '../../guards/own/links.ts';
import { patternDetector } from '../../guards/own/pattern.ts';
import { wordDetector } from '../../guards/own/words.ts';
import type { Config, Entry } from '../config.ts';
import type { Report } from '../report.ts';
import type { ContentConfig } from '../schema/content.ts';

/** The category of its finding types. */
const CONTENT = 'content.';

/** @returns detectors by finding type, `content.` and the name of each */
export function compileContent(config: Config, report: Report): ReadonlyMap<string, Detector> {
  const detectors = new Map<string, Detector>();
  for (const [name, entry] of config.content) {
    const detector = detectorOf(CONTENT + name, entry, report);
    if (detector !== undefined) detectors.set(CONTENT + name, detector);
  }
  return detectors;
}

function detectorOf(
  type: string,
  { path, value: { words, pattern, links } }: Entry<ContentConfig>,
  report: Report,
): Detector | undefined {
  if (links !== undefined)
    return linkDetector(
      type,
      links.allow === undefined ? { deny: links.deny ?? [] } : { allow: links.allow },
    );
  if (pattern === undefined) return wordDetector(type, words ?? []);
  const made = patternDetector(type, pattern);
  if (!('problem' in made)) return made;
  report.error([...path, 'pattern'], `expected a pattern: ${made.problem}`);
  return undefined;
}

/** The types that a pattern such as `content.*` stands for; undefined for one that is about something else. */
export function expandContent(pattern: string, { declared }: Config): readonly string[] | undefined {
  if (pattern !== 'content' && !pattern.startsWith(CONTENT)) return undefined;
  const types = [...declared.content].map((name) => CONTENT + name);
  return pattern === 'content' || pattern === 'content.*' ? types : types.filter((type) => type === pattern);
}
