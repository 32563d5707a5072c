/**
 * Checks a resource against the schema of its kind. The models' validators let unknown fields pass, as the servers'
 * default does; here they are mistakes. A validator reads every field that its schema names, so a field that it never
 * read is one that the schema does not know.
 */
export interface Resource {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly [field: string]: unknown;
}

/** Every mistake in a resource, empty if there is none. Throws for a kind that no schema is known of. */
export async function mistakesIn(resource: Resource): Promise<string[]> {
  const kind = await kindOf(resource);
  const read = new Map<object, Set<string>>();
  try {
    // On the watched resource itself: the constructor would make a copy.
    kind.prototype.validate.call(watch(resource, read));
  } catch (error) {
    return [String(error)];
  }
  return unknownFields(resource, read, '');
}

interface Kind {
  readonly prototype: { readonly validate: (this: unknown) => void };
}

/** Istio's kinds are in a package of their own. */
async function kindOf({ apiVersion, kind }: Resource): Promise<Kind> {
  const from = apiVersion.includes('istio.io/') ? '@kubernetes-models/istio' : 'kubernetes-models';
  const kinds = (await import(`${from}/${apiVersion}`)) as Record<string, Kind>;
  const found = kinds[kind];
  if (found === undefined) throw new Error(`no schema for ${apiVersion} ${kind}`);
  return found;
}

/** Notes which fields of each object are asked for. */
function watch(value: unknown, read: Map<object, Set<string>>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => watch(item, read));
  const fields = new Set<string>();
  read.set(value, fields);
  const copy = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, watch(item, read)]));
  return new Proxy(copy, {
    get(target, key) {
      if (typeof key === 'string') fields.add(key);
      return Reflect.get(target, key);
    },
  });
}

/** An object that the validator never looked into has no schema: Envoy's part of an EnvoyFilter, for one. */
function unknownFields(value: unknown, read: Map<object, Set<string>>, place: string): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item, i) => unknownFields(item, read, `${place}[${i}]`));
  const fields = read.get(value) ?? new Set();
  if (fields.size === 0) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    fields.has(key) ? unknownFields(item, read, `${place}.${key}`) : [`unknown field ${place}.${key}`],
  );
}
