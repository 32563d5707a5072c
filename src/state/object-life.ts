/** How long the owners of stored objects are known. */
import type { ObjectKind } from '../core/stored-object.ts';

const DAY_MS = 86_400_000;
/** Kinds that are made by the thousand and that providers forget by themselves. Others live until they are deleted. */
const LIVES_MS: Partial<Record<ObjectKind, number>> = { response: 60 * DAY_MS, conversation: 60 * DAY_MS };

/** Milliseconds; undefined for as long as nobody deletes it. */
export const livesMs = (kind: ObjectKind): number | undefined => LIVES_MS[kind];
