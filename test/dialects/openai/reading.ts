/** Reads bodies as the doors do, for tests. */
import assert from 'node:assert/strict';
import { splice } from '../../../src/core/finding.ts';
import type { Operation, OperationName } from '../../../src/core/operation.ts';
import { isRefusal, type Refusal } from '../../../src/core/refusal.ts';
import type { EventView, RequestView, ResponseView, Segment } from '../../../src/dialects/dialect.ts';
import { openai } from '../../../src/dialects/openai/dialect.ts';
import { parse } from '../../../src/json/document.ts';

export const BOUNDS = { depth: 128, values: 1_000_000 };

export function operation(name: OperationName): Operation {
  return { name, dialect: 'openai', body: name.startsWith('models') ? 'none' : 'json' };
}

export function textOf(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}

export function tryRequest(name: OperationName, body: unknown): RequestView | Refusal {
  const text = textOf(body);
  const root = parse(text, BOUNDS);
  return isRefusal(root) ? root : openai.readRequest(operation(name), text, root, new Map());
}

function must<T extends object>(view: T | Refusal): T {
  if (isRefusal(view)) assert.fail(`${view.refused}: ${view.detail}`);
  return view;
}

export function request(name: OperationName, body: unknown): RequestView {
  return must(tryRequest(name, body));
}

export function response(name: OperationName, body: unknown): ResponseView {
  const text = textOf(body);
  return must(openai.readResponse(operation(name), text, must(parse(text, BOUNDS))));
}

export function event(name: OperationName, data: unknown): EventView {
  return must(openai.readEvent(operation(name), { data: textOf(data) }));
}

/** Role and text of each segment, and whether its place holds just that text. */
export function texts(body: unknown, segments: readonly Segment[]): [string, string][] {
  const text = textOf(body);
  for (const { place, text: value, json } of segments) {
    const read = JSON.parse(text.slice(place.start, place.end));
    if (!json) assert.equal(read, value);
    assert.equal(read.length, value.length);
  }
  return segments.map(({ role, text: value }) => [role, value]);
}

export function detailOf(view: object): string | undefined {
  return isRefusal(view) ? `${view.refused}: ${view.detail}` : undefined;
}

/** A request with the usage edits made. */
export function withUsage(name: OperationName, body: string): string {
  return splice(body, request(name, body).usageEdits);
}
