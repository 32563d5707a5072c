/** Code in texts, and in which language: by the fence around it, or by lines that nothing but code has. */
import type { Judge } from './judge.ts';

export const CODE_LANGUAGES = [
  'python',
  'javascript',
  'java',
  'csharp',
  'c',
  'go',
  'rust',
  'php',
  'ruby',
  'shell',
  'sql',
  'html',
] as const;
export type CodeLanguage = (typeof CODE_LANGUAGES)[number];

/** `any` for all that is code, also of a language that is not told. */
export type CodeRule =
  | { readonly allow: readonly CodeLanguage[] }
  | { readonly deny: readonly (CodeLanguage | 'any')[] };

/** What is written behind a fence. What stands here under another's name is read as it. */
const TAGS: Readonly<Record<string, CodeLanguage>> = {
  py: 'python',
  python3: 'python',
  js: 'javascript',
  jsx: 'javascript',
  ts: 'javascript',
  tsx: 'javascript',
  typescript: 'javascript',
  node: 'javascript',
  cs: 'csharp',
  'c#': 'csharp',
  cpp: 'c',
  'c++': 'c',
  h: 'c',
  golang: 'go',
  rs: 'rust',
  rb: 'ruby',
  sh: 'shell',
  bash: 'shell',
  zsh: 'shell',
  console: 'shell',
  powershell: 'shell',
  ps1: 'shell',
  mysql: 'sql',
  postgresql: 'sql',
  xml: 'html',
  css: 'html',
};

/** Behind a fence, no code. */
const NO_CODE = new Set([
  'text',
  'txt',
  'plain',
  'plaintext',
  'markdown',
  'md',
  'json',
  'yaml',
  'csv',
  'toml',
  'ini',
  'log',
  'diff',
  'mermaid',
  'math',
  'latex',
]);

/** Longer lines are looked at no further. */
const LINE = 400;
/** Lines that speak for a language before it is believed. */
const ENOUGH = 2;

