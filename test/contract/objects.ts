/** What every ledger of stored objects must do. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Objects } from '../../src/core/ports.ts';
import type { Soon } from '../../src/core/soon.ts';
import type { StoredObject } from '../../src/core/stored-object.ts';

const FILE: StoredObject = { kind: 'file', id: 'file-a', owner: 'tenant:acme', backend: 'openai' };

export function objectsContract(name: string, open: () => Soon<Objects>): void {
  describe(`stored objects in ${name}`, () => {
    it('are found once they are kept, with owner and backend', async () => {
      const objects = await open();
      assert.equal(await objects.find(FILE), undefined);
      assert.equal(await objects.keep(FILE, 0), 'kept');
      assert.deepEqual(await objects.find({ kind: 'file', id: 'file-a' }), FILE);
    });

    it('stay with their first owner', async () => {
      const objects = await open();
      await objects.keep(FILE, 0);
      assert.equal(await objects.keep({ ...FILE, owner: 'tenant:globex' }, 0), 'taken');
      assert.equal(await objects.keep(FILE, 1), 'kept');
      assert.equal((await objects.find(FILE))?.owner, 'tenant:acme');
    });

    it('are of one kind: the same id of another is another object', async () => {
      const objects = await open();
      await objects.keep(FILE, 0);
      assert.equal(await objects.find({ kind: 'batch', id: 'file-a' }), undefined);
      assert.equal(await objects.keep({ ...FILE, kind: 'batch', owner: 'tenant:globex' }, 0), 'kept');
    });

    it('are gone once they are forgotten, and may then be anybody’s', async () => {
      const objects = await open();
      await objects.keep(FILE, 0);
      await objects.forget(FILE);
      assert.equal(await objects.find(FILE), undefined);
      await objects.forget(FILE);
      assert.equal(await objects.keep({ ...FILE, owner: 'tenant:globex' }, 0), 'kept');
    });
  });
}
