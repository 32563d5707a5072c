/** How well the languages of texts are told apart, where an organization allows only some. */
import { languageJudge } from '../src/guards/own/languages.ts';
import type { Row } from './data.ts';
import { percent, table } from './table.ts';

/** Shorter texts have no language. */
const LEAST = 100;
const OTHERS = ['en', 'de', 'zh'];

/** @param rows innocent texts with their language, and answers in English */
export function toldApart(rows: readonly Row[]): string {
  const texts = rows
    .map(({ text, lang, set }) => ({ text, lang: set.startsWith('arena') ? 'en' : (lang ?? '') }))
    .filter(({ text, lang }) => /^[a-z]{2}$/.test(lang) && text.length >= LEAST);
  const judges = new Map<string, ReturnType<typeof languageJudge>>();
  const judgeOf = (language: string) => {
    const judge = judges.get(language) ?? languageJudge('content.language', { allow: [language] });
    judges.set(language, judge);
    return judge;
  };
  const lines = [...new Set(texts.map(({ lang }) => lang))].map((lang) => {
    const own = texts.filter((one) => one.lang === lang);
    const others = OTHERS.filter((other) => other !== lang);
    const missed = own.filter(({ text }) => judgeOf(lang).score(text) > 0).length;
    const found = others.flatMap((other) => own.filter(({ text }) => judgeOf(other).score(text) > 0)).length;
    return [
      lang,
      String(own.length),
      percent(missed, own.length),
      percent(found, own.length * others.length),
    ];
  });
  return table(
    ['language', 'texts', 'found though allowed', `found where ${OTHERS.join(', ')} alone is`],
    lines,
  );
}
