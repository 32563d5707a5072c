/** Reads bodies of any dialect as the doors do, for tests. */
import assert from 'node:assert/strict';
import type { Feature, FeatureChanges } from '../../src/core/feature.ts';
import { splice } from '../../src/core/finding.ts';
import { type Headers, withChanges } from '../../src/core/headers.ts';
import type { Operation } from '../../src/core/operation.ts';
import { isRefusal, type Refusal } from '../../src/core/refusal.ts';
import type { EventView, RequestView, ResponseView, Segment } from '../../src/dialects/dialect.ts';
import { classify, dialectOf } from '../../src/dialects/index.ts';
import { type JsonNode, parse } from '../../src/json/document.ts';

export const BOUNDS = { depth: 128, values: 1_000_000 };
export const NO_HEADERS: Headers = new Map();

export function headersOf(headers: Readonly<Record<string, string | readonly string[]>>): Headers {
  return new Map(
    Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? [value] : value]),
  );
}

/** `POST /v1/messages` as the first door would find it. */
export function asked(line: string, headers: Headers = NO_HEADERS): Operation | Refusal | undefined {
  const [method = '', target = ''] = line.split(' ');
  const [path = '', query = ''] = target.split('?');
  return classify({ method, path, query, headers });
}

export function operationOf(line: string, headers: Headers = NO_HEADERS): Operation {
  const operation = asked(line, headers);
  if (operation === undefined || isRefusal(operation)) assert.fail(`${line} is no operation`);
  return operation;
}

const textOf = (body: unknown): string => (typeof body === 'string' ? body : JSON.stringify(body));

export function must<T extends object>(view: T | Refusal): T {
  if (isRefusal(view)) assert.fail(`${view.refused}: ${view.detail}`);
  return view;
}

function rootOf(text: string): JsonNode {
  return must(parse(text, BOUNDS));
}

/** What one operation reads. @param line method and path */
export function readerOf(line: string, headers: Headers = NO_HEADERS) {
  const operation = operationOf(line, headers);
  const dialect = dialectOf(operation.dialect);
  const tryRequest = (body: unknown, more: Headers = headers): RequestView | Refusal => {
    const root = parse(textOf(body), BOUNDS);
    return isRefusal(root) ? root : dialect.readRequest(operation, textOf(body), root, more);
  };
  return {
    operation,
    dialect,
    tryRequest,
    request: (body: unknown, more?: Headers): RequestView => must(tryRequest(body, more)),
    /** Why a body is refused. */
    refused: (body: unknown): string => {
      const view = tryRequest(body);
      assert(isRefusal(view), textOf(body));
      return view.detail ?? view.refused;
    },
    features: (body: unknown, more?: Headers): string[] =>
      must(tryRequest(body, more)).features.flatMap(({ feature, amount }) =>
        feature === 'max_output_tokens' ? [] : amount === undefined ? feature : `${feature} ${amount}`,
      ),
    response: (body: unknown): ResponseView => {
      const text = textOf(body);
      return must(dialect.readResponse(operation, text, rootOf(text)));
    },
    event: (data: unknown, name?: string): EventView =>
      must(dialect.readEvent(operation, { data: textOf(data), name })),
    /** The body, and the headers, once they were changed. */
    adapted: (
      body: unknown,
      strip: readonly Feature[],
      clamp: readonly (readonly [string, number])[] = [],
      more: Headers = headers,
    ) => {
      const text = textOf(body);
      const changes = { strip: new Set(strip), clamp: new Map(clamp) } as unknown as FeatureChanges;
      const made = dialect.adapt(operation, text, rootOf(text), changes, more);
      if (isRefusal(made)) return made.detail ?? made.refused;
      return { body: JSON.parse(splice(text, made.edits)), headers: withChanges(more, made.headers) };
    },
  };
}

/** Role and text of each segment, once it is sure that its place holds just that text. */
export function said(body: unknown, segments: readonly Segment[]): string[] {
  const text = textOf(body);
  for (const { place, text: value, json } of segments) {
    const read = JSON.parse(text.slice(place.start, place.end));
    if (!json) assert.equal(read, value);
    assert.equal(read.length, value.length);
  }
  return segments.map(({ role, text: value }) => `${role}: ${value}`);
}
