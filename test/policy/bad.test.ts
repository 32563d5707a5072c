/** Each file in `bad/` has one mistake. Its first lines say what `check` must say about it, and where. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { loadPolicy } from '../../src/policy/load.ts';
import type { Mistake } from '../../src/policy/mistake.ts';
import { setting } from './setting.ts';

const FOLDER = new URL('./bad/', import.meta.url).pathname;

for (const name of readdirSync(FOLDER).sort()) {
  test(`says what is wrong, and where: ${name}`, () => {
    const loaded = loadPolicy(FOLDER + name, setting);
    const errors = 'mistakes' in loaded ? loaded.mistakes : [];
    const expected = readFileSync(FOLDER + name, 'utf8').matchAll(/^# (expect|warn): (.*)$/gm);
    assert.deepEqual(
      [
        ...errors.map((mistake) => said('expect', mistake)),
        ...loaded.warnings.map((mistake) => said('warn', mistake)),
      ],
      [...expected].map(([, kind, text]) => `${kind}: ${text}`),
    );
  });
}

function said(kind: string, { line, column, path, message }: Mistake): string {
  return `${kind}: ${line}:${column} ${path === '' ? '' : `${path}: `}${message.replaceAll(FOLDER, '')}`;
}
