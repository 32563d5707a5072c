/** What messages and items bring besides text: images, audio and files, whatever shape they come in. */
import type { Feature, FeatureUse } from '../../core/feature.ts';
import type { Refusal } from '../../core/refusal.ts';
import { type JsonNode, memberOf, stringValue } from '../../json/document.ts';
import { itemsOf, textIn } from '../reading/features.ts';
import { folded, invalid } from '../reading/governed.ts';
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
function* partsOf(list: JsonNode | undefined): Generator<JsonNode> {
  for (const item of itemsOf(list)) {
    yield item;
    for (const holder of ['content', 'output']) {
      const held = memberOf(item, holder);
      if (held?.kind === 'object') yield held;
      else yield* itemsOf(held);
    }
  }
}

export function partsIn(text: string, list: JsonNode): readonly FeatureUse[] {
  const attached = itemsOf(list).flatMap((item) => itemsOf(memberOf(item, 'attachments')));
  return [
    ...[...partsOf(list)].flatMap((part) => partUses(text, part)),
    ...attached.map((): FeatureUse => ({ feature: 'file_input' })),
  ];
}

export function partUses(text: string, part: JsonNode): readonly FeatureUse[] {
  const feature = KINDS.get(textIn(text, part, 'type') ?? '') ?? heldBy(part);
  return feature === undefined ? [] : [{ feature }];
}

const URLS: ReadonlySet<string> = new Set(['image_url', 'video_url', 'audio_url', 'file_url']);

/** Refuses a URL that the backend had better not fetch. */
export function judgeUrls(text: string, root: JsonNode): Refusal | undefined {
  for (const list of ['messages', 'additional_messages', 'input', 'items']) {
    for (const part of partsOf(memberOf(root, list))) {
      const urls = part.kind === 'object' ? part.members.filter(({ key }) => URLS.has(folded(key))) : [];
      if (urls.some(({ value }) => !isHarmless(text, value)))
        return invalid('A URL must be https and lead to a public name.');
    }
  }
  return undefined;
}

/** A URL, or an object with one. */
function isHarmless(text: string, value: JsonNode): boolean {
  const url = value.kind === 'object' ? memberOf(value, 'url') : value;
  return url?.kind !== 'string' || leadsOutside(stringValue(text, url));
}

function heldBy(part: JsonNode): Feature | undefined {
  if (part.kind !== 'object') return undefined;
  const held = part.members.filter(({ value }) => value.kind !== 'null');
  return held.map(({ key }) => HOLDS.get(folded(key))).find((feature) => feature !== undefined);
}
