/** A thread of its own: reads a large policy, judges all of it, and hands it over in pieces. See `aside.ts`. */
import { parentPort, workerData } from 'node:worker_threads';
import type { AsideWork, Piece } from './aside.ts';
import { expandTypes } from './finding-types.ts';
import { judgeParsed } from './load.ts';

/** Grants in one message: each is a millisecond of reading for the thread that serves. */
const PIECE = 100;

function send(piece: Piece): void {
  parentPort?.postMessage(piece);
}

const { files, base, env, now } = workerData as AsideWork;
const { loaded, value } = judgeParsed(files, base, { env, expand: expandTypes, now });
const { warnings, secretFiles } = loaded;
if ('snapshot' in loaded) {
  const { grants, ...rest } = value as { readonly grants?: readonly unknown[] };
  send({ kind: 'good', value: rest, version: loaded.snapshot.version, warnings, secretFiles });
  for (let at = 0; at < (grants?.length ?? 0); at += PIECE)
    send({ kind: 'grants', grants: grants?.slice(at, at + PIECE) ?? [] });
  send({ kind: 'end' });
} else {
  send({ kind: 'bad', mistakes: loaded.mistakes, warnings, secretFiles });
}
