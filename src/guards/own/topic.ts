/**
 * Topics, told by sentences that are like those given. Likeness is of words: the share of what an example says that a
 * text says too, by the stems of words; those that many examples share count more. Nothing is understood.
 */
import type { Judge } from './judge.ts';

export interface TopicRule {
  /** Sentences about it. */
  readonly like: readonly string[];
  /** Sentences that are not, though they are like it. */
  readonly unlike?: readonly string[] | undefined;
}

/** UTF-16 code units of a stem. */
const STEM = 6;
const WORD = /[\p{L}\p{M}\p{N}]{2,40}/gu;
/** Where letters have no spaces between words, two of them are a word. */
const SPACELESS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u;
/** So many words of a text are held against an example at once; the next ones begin half of that later. */
const WINDOW = 24;

/** Words that say nothing of a topic. */
const COMMON = new Set(
  stemsOf(
    'the a an of and or to in on at by for with from as is are was were be been being do does did have has had can could will would should may might must i you he she it we they me my your our their his her its this that these those what which who whom how why when where there here not no yes if then than so but about into over please tell give make want need know help some any all more most very just also get der die das ein eine und oder zu in auf mit von für ist sind war ich du er sie es wir ihr mein dein wie was wer warum nicht kein bitte le la les un une des et ou de du en dans pour avec est sont je tu il elle nous vous mon ton comment pourquoi ne pas el los las una y o con por para es son yo mi tu como que no si',
  ),
);

export function topicJudge(type: string, { like, unlike = [] }: TopicRule): Judge {
  const meanings = [...like, ...unlike].map(meaningOf);
  const weights = weightsOf(meanings);
  const examples = meanings.map((stems) => exampleOf(stems, weights));
  const [wanted, others] = [examples.slice(0, like.length), examples.slice(like.length)];
  return {
    type,
    of: 'passage',
    score(text) {
      const stems = stemsOf(text);
      let best = 0;
      for (let from = 0; from === 0 || from + WINDOW / 2 < stems.length; from += WINDOW / 2) {
        const said = new Set(stems.slice(from, from + WINDOW));
        const here = nearest(wanted, said);
        if (here > best && here > nearest(others, said)) best = here;
      }
      return best;
    },
  };
}

/** What an example says, each stem with what it counts, and all of that together. */
interface Example {
  readonly stems: ReadonlyMap<string, number>;
  readonly all: number;
}

function exampleOf(stems: ReadonlySet<string>, weights: ReadonlyMap<string, number>): Example {
  const weighed = new Map([...stems].map((stem) => [stem, weights.get(stem) ?? 1]));
  return { stems: weighed, all: sum(weighed.values()) };
}

/** How much of the example that it is most like a text says, 0 to 1. */
function nearest(examples: readonly Example[], said: ReadonlySet<string>): number {
  return examples.reduce((most, { stems, all }) => {
    const shared = sum([...stems].map(([stem, weight]) => (said.has(stem) ? weight : 0)));
    return all === 0 ? most : Math.max(most, shared / all);
  }, 0);
}

function sum(values: Iterable<number>): number {
  let all = 0;
  for (const value of values) all += value;
  return all;
}

/** A word that many examples have tells them apart less than it tells what they are about: it counts more. */
function weightsOf(examples: readonly ReadonlySet<string>[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const example of examples) for (const stem of example) counts.set(stem, (counts.get(stem) ?? 0) + 1);
  return new Map([...counts].map(([stem, count]) => [stem, 1 + Math.log2(count)]));
}

function meaningOf(sentence: string): ReadonlySet<string> {
  const stems = stemsOf(sentence);
  const telling = stems.filter((stem) => !COMMON.has(stem));
  return new Set(telling.length > 0 ? telling : stems);
}

function stemsOf(text: string): string[] {
  return (text.normalize('NFKC').toLowerCase().match(WORD) ?? []).flatMap((word) =>
    SPACELESS.test(word)
      ? Array.from({ length: Math.max(1, word.length - 1) }, (_, at) => word.slice(at, at + 2))
      : [word.slice(0, STEM)],
  );
}
