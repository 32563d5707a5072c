/** What the texts of a body are, and what of it is no text. */

/** Who says a text, or what it is of an answer. */
export const ROLES = ['system', 'user', 'assistant', 'tool', 'output', 'reasoning', 'arguments'] as const;
export type Role = (typeof ROLES)[number];

/** How a text is meant to be read: what a user says; what tools, files and web pages say; what the model says. */
export type Reading = 'direct' | 'indirect' | 'system' | 'output';

/**
 * What a part is that no detector can look into: bytes of a kind; something that only the provider can see, by its
 * address or its id; a text as tokens; what the provider wrote for itself alone; a part that nobody knows.
 */
export const OPAQUE_KINDS = [
  'image',
  'audio',
  'video',
  'file',
  'remote',
  'stored',
  'tokens',
  'sealed',
  'unknown',
] as const;
export type OpaqueKind = (typeof OPAQUE_KINDS)[number];
