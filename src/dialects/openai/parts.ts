/** What messages and items bring besides text: images, audio and files, whatever shape they come in. */
import type { Feature, FeatureUse } from '../../core/feature.ts';
import type { Refusal } from '../../core/refusal.ts';
import { foldedKey, type JsonNode, type Member, memberOf, stringValue } from '../../json/document.ts';
import { itemsOf, textIn } from '../reading/features.ts';
import { invalid } from '../reading/governed.ts';
import { leadsOutside } from '../remote-url.ts';

const KINDS: ReadonlyMap<string, Feature> = new Map<string, Feature>([
  ['image_url', 'image_input'],
  ['input_image', 'image_input'],
  ['image', 'image_input'],
  ['image_embeds', 'image_input'],
  ['computer_screenshot', 'image_input'],
  ['video_url', 'image_input'],
  ['input_video', 'image_input'],
  ['video', 'image_input'],
  ['image_file', 'image_input'],
  ['input_audio', 'audio_input'],
  ['audio_url', 'audio_input'],
  ['file', 'file_input'],
  ['input_file', 'file_input'],
]);

/** Some backends go by what a part holds, and need no kind: vLLM takes `{ "image_url": … }`, Ollama `images`. */
const HOLDS: ReadonlyMap<string, Feature> = new Map<string, Feature>([
  ['image_url', 'image_input'],
  ['image', 'image_input'],
  ['images', 'image_input'],
  ['image_embeds', 'image_input'],
  ['video_url', 'image_input'],
  ['input_audio', 'audio_input'],
  ['audio_url', 'audio_input'],
  ['file', 'file_input'],
  ['file_data', 'file_input'],
  ['file_url', 'file_input'],
]);

/** Parts of messages, of items, and of what tools gave back; and what these say of themselves. */
function eachPart(list: JsonNode | undefined, visit: (part: JsonNode) => void): void {
  for (const item of itemsOf(list)) {
    visit(item);
    if (item.kind === 'object') for (const member of item.members) eachHeld(member, visit);
  }
}

/** Most messages hold a text, and no parts. */
function eachHeld({ key, value }: Member, visit: (part: JsonNode) => void): void {
  if (value.kind === 'string' || (key !== 'content' && key !== 'output')) return;
  if (value.kind === 'object') visit(value);
  else for (const part of itemsOf(value)) visit(part);
}

export function partsIn(text: string, list: JsonNode): readonly FeatureUse[] {
  const uses: FeatureUse[] = [];
  eachPart(list, (part) => {
    const feature = featureOf(text, part);
    if (feature !== undefined) uses.push({ feature });
  });
  for (const item of itemsOf(list))
    for (const _ of itemsOf(memberOf(item, 'attachments'))) uses.push({ feature: 'file_input' });
  return uses;
}

export function partUses(text: string, part: JsonNode): readonly FeatureUse[] {
  const feature = featureOf(text, part);
  return feature === undefined ? [] : [{ feature }];
}

function featureOf(text: string, part: JsonNode): Feature | undefined {
  return KINDS.get(textIn(text, part, 'type') ?? '') ?? heldBy(part);
}

const URLS: ReadonlySet<string> = new Set(['image_url', 'video_url', 'audio_url', 'file_url']);

/** Refuses a URL that the backend had better not fetch. */
export function judgeUrls(text: string, root: JsonNode): Refusal | undefined {
  let harmful = false;
  for (const list of ['messages', 'additional_messages', 'input', 'items'])
    eachPart(memberOf(root, list), (part) => {
      harmful ||= part.kind === 'object' && part.members.some((member) => isHarmful(text, member));
    });
  return harmful ? invalid('A URL must be https and lead to a public name.') : undefined;
}

/** A URL, or an object with one. */
function isHarmful(text: string, member: Member): boolean {
  if (!URLS.has(foldedKey(member))) return false;
  const { value } = member;
  const url = value.kind === 'object' ? memberOf(value, 'url') : value;
  return url?.kind === 'string' && !leadsOutside(stringValue(text, url));
}

function heldBy(part: JsonNode): Feature | undefined {
  if (part.kind !== 'object') return undefined;
  for (const member of part.members) {
    const feature = HOLDS.get(foldedKey(member));
    if (feature !== undefined && member.value.kind !== 'null') return feature;
  }
  return undefined;
}
