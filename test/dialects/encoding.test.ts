import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import zlib from 'node:zlib';
import fc from 'fast-check';
import { isRefusal } from '../../src/core/refusal.ts';
import { type Coding, decode, judgeContentType, readCoding } from '../../src/dialects/encoding.ts';

const PLAIN = Buffer.from(JSON.stringify({ text: 'hello '.repeat(2000) }));
const ENCODED: readonly (readonly [Coding, Buffer])[] = [
  ['gzip', zlib.gzipSync(PLAIN)],
  ['deflate', zlib.deflateSync(PLAIN)],
  ['br', zlib.brotliCompressSync(PLAIN)],
  ['zstd', zlib.zstdCompressSync(PLAIN)],
];

async function outcome(bytes: Uint8Array, coding: Coding, bound = 1 << 20): Promise<string> {
  const plain = await decode(bytes, coding, bound);
  if (isRefusal(plain)) return plain.refused;
  return Buffer.compare(plain, PLAIN) === 0 ? 'as it was' : 'something else';
}

describe('content types', () => {
  it('E1, E2, E3, D7: JSON in UTF-8 and nothing else', () => {
    for (const type of [
      'application/json',
      'Application/JSON',
      'application/json; charset=utf-8',
      'application/json;charset="UTF-8"',
      ' application/json ;\tcharset=Utf-8 ',
    ]) {
      assert.equal(judgeContentType(type), undefined, type);
    }
    for (const type of [
      undefined,
      '',
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/json+x',
      'application/jsonx',
      'application/vnd.api+json',
      'application/json; charset=utf-16',
      'application/json; charset=iso-8859-1',
      'application/json; charset=utf-7',
      'application/json; charset=utf-8; charset=utf-16',
      'application/json; boundary=x',
      'application/json, text/plain',
      'application/grpc',
      `application/json;${' '.repeat(1000)}charset=utf-8`,
    ]) {
      assert.equal(judgeContentType(type)?.refused, 'content_type_unsupported', type);
    }
  });
});

