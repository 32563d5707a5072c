/** What messages and items bring besides text: images, audio and files, whatever shape they come in. */
import type { Feature, FeatureUse } from '../../core/feature.ts';
import { type JsonNode, memberOf } from '../../json/document.ts';
import { folded } from './governed.ts';
import { itemsOf, textIn } from './nodes.ts';

const KINDS: ReadonlyMap<string, Feature> = new Map<string, Feature>([
  ['image_url', 'image_input'],
  ['input_image', 'image_input'],
  ['image', 'image_input'],
  ['image_embeds', 'image_input'],
  ['computer_screenshot', 'image_input'],
  ['video_url', 'image_input'],
  ['input_video', 'image_input'],
  ['video', 'image_input'],
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

/** Parts of messages, of items, and of what tools gave back. */
export function partsIn(text: string, list: JsonNode): readonly FeatureUse[] {
  const uses: FeatureUse[] = [];
  for (const item of itemsOf(list)) {
    addPart(text, item, uses);
    for (const holder of ['content', 'output']) {
      const held = memberOf(item, holder);
      for (const part of held?.kind === 'object' ? [held] : itemsOf(held)) addPart(text, part, uses);
    }
  }
  return uses;
}

function addPart(text: string, part: JsonNode, uses: FeatureUse[]): void {
  const feature = KINDS.get(textIn(text, part, 'type') ?? '') ?? heldBy(part);
  if (feature !== undefined) uses.push({ feature });
}

function heldBy(part: JsonNode): Feature | undefined {
  if (part.kind !== 'object') return undefined;
  const held = part.members.filter(({ value }) => value.kind !== 'null');
  return held.map(({ key }) => HOLDS.get(folded(key))).find((feature) => feature !== undefined);
}
