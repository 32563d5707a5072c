#!/usr/bin/env node
/*
 * Starts the command line. In a checkout it runs the TypeScript sources as they are; the published package has only
 * the built files. An older Node than 24 is exchanged for the one that `make setup` installed beside the checkout.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const sources = new URL('../src/cli/main.ts', import.meta.url);
const built = new URL('../dist/cli/main.js', import.meta.url);
const ownNode = fileURLToPath(new URL('../.tools/node_modules/.bin/node', import.meta.url));
const major = Number(process.versions.node.split('.', 1)[0]);

if (major >= 24) {
  const { main } = await import((existsSync(sources) ? sources : built).href);
  await main(process.argv.slice(2));
} else if (existsSync(ownNode)) {
  const child = spawn(ownNode, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code) => process.exit(code ?? 1));
} else {
  process.stderr.write(
    `sallyport needs Node 24 or newer; this is ${process.version}. In a checkout, run "make setup".\n`,
  );
  process.exit(2);
}
