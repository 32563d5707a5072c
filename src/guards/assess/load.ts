/** Reads the model file: the edge of this folder. */
import { readFileSync } from 'node:fs';
import { type Model, ModelError, parseModel } from './model.ts';

/** Where the weights stand that ship with the product, in a checkout and in the package alike. */
export const MODEL_FILE = new URL('../../../models/guards.bin', import.meta.url).pathname;

/** Reads the weights, once, when a process starts. @throws ModelError if the file is missing or damaged */
export function loadModel(path: string = MODEL_FILE): Model {
  return parseModel(read(path));
}

function read(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch {
    throw new ModelError(`The model file ${path} cannot be read.`);
  }
}
