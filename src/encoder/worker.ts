/** A thread of its own: loads the encoder and judges one text after the other. */
import { parentPort } from 'node:worker_threads';
import { openJudge } from './judge.ts';
import type { Asked, Said } from './second-look.ts';

const say = (said: Said): void => parentPort?.postMessage(said);

const opening = openJudge().then(
  (judge) => {
    say({ kind: 'ready' });
    return judge;
  },
  (error: unknown) => {
    say({ kind: 'absent', why: error instanceof Error ? error.message : String(error) });
    return undefined;
  },
);

let before: Promise<unknown> = opening;

parentPort?.on('message', ({ id, text }: Asked) => {
  const judged = before.then(async () => (await opening)?.judge(text));
  before = judged.then(
    (logit) => say({ kind: 'judged', id, ...(logit !== undefined && { logit }) }),
    () => say({ kind: 'judged', id }),
  );
});
