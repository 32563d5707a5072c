/** A thread that says it is ready, and then does what the text says: nothing, or end. */
import { parentPort } from 'node:worker_threads';

parentPort?.postMessage({ kind: 'ready' });
parentPort?.on('message', ({ id, text }: { readonly id: number; readonly text: string }) => {
  if (text.startsWith('end')) process.exit(1);
  if (text.startsWith('answer')) parentPort?.postMessage({ kind: 'judged', id, logit: 1 });
});
