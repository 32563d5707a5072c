import type { Detector } from '../../src/guards/detector.ts';

/** The texts that a detector finds. */
export const found = (detector: Detector, text: string): readonly string[] =>
  detector.find(text).map(({ start, end }) => text.slice(start, end));
