import type { Detector } from '../../src/guards/detector.ts';
import { Engine } from '../../src/guards/engine/engine.ts';
import type { Recognizer } from '../../src/guards/engine/recognizer.ts';
import { START } from '../../src/guards/looker.ts';

/** A recognizer as a detector of its type alone: an engine that looks for nothing else. */
export function alone(recognizer: Recognizer): Detector {
  const engine = new Engine([recognizer]);
  return {
    type: recognizer.type,
    label: recognizer.label,
    reach: engine.reach,
    find: (text, from = 0) => engine.find(text, { from, across: [] }),
    open: (text) => engine.see(text, START).open,
  };
}

/** The texts that a recognizer finds. */
export const found = (recognizer: Recognizer, text: string): readonly string[] =>
  alone(recognizer)
    .find(text)
    .map(({ start, end }) => text.slice(start, end));
