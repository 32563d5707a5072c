/** Letters that stand for other letters, or stand the other way round. */
import { atbash as atbashText, rot13 as rot13Text } from './clues.ts';
import { type Traced, Tracer } from './view.ts';

export function rot13(text: string): Traced {
  return inPlace(text, rot13Text(text));
}

export function atbash(text: string): Traced {
  return inPlace(text, atbashText(text));
}

export function reversed(text: string): Traced {
  const tracer = new Tracer();
  let end = text.length;
  for (const char of [...text].reverse()) {
    tracer.put(char, end - char.length, end);
    end -= char.length;
  }
  return tracer.done();
}

/** Each word turned round, the words in their order. */
export function reversedWords(text: string): Traced {
  const tracer = new Tracer();
  let at = 0;
  for (const match of text.matchAll(/[^\s]+/g)) {
    tracer.copy(text, at, match.index);
    at = match.index + match[0].length;
    let end = at;
    for (const char of [...match[0]].reverse()) {
      tracer.put(char, end - char.length, end);
      end -= char.length;
    }
  }
  tracer.copy(text, at, text.length);
  return tracer.done();
}

function inPlace(text: string, read: string): Traced {
  const starts = Int32Array.from({ length: text.length }, (_, at) => at);
  return { text: read, starts, ends: starts.map((at) => at + 1) };
}
