/**
 * The sums that score one half, set by hand: aimed at 1 % of the innocent English texts of left-out sources, and 2 % of
 * those of other languages. What the report says at these thresholds is therefore not wholly of unseen texts.
 */
import type { HARMS } from '../src/guards/assess/model.ts';

export const THRESHOLDS = {
  direct: { english: 0, other: -0.1, slope: 1.2 },
  indirect: { english: 1.2, other: 1.8, slope: 1.2 },
} as const;

export const HARM_THRESHOLDS: Readonly<Record<(typeof HARMS)[number], number>> = {
  'harm.hate': 0,
  'harm.harassment': 0,
  'harm.sexual': 0,
  'harm.minors': 0,
  'harm.self_harm': 0,
  'harm.violence': 0,
  'harm.weapons': 0,
  'harm.illicit': 0,
  'harm.malware': 0,
};
