/** The ways in which texts try to take a model over, as patterns: what mentions say together, and signs that need no language. */
import type { Finding } from '../../core/finding.ts';
import type { Folded } from './fold.ts';
import { bitOf, type Mention } from './mentions.ts';

export const TECHNIQUES = [
  'injection.override',
  'injection.extraction',
  'injection.roleplay',
  'injection.template',
  'injection.delimiter',
  'injection.obfuscation',
  'injection.tools',
  'injection.exfiltration',
  'injection.manyshot',
  'injection.judge',
] as const;
export type Technique = (typeof TECHNIQUES)[number];

const IGNORE = bitOf('ignore');
const PRIOR = bitOf('prior');
const RULES = bitOf('rules');
const REVEAL = bitOf('reveal');
const SYSTEM = bitOf('system');
const ROLE = bitOf('role');
const UNBOUND = bitOf('unbound');
const SECRET = bitOf('secret');
const RUN = bitOf('run');

/** Mentions that say something together: of one concept, and of another near it. */
interface Pair {
  readonly type: Technique;
  readonly one: number;
  readonly other: number;
  /** How many code units may stand between them. */
  readonly within: number;
  /** What raises the score if it is mentioned between or beside them. */
  readonly more?: number;
  readonly score: number;
  readonly raised: number;
}

const PAIRS: readonly Pair[] = [
  {
    type: 'injection.override',
    one: IGNORE,
    other: RULES,
    within: 56,
    more: PRIOR,
    score: 0.6,
    raised: 0.95,
  },
  { type: 'injection.override', one: IGNORE, other: PRIOR, within: 24, score: 0.4, raised: 0.4 },
  { type: 'injection.extraction', one: REVEAL, other: SYSTEM, within: 48, score: 0.8, raised: 0.8 },
  {
    type: 'injection.roleplay',
    one: ROLE,
    other: UNBOUND,
    within: 240,
    more: IGNORE,
    score: 0.7,
    raised: 0.9,
  },
  { type: 'injection.tools', one: RUN, other: SECRET, within: 72, score: 0.4, raised: 0.4 },
];
/** How far around a pair what raises it may stand. */
const AROUND = 24;

/** The best of each technique, in places of the folded text. */
export function pairsIn(mentions: readonly Mention[]): readonly Finding[] {
  if (mentions.length < 2) return [];
  return PAIRS.flatMap((pair) => best(pair, mentions) ?? []);
}

function best(pair: Pair, mentions: readonly Mention[]): Finding | undefined {
  let found: Finding | undefined;
  let last: Mention | undefined;
  let lastOther: Mention | undefined;
  for (let at = 0; at < mentions.length; at += 1) {
    const { concepts } = mentions[at] as Mention;
    const isOne = (concepts & pair.one) !== 0;
    const isOther = (concepts & pair.other) !== 0;
    found = better(found, isOther ? together(pair, last, at, mentions) : undefined);
    found = better(found, isOne ? together(pair, lastOther, at, mentions) : undefined);
    if (found?.score === pair.raised) return found;
    if (isOne) last = mentions[at];
    if (isOther) lastOther = mentions[at];
  }
  return found;
}

function better(one: Finding | undefined, other: Finding | undefined): Finding | undefined {
  return (other?.score ?? 0) > (one?.score ?? 0) ? other : one;
}

/** How many mentions before and after are looked at for what raises a score. */
const BESIDE = 12;

function together(
  { type, within, more = 0, score, raised }: Pair,
  before: Mention | undefined,
  at: number,
  mentions: readonly Mention[],
): Finding | undefined {
  const mention = mentions[at] as Mention;
  if (before === undefined || mention.start - before.end > within) return undefined;
  const { start } = before;
  const end = Math.max(before.end, mention.end);
  const last = Math.min(mentions.length, at + BESIDE);
  for (let near = Math.max(0, at - BESIDE); near < last; near += 1) {
    const other = mentions[near] as Mention;
    const raises = (other.concepts & more) !== 0 && other.end > start - AROUND && other.start < end + AROUND;
    if (raises) return { type, start, end, score: raised };
  }
  return { type, start, end, score };
}

interface Sign {
  readonly type: Technique;
  readonly score: number;
  /** Without one of these in the text it is not looked for. */
  readonly needs: readonly string[];
  /** Global; every repetition in it is bounded. */
  readonly pattern: RegExp;
}

