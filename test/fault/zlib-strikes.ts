/** Must be imported before the product: what it puts in the way of zlib is what the decoders then take hold of. */
import zlib from 'node:zlib';
import { pass } from './strike.ts';

type Done = (error: Error | null, result?: unknown) => void;
type Unpack = (bytes: Uint8Array, options: object, done: Done) => void;

const plain = zlib.inflateRaw as unknown as Unpack;
const struck: Unpack = (bytes, options, done) =>
  plain(bytes, options, (error, result) => {
    try {
      pass('zlib.inflateRaw');
      done(error, result);
    } catch (fault) {
      done(fault as Error);
    }
  });
Object.assign(zlib, { inflateRaw: struck });
