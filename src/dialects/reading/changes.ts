/** Members and items taken out of a body, replaced or added, as edits of its text, commas and all. */
import { byPlace, type Edit, type Span } from '../../core/finding.ts';
import type { JsonArray, JsonNode, JsonObject, Member } from '../../json/document.ts';

export class Changes {
  readonly #dropped = new Map<JsonObject, Set<Member>>();
  readonly #cut = new Map<JsonArray, Set<JsonNode>>();
  readonly #added = new Map<JsonObject, string[]>();
  readonly #replaced: Edit[] = [];

  /** Takes a member out of its object. */
  drop(holder: JsonObject, member: Member): void {
    entry(this.#dropped, holder, () => new Set<Member>()).add(member);
  }

  isDropped(holder: JsonObject, member: Member): boolean {
    return this.#dropped.get(holder)?.has(member) === true;
  }

  /** Takes an item out of its list. */
  cut(list: JsonArray, item: JsonNode): void {
    entry(this.#cut, list, () => new Set<JsonNode>()).add(item);
  }

  replace({ start, end }: Span, text: string): void {
    this.#replaced.push({ start, end, text });
  }

  /** Puts a member at the end of an object. @param text key, colon and value */
  add(holder: JsonObject, text: string): void {
    entry(this.#added, holder, () => []).push(text);
  }

  /** In order, none overlapping: what stands within something that goes is not edited any more. */
  edits(): readonly Edit[] {
    const edits = [...this.#replaced];
    for (const [list, gone] of this.#cut) edits.push(...without(placesOf(list), gonePlaces(list, gone)));
    const holders = new Set([...this.#dropped.keys(), ...this.#added.keys()]);
    for (const holder of holders) edits.push(...this.#editsOf(holder));
    return outermost(edits);
  }

  #editsOf(holder: JsonObject): Edit[] {
    const gone = this.#dropped.get(holder) ?? new Set();
    const edits = without(
      holder.members.map(spanOf),
      holder.members.map((member) => gone.has(member)),
    );
    const added = this.#added.get(holder) ?? [];
    if (added.length === 0) return edits;
    const end = holder.end - 1;
    const comma = gone.size < holder.members.length ? ',' : '';
    return [...edits, { start: end, end, text: comma + added.join(',') }];
  }
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

const spanOf = ({ keyStart, value }: Member): Span => ({ start: keyStart, end: value.end });

function placesOf(list: JsonArray): readonly Span[] {
  return list.items;
}

function gonePlaces(list: JsonArray, gone: ReadonlySet<JsonNode>): boolean[] {
  return list.items.map((item) => gone.has(item));
}

/** Takes places of a list out, each with the comma beside it. */
function without(places: readonly Span[], gone: readonly boolean[]): Edit[] {
  const edits: Edit[] = [];
  let kept = false;
  for (const [i, place] of places.entries()) {
    if (gone[i] !== true) kept = true;
    else if (kept) edits.push({ start: places[i - 1]?.end ?? place.start, end: place.end, text: '' });
    else edits.push({ start: place.start, end: places[i + 1]?.start ?? place.end, text: '' });
  }
  return edits;
}

function outermost(edits: Edit[]): readonly Edit[] {
  edits.sort(byPlace);
  const kept: Edit[] = [];
  let end = 0;
  for (const edit of edits) {
    if (edit.start < end) continue;
    kept.push(edit);
    end = Math.max(end, edit.end);
  }
  return kept;
}
