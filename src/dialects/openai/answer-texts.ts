/** The texts of OpenAI's answers: those of each choice apart. */
import { type JsonNode, memberOf } from '../../json/document.ts';
import { AnswerTexts, WHOLE } from '../reading/answer-texts.ts';

export function readAnswer(text: string, root: JsonNode): AnswerTexts['result'] {
  const texts = new AnswerTexts(text);
  if (root.kind !== 'object') return texts.result;
  for (const member of root.members) {
    const { key, value } = member;
    if (key !== 'choices' || value.kind !== 'array') texts.member(member, WHOLE, 'output');
    else for (const [i, choice] of value.items.entries()) readChoice(texts, choice, i);
  }
  return texts.result;
}

function readChoice(texts: AnswerTexts, choice: JsonNode, position: number): void {
  const channel = `${texts.indexOf(choice) ?? position}.`;
  const before = texts.deltas.length;
  texts.walk(choice, channel, 'output');
  const finish = memberOf(choice, 'finish_reason');
  if (finish !== undefined && finish.kind !== 'null') texts.closes.push(channel);
  // A model reasons before it speaks; without this, the end of the one would hold back all of the other.
  else if (speaksSince(texts, before)) texts.closes.push(`${channel}reasoning`);
}

function speaksSince({ deltas }: AnswerTexts, position: number): boolean {
  for (let i = position; i < deltas.length; i += 1) if (deltas[i]?.role !== 'reasoning') return true;
  return false;
}
