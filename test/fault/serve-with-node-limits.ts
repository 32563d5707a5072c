/** Starts the command line as `bin/sallyport.js` does, with Node's own limit of stream resets in place of ours. */
import http2 from 'node:http2';
import { main } from '../../src/cli/main.ts';

const createServer = http2.createServer as (
  options: http2.ServerOptions,
  ...rest: never[]
) => http2.Http2Server;
Object.assign(http2, {
  createServer: (options: http2.ServerOptions, ...rest: never[]) => {
    const { streamResetBurst: _burst, streamResetRate: _rate, ...others } = options;
    return createServer(others, ...rest);
  },
});
await main(process.argv.slice(2));
