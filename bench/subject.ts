/** A server under measurement, as a child process. Tells its CPU when asked. */
import { startBare, startOrdinary } from './empty.ts';

const STARTS: Readonly<Record<string, () => Promise<number>>> = {
  ordinary: startOrdinary,
  bare: startBare,
  sallyport: async () => (await import('./sallyport.ts')).startForBench(),
};

const port = await STARTS[process.argv[2] ?? '']?.();
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpu: user + system });
});
process.on('disconnect', () => process.exit(0));
process.send?.({ port });