/** On the text as it came, with small letters. */
const SIGNS: readonly Sign[] = [
  {
    type: 'injection.template',
    score: 0.9,
    needs: ['<|', '[inst', '<<sys', '<start_of_turn', '<end_of_turn', '[/inst', '<|eot'],
    pattern:
      /<\|(?:im_start|im_end|im_sep|system|user|assistant|endoftext|end_of_text|begin_of_text|eot_id|start_header_id|end_header_id|endofprompt|end|eom_id|python_tag|channel|message|start)\|>|\[\/?inst\]|<<\/?sys>>|<(?:start|end)_of_turn>/g,
  },
  {
    type: 'injection.template',
    score: 0.6,
    needs: ['system', 'human:', 'assistant:', 'instruction'],
    pattern:
      /(?:^|\n)[ \t]{0,8}(?:#{1,6} ?|\[|\{|<)?(?:system|system message|system prompt|instruction|new instructions?)(?:\]|>)?:[^\n]|(?:^|\n)(?:human|assistant):/g,
  },
  {
    type: 'injection.delimiter',
    score: 0.7,
    needs: [
      'end of',
      'begin ',
      'start of',
      'new instructions',
      'stop reading',
      '</',
      'user query',
      'end context',
    ],
    pattern:
      /(?:-{2,40}|={2,40}|#{2,40}|\*{2,40}|\[|<) ?(?:end of|end|begin|start of|new|begin new|start) (?:the )?(?:system |user |developer |original |above )?(?:prompt|instructions?|context|document|data|input|conversation|message|query|task|file|email|admin)[^\n]{0,40}|<\/(?:document|context|data|input|user|user_input|instructions?|prompt|system|search_results?|tool_result|untrusted[a-z_]{0,16})>\s{0,8}<?(?:system|instruction|new|ignore|you|assistant)/g,
  },
  {
    type: 'injection.exfiltration',
    score: 0.7,
    needs: ['](http', '](//', 'src='],
    pattern:
      /!\[[^\]\n]{0,200}\]\((?:https?:)?\/\/[^\s)]{1,300}[?&=/][^\s)]{0,200}(?:\{|%7b|\$|<|\[|=(?:data|secret|password|history|conversation|summary|base64|prompt|token|user|chat|email)?\)?)|<img[^>]{0,200}src=["']?https?:\/\/[^\s>"']{1,300}[?&][a-z_]{1,20}=(?:\{|\$|<|\[|%7b)/g,
  },
  {
    type: 'injection.exfiltration',
    score: 0.6,
    needs: ['http'],
    pattern:
      /\b(?:append|send|post|exfiltrate|leak|transmit|upload|forward|encode|include|add|put|insert)\b[^\n]{0,80}\b(?:conversation|chat|history|secrets?|passwords?|credentials?|api keys?|tokens?|user(?:'s)? (?:data|messages?|email|name|information)|previous messages|system prompt|contents?)\b[^\n]{0,80}https?:\/\//g,
  },
  {
    type: 'injection.judge',
    score: 0.7,
    needs: ['safe', 'benign', 'score', 'harmless', 'rating', 'rate ', 'verdict', 'grade', 'candidate'],
    pattern:
      /\b(?:answer|respond|reply|output|return|say|print|classify|label|mark|flag|rate|grade|score|treat|evaluate|assess)\b[^\n.]{0,48}\b(?:as |with |only |"|'|: ?)(?:["'(]{0,2})(?:safe|benign|harmless|not (?:an? )?(?:injection|attack|harmful)|unharmful|allowed|clean|10 ?\/ ?10|10 out of 10|5 ?\/ ?5|100 ?%|perfect|full marks|highest (?:score|rating)|best candidate)\b|\b(?:this|the) (?:text|prompt|message|content|input) (?:is|was) (?:already )?(?:verified|classified|judged|confirmed|approved|checked|marked)[^\n.]{0,24}\b(?:safe|benign|harmless|clean)\b/g,
  },
  {
    type: 'injection.obfuscation',
    score: 0.6,
    needs: ['decode', 'decipher', 'base64', 'rot13', 'morse', 'reverse'],
    pattern:
      /\b(?:decode|decipher|decrypt|unscramble|reverse|translate)\b[^\n]{0,80}\b(?:and|then)\b[^\n]{0,24}\b(?:execute|follow|do|run|obey|act|answer|respond|reply|comply|perform|carry out)\b/g,
  },
  {
    type: 'injection.tools',
    score: 0.5,
    needs: ['tool', 'function', 'os.system', 'subprocess', 'rm -rf', 'exec('],
    pattern:
      /\b(?:call|use|invoke|run|execute|trigger)\b[^\n.]{0,32}\b(?:tool|function|plugin|api|shell|terminal|command)\b[^\n]{0,80}\b(?:without (?:asking|telling|confirm|permission|notify)|silently|secretly|do not (?:tell|mention|ask|inform)|don't (?:tell|mention|ask|inform)|instead|immediately|before (?:answer|respond|reply))|\b(?:os\.system|subprocess\.(?:run|call|popen))\(|\brm -rf [/~]/g,
  },
];

const TURN =
  /(?:^|\n)[ \t]{0,8}(?:user|human|q|question|me|client)[ \t]{0,2}[:>][^\n]{1,2000}\n{1,3}[ \t]{0,8}(?:assistant|ai|a|bot|answer|model|chatgpt|gpt)[ \t]{0,2}[:>]/g;
/** So many made-up turns are a lesson, not a quotation. */
const MANY_TURNS = 6;

/** @param text with small letters, each in its place */
export function signsIn(text: string): readonly Finding[] {
  const found: Finding[] = [];
  for (const { type, score, needs, pattern } of SIGNS) {
    if (!needs.some((need) => text.includes(need))) continue;
    pattern.lastIndex = 0;
    const match = pattern.exec(text);
    if (match !== null) found.push({ type, score, start: match.index, end: match.index + match[0].length });
  }
  const turns = text.includes(':') || text.includes('>') ? turnsIn(text) : undefined;
  return turns === undefined ? found : [...found, turns];
}

function turnsIn(text: string): Finding | undefined {
  let count = 0;
  let start = -1;
  let end = 0;
  for (const match of text.matchAll(TURN)) {
    if (start === -1) start = match.index;
    count += 1;
    end = match.index + match[0].length;
  }
  if (count < MANY_TURNS) return undefined;
  return { type: 'injection.manyshot', score: Math.min(0.9, 0.5 + count / 50), start, end };
}

/** A finding in places of the folded text as one in places of the text. */
export function unfolded(finding: Finding, { places }: Folded): Finding {
  if (places === undefined) return finding;
  return { ...finding, start: places[finding.start] ?? 0, end: (places[finding.end - 1] ?? 0) + 1 };
}
