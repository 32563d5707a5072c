/** The encoder as a graph for ONNX Runtime: what pieces mean where they stand, and the mean of it over a text. */
import { BLOCK, BLOCK_BYTES, unpack } from '../../src/encoder/blocks.ts';
import { Graph } from './onnx.ts';
import type { Packed } from './packed.ts';

/** After which layers the mean is taken. */
export const TAKEN = [9, 12];

/** Input `pieces`: what each piece is by itself, with its place. Output `features`: the means, side by side. */
export function graphOf(packed: Packed): Uint8Array {
  const { width, layers } = packed;
  const graph = new Graph();
  let value = norm(graph, packed, ['pieces'], 'emb.ln');
  const means: string[] = [];
  for (let layer = 0; layer < layers; layer += 1) {
    value = layerOf(graph, packed, value, layer);
    if (TAKEN.includes(layer + 1)) means.push(graph.node('ReduceMean', [value], { axes: [1], keepdims: 0 }));
  }
  const features = graph.node('Concat', means, { axis: 1 });
  return graph.finish('pieces', width, { node: features, name: 'features' });
}

function layerOf(graph: Graph, packed: Packed, value: string, layer: number): string {
  const { width, inner, heads } = packed;
  const matrix = (name: string, input: string, rows: number, columns: number) =>
    multiply(graph, packed, `l${layer}.${name}`, input, rows, columns);
  const [query, key, known] = ['q', 'k', 'v'].map((name) => matrix(name, value, width, width));
  const context = graph.contributed('MultiHeadAttention', [query ?? '', key ?? '', known ?? ''], {
    num_heads: heads,
  });
  const attended = norm(graph, packed, [value, matrix('ao', context, width, width)], `l${layer}.aln`);
  const wide = graph.contributed('Gelu', [matrix('fi', attended, inner, width)], {});
  return norm(graph, packed, [attended, matrix('fo', wide, width, inner)], `l${layer}.oln`);
}

function norm(graph: Graph, packed: Packed, inputs: readonly string[], name: string): string {
  const { width, epsilon } = packed;
  const vector = (part: string) => graph.floats(`${name}.${part}`, [width], packed.tensor(`${name}.${part}`));
  const sum = inputs.length === 1 ? (inputs[0] ?? '') : graph.node('Add', inputs);
  return graph.node('LayerNormalization', [sum, vector('w'), vector('b')], {
    axis: -1,
    epsilon: { float: epsilon },
  });
}

/** Weights as bytes, a scale for each row; what is multiplied with them is made bytes as it comes. */
function multiply(
  graph: Graph,
  packed: Packed,
  name: string,
  input: string,
  rows: number,
  columns: number,
): string {
  const { weights, scales } = asBytes(packed.tensor(`${name}.w`), rows, columns);
  return graph.contributed(
    'DynamicQuantizeMatMul',
    [
      input,
      graph.bytes(`${name}.w`, [columns, rows], weights),
      graph.floats(`${name}.s`, [rows], scales),
      '',
      graph.floats(`${name}.b`, [rows], packed.tensor(`${name}.b`)),
    ],
    {},
  );
}

/** Of 7 bits: processors without VNNI add pairs of products in 16 bits, and cut what does not fit. */
const LARGEST = 63;

/** @returns the matrix with its rows as columns, as ONNX multiplies */
function asBytes(
  blocks: Uint8Array,
  rows: number,
  columns: number,
): { readonly weights: Uint8Array; readonly scales: Uint8Array } {
  const values = unpacked(blocks);
  const weights = new Int8Array(values.length);
  const scales = new Float32Array(rows);
  for (let row = 0; row < rows; row += 1) {
    const own = values.subarray(row * columns, (row + 1) * columns);
    const scale = own.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-9) / LARGEST;
    scales[row] = scale;
    own.forEach((value, column) => {
      weights[column * rows + row] = Math.round(value / scale);
    });
  }
  return { weights: new Uint8Array(weights.buffer), scales: new Uint8Array(scales.buffer) };
}

function unpacked(blocks: Uint8Array): Float32Array {
  const values = new Float32Array((blocks.length / BLOCK_BYTES) * BLOCK);
  unpack(blocks, values);
  return values;
}
