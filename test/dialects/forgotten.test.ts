import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { readerOf } from './reader.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const MEGABYTE = 1_000_000;

/** What is still held once everything that nobody needs is gone, in bytes. */
function held(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

test('M15: a body is forgotten once it was read, whatever new keys and names are in it', () => {
  const { request, response } = readerOf('POST /v1/chat/completions');
  const filler = 'x'.repeat(MEGABYTE);
  const read = (letters: string) => {
    // From bytes, as bodies come: keys and names are then parts of one long text.
    const bodyOf = (body: object) => Buffer.from(JSON.stringify(body)).toString();
    const odd = { [`some_new_member_${letters}`]: { [`some_other_member_${letters}`]: letters } };
    const message = { role: `a_new_role_of_${letters}`, content: filler, name: `a_new_name_${letters}` };
    request(bodyOf({ model: `a_model_named_${letters}`, messages: [message], ...odd }));
    response(bodyOf({ id: `an_identifier_${letters}`, choices: [{ message }], ...odd }));
  };
  read('first');
  const before = held();
  for (let i = 0; i < 20; i += 1) read(String.fromCharCode(0x61 + i).repeat(8));
  assert(held() - before < 5 * MEGABYTE);
});
