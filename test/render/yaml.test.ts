import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { explain, toYaml } from '../../src/render/yaml.ts';

test('a reason stands above its key, wherever the key is, and changes no data', () => {
  const tree = { list: [explain({ a: 1, b: [true] }, { b: 'two\nlines' })], c: 'x' };
  const text = toYaml([tree], 'head\n\nmore');
  assert.equal(
    text,
    '# head\n#\n# more\nlist:\n  - a: 1\n    # two\n    # lines\n    b:\n      - true\nc: x\n',
  );
  assert.deepEqual(
    parseAllDocuments(text).map((x) => x.toJS()),
    [{ list: [{ a: 1, b: [true] }], c: 'x' }],
  );
});

test('an object that stands at two places is written out at both', () => {
  const shared = { x: 1 };
  assert.equal(toYaml([{ a: shared, b: shared }], 'h'), '# h\na:\n  x: 1\nb:\n  x: 1\n');
});

test('documents are separated, and texts of many lines come back as they were', () => {
  const text = 'a: "1"\n\n  # indented\n\tb\n';
  const documents = [{ data: { 'f.yaml': text } }, { b: 'yes' }];
  const written = toYaml(documents, 'h');
  assert.deepEqual(
    parseAllDocuments(written).map((x) => x.toJS()),
    documents,
  );
  assert.match(written, /f\.yaml: \|/);
});