describe('content codings', () => {
  it('E4: knows those that can be decoded, by name in any case', () => {
    assert.equal(readCoding(undefined), 'identity');
    assert.equal(readCoding('identity'), 'identity');
    assert.equal(readCoding(' GZip '), 'gzip');
    assert.equal(readCoding('x-gzip'), 'gzip');
    assert.equal(readCoding('deflate'), 'deflate');
    assert.equal(readCoding('br'), 'br');
    assert.equal(readCoding('zstd'), 'zstd');
  });

  it('E6: refuses more than one, unknown and empty ones, and says which would do', () => {
    for (const value of [
      'gzip, gzip',
      'identity, gzip',
      'gzip,',
      'compress',
      'aws-chunked',
      '',
      'gzip;q=1',
    ]) {
      const coding = readCoding(value);
      assert(isRefusal(coding), value);
      assert.equal(coding.refused, 'encoding_unsupported');
      assert.deepEqual(coding.headers, [['accept-encoding', 'gzip, deflate, br, zstd']]);
    }
  });

  it('E4: decodes each of them', async () => {
    for (const [coding, bytes] of ENCODED) assert.equal(await outcome(bytes, coding), 'as it was', coding);
    assert.equal(await outcome(PLAIN, 'identity'), 'as it was');
  });

  it('E5: stops at the bound of the decoded size, and not before it', async () => {
    for (const [coding, bytes] of [...ENCODED, ['identity', PLAIN] as const]) {
      assert.equal(await outcome(bytes, coding, PLAIN.length), 'as it was', coding);
      assert.equal(await outcome(bytes, coding, PLAIN.length - 1), 'body_too_large', coding);
    }
  });

  it('E5: refuses bombs of any coding, and decodes one layer only', async () => {
    const zeros = Buffer.alloc(16 << 20);
    const bombs: readonly (readonly [Coding, Buffer])[] = [
      ['gzip', zlib.gzipSync(zeros)],
      ['deflate', zlib.deflateSync(zeros)],
      ['br', zlib.brotliCompressSync(zeros, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 4 } })],
      ['zstd', zlib.zstdCompressSync(zeros)],
    ];
    for (const [coding, bytes] of bombs) assert.equal(await outcome(bytes, coding), 'body_too_large', coding);
    assert.equal(await outcome(zlib.gzipSync(zlib.gzipSync(PLAIN)), 'gzip'), 'something else');
  });

  it('E5: refuses a zstd frame that asks for a larger window than the web may', async () => {
    const params = { [zlib.constants.ZSTD_c_windowLog]: 25, [zlib.constants.ZSTD_c_contentSizeFlag]: 0 };
    const stream = zlib.createZstdCompress({ params });
    const pieces: Buffer[] = [];
    stream.on('data', (piece: Buffer) => pieces.push(piece));
    const ended = new Promise((resolve) => stream.on('end', resolve));
    stream.write(PLAIN);
    stream.end();
    await ended;
    assert.equal(await outcome(Buffer.concat(pieces), 'zstd'), 'encoding_malformed');
  });

  it('E7: refuses a body that is not in the coding it claims', async () => {
    for (const [coding] of ENCODED) {
      assert.equal(await outcome(PLAIN, coding), 'encoding_malformed', coding);
      assert.equal(await outcome(new Uint8Array(0), coding), 'encoding_malformed', coding);
    }
    assert.equal(await outcome(zlib.deflateRawSync(PLAIN), 'deflate'), 'encoding_malformed');
  });

  it('E8: refuses a body that is cut anywhere', async () => {
    for (const [coding, bytes] of ENCODED) {
      for (let length = 0; length < bytes.length; length += 1) {
        assert.equal(
          await outcome(bytes.subarray(0, length), coding),
          'encoding_malformed',
          `${coding} ${length}`,
        );
      }
    }
  });

  it('E8: refuses what follows the end: rubbish, zeros, a second member or frame', async () => {
    for (const [coding, bytes] of ENCODED) {
      for (const more of [Buffer.from('x'), Buffer.from([0]), Buffer.from('{"a":1}'), bytes]) {
        assert.equal(await outcome(Buffer.concat([bytes, more]), coding), 'encoding_malformed', coding);
      }
    }
    const empty = zlib.gzipSync('');
    assert.equal(await outcome(Buffer.concat([empty, zlib.gzipSync(PLAIN)]), 'gzip'), 'encoding_malformed');
    const emptyFrame = zlib.zstdCompressSync('');
    const twoFrames = Buffer.concat([emptyFrame, zlib.zstdCompressSync(PLAIN)]);
    assert.equal(await outcome(twoFrames, 'zstd'), 'encoding_malformed');
    const skippable = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 1, 0, 0, 0, 0x61]);
    assert.equal(
      await outcome(Buffer.concat([skippable, zlib.zstdCompressSync(PLAIN)]), 'zstd'),
      'encoding_malformed',
    );
  });

  it('refuses a gzip body whose checksum or size is not that of what it holds', async () => {
    const bytes = zlib.gzipSync(PLAIN);
    for (const place of [bytes.length - 8, bytes.length - 4]) {
      const copy = Buffer.from(bytes);
      copy[place] = (copy[place] ?? 0) ^ 1;
      assert.equal(await outcome(copy, 'gzip'), 'encoding_malformed');
    }
  });

  it('reads gzip headers with every optional field', async () => {
    const [, bytes] = ENCODED[0] ?? [];
    assert(bytes !== undefined);
    const header = Buffer.from(bytes.subarray(0, 10));
    header[3] = 2 | 4 | 8 | 16;
    const fields = Buffer.from([3, 0, 1, 2, 3, ...Buffer.from('name\0comment\0'), 0, 0]);
    assert.equal(await outcome(Buffer.concat([header, fields, bytes.subarray(10)]), 'gzip'), 'as it was');
    header[3] = 8;
    assert.equal(
      await outcome(Buffer.concat([header, Buffer.alloc(40, 0x61)]), 'gzip'),
      'encoding_malformed',
    );
  });

  it('gives a body or a refusal for any bytes', async () => {
    const damaged = fc.tuple(
      fc.constantFrom(...ENCODED),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }),
    );
    await fc.assert(
      fc.asyncProperty(damaged, async ([[coding, bytes], changes]) => {
        const copy = Buffer.from(bytes);
        for (const [place, byte] of changes) copy[place % copy.length] = byte;
        const plain = await decode(copy, coding, 1 << 20);
        if (isRefusal(plain)) assert.match(plain.refused, /^(?:encoding_malformed|body_too_large)$/);
      }),
      { seed: 61, numRuns: 400 },
    );
  });
});
