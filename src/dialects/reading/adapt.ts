/** Takes features out of bodies whose members each ask for one thing. */
import type { Feature, FeatureChanges } from '../../core/feature.ts';
import { NO_HEADER_CHANGES } from '../../core/headers.ts';
import { type Refusal, refuse } from '../../core/refusal.ts';
import { type JsonNode, type JsonObject, memberOf } from '../../json/document.ts';
import type { Adapted, Dialect } from '../dialect.ts';
import { Changes } from './changes.ts';
import { numberIn } from './features.ts';

/** Where a bound stands: in the body, or in an object of it. */
export interface BoundPlace {
  readonly holder?: string;
  readonly key: string;
}

export interface AdaptForm {
  /** What a member asks for as a whole. */
  readonly featureOf: (key: string) => Feature | undefined;
  /** Content, and what the model does by itself: what is asked changes without it. */
  readonly fixed: readonly Feature[];
  /** Members that mean nothing without tools. */
  readonly ofTools: readonly string[];
  /** Where the length of the answer is bound; the first is said where none is. */
  readonly bounds: readonly BoundPlace[];
  /** What an effort is called; without it a request that asks for too much is refused. */
  readonly effort?: { readonly key: string; readonly word: (effort: number) => string };
}

/** Makes the `adapt` of a dialect whose bodies are so. */
export function adapter(form: AdaptForm): Dialect['adapt'] {
  return (_, text, root, changes) => adaptMembers(text, root, changes, form);
}

/** @returns the refusal where one must be taken out that cannot be */
export function judgeFixed(fixed: Feature | undefined): Refusal | undefined {
  if (fixed === undefined) return undefined;
  return refuse('feature_not_allowed', { detail: `${fixed} cannot be taken out.` });
}

function adaptMembers(
  text: string,
  root: JsonNode,
  changes: FeatureChanges,
  form: AdaptForm,
): Adapted | Refusal {
  if (root.kind !== 'object') return refuse('feature_not_allowed');
  const fixed = judgeFixed(form.fixed.find((feature) => changes.strip.has(feature)));
  if (fixed !== undefined) return fixed;
  const made = new Changes();
  for (const member of root.members) {
    const feature = form.featureOf(member.key);
    const ofTools = changes.strip.has('functions') && form.ofTools.includes(member.key);
    if (ofTools || (feature !== undefined && changes.strip.has(feature))) made.drop(root, member);
  }
  clampOutput(text, root, changes.clamp.get('max_output_tokens'), form.bounds, made);
  const effort = changes.clamp.get('reasoning');
  const asked = form.effort === undefined ? undefined : memberOf(root, form.effort.key);
  if (effort !== undefined && form.effort !== undefined && asked !== undefined)
    made.replace(asked, form.effort.word(effort));
  return { edits: made.edits(), headers: NO_HEADER_CHANGES };
}

function clampOutput(
  text: string,
  root: JsonObject,
  most: number | undefined,
  bounds: readonly BoundPlace[],
  made: Changes,
): void {
  if (most === undefined) return;
  let stated = false;
  for (const { holder, key } of bounds) {
    const bound = memberOf(holder === undefined ? root : memberOf(root, holder), key);
    if (bound === undefined) continue;
    stated = true;
    const amount = numberIn(text, bound) ?? -1;
    if (amount < 0 || amount > most) made.replace(bound, String(most));
  }
  const [first] = bounds;
  if (!stated && first !== undefined) addBound(root, first, most, made);
}

function addBound(root: JsonObject, { holder, key }: BoundPlace, most: number, made: Changes): void {
  const inner = holder === undefined ? root : memberOf(root, holder);
  const member = `"${key}":${most}`;
  if (inner?.kind === 'object') made.add(inner, member);
  else if (inner === undefined) made.add(root, `"${holder}":{${member}}`);
  else made.replace(inner, `{${member}}`);
}
