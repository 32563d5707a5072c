/**
 * Words by what they mean to an attack, in many languages, in our own choice: no text of others stands behind it.
 * A `*` at the end takes any ending. What a word says alone is little; `techniques.ts` says what they say together.
 */

export const CONCEPTS = [
  'ignore',
  'prior',
  'rules',
  'reveal',
  'system',
  'role',
  'unbound',
  'crime',
  'secret',
  'run',
  'model',
  'answer',
  /** Nothing of its own: where it stands, a sign of `signs.ts` may. */
  'sign',
] as const;
export type Concept = (typeof CONCEPTS)[number];
export type Words = Readonly<Partial<Record<Concept, string>>>;