const FENCE = /^ {0,3}(?:`{3,10}|~{3,10})[ \t]{0,4}([\w+#.-]{0,20})/;

/** Lines as they stand in one language. Each is tried once a line, none in two ways. */
const LINES: Readonly<Record<CodeLanguage, RegExp>> = {
  python:
    /^\s{0,40}(?:(?:async )?def \w{1,60}\(|class \w{1,60}(?:\(|:$)|from [\w.]{1,80} import |import \w[\w.]{0,60}(?: as \w{1,40})?$|(?:el)?if .{1,200}:$|for \w{1,40}(?:, \w{1,40})? in .{1,200}:$|except\b.{0,80}:$|return self\.|self\.\w{1,60} = )/,
  javascript:
    /^\s{0,40}(?:(?:export )?(?:const|let|var) [\w{}[\], $]{1,80} = |(?:export )?(?:default )?(?:async )?function\b.{0,60}\(|import .{1,120} from ['"]|module\.exports\b|console\.\w{1,20}\()|=> \{$|\}\);?$/,
  java: /^\s{0,40}(?:import java[\w.]{1,80};|package [\w.]{1,80};|@Override\b|System\.out\.|(?:public|private|protected) (?:static |final |abstract ){0,3}[\w<>[\], ]{1,60} \w{1,60}\(.{0,200}\{$)/,
  csharp:
    /^\s{0,40}(?:using [A-Z][\w.]{1,80};|namespace [A-Z][\w.]{1,80}|Console\.\w{1,20}\(|(?:public|private|internal|protected) .{1,120}\{ get;|\[\w{1,40}(?:\(.{0,80}\))?\]$|var \w{1,40} = new )/,
  c: /^\s{0,10}(?:#\s?(?:include\s{0,4}[<"]|define \w|ifndef \w|ifdef \w|endif)|(?:static |const |unsigned ){0,3}(?:int|void|char|double|float|bool|size_t) \*{0,2}\w{1,60}\(.{0,200}\)\s?\{?$|using namespace std;|printf\("|.{0,200}\bstd::\w)/,
  go: /^\s{0,40}(?:package \w{1,40}$|func (?:\(\w{1,40} \*?\w{1,60}\) )?\w{1,60}\(|\w[\w, ]{0,60} := |if err != nil \{$|import \($)/,
  rust: /^\s{0,40}(?:(?:pub )?fn \w{1,60}[(<]|let mut |(?:pub )?(?:struct|enum|trait) \w{1,60}|impl\b.{0,120}\{$|use (?:std|crate|super)::|println!\(|match .{1,100} \{$|#\[\w)/,
  php: /^\s{0,40}(?:<\?php|\$\w{1,60}(?:->\w|\s?=|\[)|echo ['"$]|(?:public|private|protected) function \w|use [A-Z]\w{0,60}\\)/,
  ruby: /^\s{0,40}(?:def \w{1,60}(?:[?!])?(?:\(.{0,100}\))?$|end$|require ['"]|puts |attr_\w{1,20} :|module [A-Z]\w{0,60}$|\w[\w.]{0,60}\.each do \|)/,
  shell:
    /^\s{0,20}(?:#!\/(?:usr\/)?bin\/|(?:\$ |# )?(?:sudo |apt(?:-get)? install|curl -|wget |chmod [+\d]|mkdir -p|export [A-Z_]{1,60}=|echo "?\$|grep -|pip install|npm (?:install|run)|docker |git (?:clone|commit|push|checkout)|cd [~/.])|if \[\[? |fi$|done$)/,
  sql: /^\s{0,40}(?:SELECT\b.{1,300}|FROM \w.{0,100}|WHERE \w.{0,200}(?:=|LIKE|IN\b).{0,100}|INSERT INTO \w|UPDATE \w{1,60} SET |DELETE FROM \w|CREATE (?:TABLE|INDEX|VIEW) |ALTER TABLE |(?:LEFT |INNER |RIGHT )?JOIN \w{1,60}\b|GROUP BY \w|ORDER BY \w)/,
  html: /^\s{0,60}(?:<!DOCTYPE html|<\/?(?:html|head|body|div|script|style|table|form|ul|li|span|section|nav|h[1-6]|p|a|button|input|img)\b[^<>]{0,200}>|[.#]?[\w-]{1,40} \{$|[\w-]{2,30}: [^;]{1,80};$)/,
};

/** What code of any language ends its lines with. */
const ANY = /[;{}]$|\)\s?:$|^\s{4,40}\S.{0,200}[;{})\]]$/;
const MANY = 3;

export interface Code {
  readonly languages: ReadonlySet<CodeLanguage>;
  /** There is some that says itself to be of a language that is not known here. */
  readonly other: boolean;
  /** There is some, of whatever language. */
  readonly any: boolean;
}

/** What the code in a text is. What stands behind fences is believed before what lines look like. */
export function codeIn(text: string): Code {
  const counts = new Map<CodeLanguage, number>();
  const fenced = new Set<string>();
  let some = 0;
  for (const whole of text.split('\n')) {
    const line = whole.slice(0, LINE).trimEnd();
    const fence = FENCE.exec(line);
    if (fence !== null) {
      fenced.add(languageOf(fence[1]?.toLowerCase() ?? ''));
      continue;
    }
    if (ANY.test(line)) some += 1;
    for (const language of CODE_LANGUAGES)
      if (LINES[language].test(line)) counts.set(language, (counts.get(language) ?? 0) + 1);
  }
  const named = [...fenced].filter((tag) => tag !== '' && !NO_CODE.has(tag));
  const languages = new Set(named.length > 0 ? named.filter(isLanguage) : toldBy(counts));
  const other = named.some((tag) => !isLanguage(tag));
  return { languages, other, any: other || languages.size > 0 || some >= MANY };
}

/** As it is called here; as it is written where it is not known, and where it is none. */
function languageOf(tag: string): string {
  return (Object.hasOwn(TAGS, tag) ? TAGS[tag] : undefined) ?? tag;
}

function isLanguage(tag: string): tag is CodeLanguage {
  return CODE_LANGUAGES.some((language) => language === tag);
}

/** The languages that most lines speak for. */
function toldBy(counts: ReadonlyMap<CodeLanguage, number>): readonly CodeLanguage[] {
  const most = Math.max(ENOUGH, ...counts.values());
  return [...counts].flatMap(([language, count]) => (count >= most ? [language] : []));
}

export function codeJudge(type: string, rule: CodeRule): Judge {
  const isUnwanted =
    'allow' in rule
      ? ({ languages, other }: Code) => other || [...languages].some((one) => !rule.allow.includes(one))
      : ({ languages, any }: Code) => rule.deny.some((one) => (one === 'any' ? any : languages.has(one)));
  return { type, of: 'passage', score: (text) => Number(isUnwanted(codeIn(text))) };
}
