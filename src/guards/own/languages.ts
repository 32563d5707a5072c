/** Texts in languages that an organization does not want, told by how often which three letters stand together. */
import { francAll } from 'franc';
import type { Judge } from './judge.ts';

/** Languages as ISO 639-1 codes. */
export type LanguageRule = { readonly allow: readonly string[] } | { readonly deny: readonly string[] };

/** UTF-16 code units that tell a language: in shorter texts none is told. */
const LEAST = 100;
/** So much is looked at in one place, and in so many places of a long text: in more text, languages come nearer. */
const PART = 300;
const PLACES = 4;
/** A language that comes so near to the likeliest may be it. */
const NEAR = 0.9;

/** What is the same in all languages: code, addresses, numbers, signs. */
const NO_LANGUAGE =
  /```[^`]{0,8000}(?:```|$)|`[^`\n]{1,200}`|https?:\/\/\S{1,1000}|[^\p{L}\p{M}\s'’-]{1,200}/gu;

export function languageJudge(type: string, rule: LanguageRule): Judge {
  const listed = new Set('allow' in rule ? rule.allow : rule.deny);
  const isUnwanted = 'allow' in rule ? isNoneOf(listed) : isOneOf(listed);
  return {
    type,
    of: 'passage',
    score: (text) => Number(partsOf(text).some((part) => isUnwanted(likeliest(part)))),
  };
}

/** What is long enough to tell: of a long text its beginning, its end, and places between. */
function partsOf(text: string): readonly string[] {
  const words = text
    .replaceAll(NO_LANGUAGE, ' ')
    .replaceAll(/\s{2,}/g, ' ')
    .trim();
  if (words.length < LEAST) return [];
  if (words.length <= PART) return [words];
  const step = (words.length - PART) / (PLACES - 1);
  return Array.from({ length: PLACES }, (_, at) => words.slice(at * step, at * step + PART));
}

type Test = (near: ReadonlyMap<string, number>) => boolean;

function isNoneOf(listed: ReadonlySet<string>): Test {
  return (near) => near.size > 0 && ![...near].some(([language, how]) => how >= NEAR && listed.has(language));
}

function isOneOf(listed: ReadonlySet<string>): Test {
  return (near) => [...near].some(([language, how]) => how === 1 && listed.has(language));
}

/** How near each language comes to the likeliest, which is 1; nothing where none is told. */
function likeliest(text: string): ReadonlyMap<string, number> {
  const near = new Map<string, number>();
  // Said again and again, a text has few sequences, and many languages come near.
  const distinct = [...new Set(text.toLowerCase().split(' '))].join(' ');
  for (const [code, how] of francAll(distinct, { only: NAMES })) {
    const language = LANGUAGES.get(code);
    if (language !== undefined) near.set(language, how);
  }
  return near;
}

/** ISO 639-1 and, behind it, what `franc` calls it (ISO 639-3). */
const CODES =
  'af:afr am:amh ar:arb ay:ayr az:azj be:bel bg:bul bm:bam bn:ben bo:bod bs:bos ca:cat cs:ces da:dan de:deu ' +
  'ee:ewe el:ell en:eng eo:epo es:spa et:ekk fa:pes fi:fin fr:fra gl:glg gu:guj ha:hau he:heb hi:hin hr:hrv ' +
  'ht:hat hu:hun hy:hye id:ind ig:ibo ii:iii it:ita ja:jpn jv:jav ka:kat kg:kng kk:kaz km:khm kn:kan ko:kor ' +
  'kr:knc ky:kir lg:lug ln:lin lo:lao lt:lit lv:lvs mg:plt mk:mkd ml:mal mn:khk mr:mar ms:zlm my:mya nb:nob ' +
  'ne:npi ng:ndo nl:nld nn:nno ny:nya pa:pan pl:pol ps:pbu pt:por qu:quz rn:run ro:ron ru:rus rw:kin sc:src ' +
  'sg:sag si:sin sk:slk sl:slv sn:sna so:som sq:als sr:srp ss:ssw st:sot su:sun sv:swe sw:swh ta:tam te:tel ' +
  'tg:tgk th:tha ti:tir tk:tuk tn:tsn tr:tur ts:tso tt:tat ug:uig uk:ukr ur:urd uz:uzn ve:ven vi:vie wo:wol ' +
  'xh:xho yi:ydd yo:yor za:zyb zh:cmn zu:zul';

const LANGUAGES: ReadonlyMap<string, string> = new Map(
  CODES.split(' ').map((pair) => [pair.slice(3), pair.slice(0, 2)]),
);

const NAMES = [...LANGUAGES.keys()];

/** The languages that are told apart, as ISO 639-1 codes. */
export const KNOWN_LANGUAGES: readonly string[] = [...LANGUAGES.values()];
