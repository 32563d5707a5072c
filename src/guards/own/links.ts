/**
 * Links to hosts that an organization does not want: an image that a client loads by itself tells its host whatever
 * stands in its address. Addresses are read as browsers read them (WHATWG URL), who take more for one than RFC 3986.
 */
import type { Finding } from '../../core/finding.ts';
import type { Detector } from '../detector.ts';
import { labelOf } from './words.ts';

/** Hosts: `example.org` itself, `*.example.org` what is below it. */
export type LinkRule = { readonly allow: readonly string[] } | { readonly deny: readonly string[] };

/** Longest address that is found whole, in UTF-16 code units. */
const MOST = 2000;
const LONGEST_SCHEME = 16;
const MOST_SLASHES = 64;
const REACH = LONGEST_SCHEME + 1 + MOST_SLASHES + MOST + 1;

/**
 * A scheme and an authority; `https:` with any slashes, or none; `//` or `www.` without a scheme. Slashes may be written
 * as in JSON. No repetition can be tried in two ways.
 */
const LINK =
  /(?:https?:[\\/]{0,64}|[a-z][a-z0-9+.-]{0,15}:(?:\\?\/){2}|(?:\\?\/){2}(?=[^\s/\\]{1,255}\.)|www\.)[^\s<>"'`\\()[\]{}|^/][^\s<>"'`\\()[\]{}|^]{0,1999}/gi;
/** What an address may begin with at the end of a text. */
const BEGUN = /(?:[a-z][a-z0-9+.-]{0,15}(?::[\\/]{0,64})?|[\\/]{1,64}(?:[^\s/\\]{1,255})?)$/i;
const LONGEST_BEGINNING = LONGEST_SCHEME + 1 + MOST_SLASHES + 255;
const SENTENCE_END = /[.,;:!?*_~]+$/;

export function linkDetector(type: string, rule: LinkRule): Detector {
  const unwanted = 'allow' in rule ? outside(rule.allow) : inside(rule.deny);
  return {
    type,
    label: labelOf(type),
    reach: REACH,
    find(text, from = 0) {
      const found: Finding[] = [];
      for (const { index, 0: written } of linksIn(text, from)) {
        const link = written.replace(SENTENCE_END, '');
        if (unwanted(hostOf(link))) found.push({ type, score: 1, start: index, end: index + link.length });
      }
      return found;
    },
    open(text) {
      const tail = Math.max(0, text.length - LONGEST_BEGINNING);
      const begun = BEGUN.exec(text.slice(tail));
      let open = begun === null ? text.length : tail + begun.index;
      for (const { index, 0: written } of linksIn(text, Math.max(0, tail - REACH))) {
        const end = index + written.length;
        if (end === text.length) return Math.min(index, open);
        // What stands inside an address that is over begins none.
        if (index < open && open < end) open = end;
      }
      return open;
    },
  };
}

function* linksIn(text: string, from: number): Generator<RegExpExecArray> {
  LINK.lastIndex = from;
  for (let found = LINK.exec(text); found !== null; found = LINK.exec(text)) {
    const next = LINK.lastIndex;
    yield found;
    LINK.lastIndex = next;
  }
}

const SCHEME = /^(?:[a-z][a-z0-9+.-]*:)?[\\/]*/i;

/** As a browser would ask for it: in lower case, in Punycode, an address of IPv4 in four numbers; undefined for none. */
function hostOf(link: string): string | undefined {
  const url = `https://${link.replace(SCHEME, '')}`;
  return URL.canParse(url) ? new URL(url).hostname.replace(/\.$/, '') : undefined;
}

type Test = (host: string | undefined) => boolean;

/** What cannot be read is nowhere that was allowed. */
function outside(allowed: readonly string[]): Test {
  const isAllowed = inside(allowed);
  return (host) => host === undefined || !isAllowed(host);
}

function inside(hosts: readonly string[]): Test {
  const exact = new Set(hosts.filter((host) => !host.startsWith('*.')));
  const below = hosts.filter((host) => host.startsWith('*.')).map((host) => host.slice(1));
  return (host) => host !== undefined && (exact.has(host) || below.some((ending) => host.endsWith(ending)));
}
