/**
 * The paths of a dialect as a table: `GET /files/{file}/content` and what it asks for. Only these paths, spelled
 * exactly so: whatever else there may be is not served.
 */
import type { DialectName, Operation, PathModel } from '../../core/operation.ts';
import { type Refusal, refuse } from '../../core/refusal.ts';
import { OBJECT_KINDS, type ObjectKind } from '../../core/stored-object.ts';

/** What a path asks for; the rest is read from the path itself. */
export type PathOperation = Pick<Operation, 'name'> &
  Partial<Pick<Operation, 'body' | 'answer' | 'stream' | 'untyped' | 'piece'>>;

/**
 * Method and path. `{file}` and other kinds of stored objects are the id of one, which must be the caller's; `{}` is
 * any id; `{model}` is the name of a model, `{models}` one that may have slashes, `{escaped}` one in which colons and
 * slashes are percent-encoded.
 */
export type PathTable = readonly (readonly [path: string, operation: PathOperation])[];

const ID = '[A-Za-z0-9_-][\\w.-]{0,255}';
const MODEL = '[A-Za-z0-9_][\\w.@~+-]{0,255}';
const MODELS = '[\\w.:@~+-]{1,256}(?:/[\\w.:@~+-]{1,256})*';
const ESCAPED = '(?:[\\w.:@~+-]|%3[Aa]|%2[Ff]){1,1024}';
const PLACEHOLDERS: Readonly<Record<PathModel['as'], string>> = {
  model: MODEL,
  models: MODELS,
  escaped: ESCAPED,
};

interface Pattern {
  readonly regex: RegExp;
  /** What each group of it holds. */
  readonly holds: readonly string[];
  readonly methods: Map<string, Operation>;
}

export type Classify = (method: string, path: string) => Operation | Refusal | undefined;

/** @param prefixes what may stand before each path of the table; may have placeholders, too */
export function pathReader(dialect: DialectName, prefixes: readonly string[], table: PathTable): Classify {
  const fixed = new Map<string, Map<string, Operation>>();
  const patterns = new Map<string, Pattern>();
  for (const prefix of prefixes) {
    for (const [row, { name, body = 'none', ...more }] of table) {
      const [method = '', path = ''] = row.split(' ');
      const whole = prefix + path;
      const operation: Operation = { name, dialect, body, ...more };
      if (whole.includes('{')) patternFor(patterns, whole).methods.set(method, operation);
      else methodsFor(fixed, whole).set(method, operation);
    }
  }
  const list = [...patterns.values()];
  return (method, path) => {
    const methods = fixed.get(path);
    if (methods !== undefined) return methods.get(method) ?? wrongMethod([...methods.keys()]);
    return matchPattern(list, method, path);
  };
}

function methodsFor(fixed: Map<string, Map<string, Operation>>, path: string): Map<string, Operation> {
  const known = fixed.get(path) ?? new Map<string, Operation>();
  fixed.set(path, known);
  return known;
}

function patternFor(patterns: Map<string, Pattern>, path: string): Pattern {
  const known = patterns.get(path);
  if (known !== undefined) return known;
  const holds: string[] = [];
  const source = path.replaceAll(/[.$()*+?^|\\]/g, '\\$&').replaceAll(/\{(\w*)\}/g, (_, what: string) => {
    holds.push(what);
    return `(${namesModel(what) ? PLACEHOLDERS[what] : ID})`;
  });
  const made = { regex: new RegExp(`^${source}$`, 'd'), holds, methods: new Map() };
  patterns.set(path, made);
  return made;
}

function matchPattern(
  patterns: readonly Pattern[],
  method: string,
  path: string,
): Operation | Refusal | undefined {
  let allowed: string[] | undefined;
  for (const { regex, holds, methods } of patterns) {
    const found = regex.exec(path);
    if (found === null) continue;
    const operation = methods.get(method);
    const named = operation === undefined ? undefined : withNames(operation, holds, found);
    if (named !== undefined) return named;
    if (operation === undefined) allowed = [...(allowed ?? []), ...methods.keys()];
  }
  return allowed === undefined ? undefined : wrongMethod(allowed);
}

/** @returns undefined where a name cannot be one */
function withNames(
  operation: Operation,
  holds: readonly string[],
  found: RegExpExecArray,
): Operation | undefined {
  let named = operation;
  for (const [i, what] of holds.entries()) {
    const value = found[i + 1] ?? '';
    if (namesModel(what)) {
      const pathModel = what === 'escaped' ? decodeURIComponent(value) : value;
      if (!isModel(pathModel)) return undefined;
      const [start = 0, end = 0] = found.indices?.[i + 1] ?? [];
      named = { ...named, pathModel, pathModelPlace: { start, end, as: what } };
    } else if (isKind(what)) named = { ...named, pathObject: { kind: what, id: value } };
  }
  return named;
}

function namesModel(what: string): what is PathModel['as'] {
  return Object.hasOwn(PLACEHOLDERS, what);
}

function isModel(name: string): boolean {
  return name.length <= 256 && !/(?:^|\/)\.{0,2}(?:\/|$)/.test(name);
}

/**
 * A channel is opened by a plain path; which model it is for stands in the query.
 * @param member of the query that names the model
 * @returns undefined where it names none
 */
export function readRealtime(
  dialect: DialectName,
  { path, query }: { readonly path: string; readonly query: string },
  member: string,
): Operation | undefined {
  const found = new RegExp(`(?:^|&)${member}=(${MODELS})(?:&|$)`, 'd').exec(query);
  const [start = 0, end = 0] = found?.indices?.[1] ?? [];
  const pathModel = query.slice(start, end);
  if (found === null || !isModel(pathModel)) return undefined;
  const before = path.length + 1;
  const place = { start: before + start, end: before + end, as: 'models' } as const;
  return { name: 'realtime', dialect, body: 'none', pathModel, pathModelPlace: place };
}

/**
 * A path, its query included, that names another model.
 * @param path one that was read as `operation`
 * @returns undefined where the path names none, or cannot name that one
 */
export function withModel(
  path: string,
  { pathModel, pathModelPlace: place }: Operation,
  model: string,
): string | undefined {
  if (place === undefined || !isModel(model)) return undefined;
  // A proxy that takes a credential off a query may put the rest of it in another order.
  if (decodeURIComponent(path.slice(place.start, place.end)) !== pathModel) return undefined;
  const written = place.as === 'escaped' ? model.replaceAll(':', '%3A').replaceAll('/', '%2F') : model;
  if (!new RegExp(`^${PLACEHOLDERS[place.as]}$`).test(written)) return undefined;
  return path.slice(0, place.start) + written + path.slice(place.end);
}

function isKind(what: string): what is ObjectKind {
  return (OBJECT_KINDS as readonly string[]).includes(what);
}

function wrongMethod(allowed: readonly string[]): Refusal {
  return refuse('method_not_allowed', { headers: [['allow', [...new Set(allowed)].join(', ')]] });
}
