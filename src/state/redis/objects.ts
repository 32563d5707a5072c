/**
 * Who owns what lives on at providers, for all replicas. Those that providers forget by themselves expire; others stay
 * until they are deleted.
 */
import { hash } from 'node:crypto';
import type { Objects } from '../../core/ports.ts';
import type { ObjectRef, StoredObject } from '../../core/stored-object.ts';
import { livesMs } from '../object-life.ts';
import type { Client } from './client.ts';
import { OBJECTS_KEEP } from './script.ts';

export class RedisObjects implements Objects {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** @throws RedisAway */
  async find(ref: ObjectRef): Promise<StoredObject | undefined> {
    const text = await this.#client.call('get', [keyOf(ref)]);
    if (typeof text !== 'string') return undefined;
    return { ...JSON.parse(text), kind: ref.kind, id: ref.id };
  }

  /** @throws RedisAway */
  async keep(object: StoredObject): Promise<'kept' | 'taken'> {
    const { kind, id, ...rest } = object;
    const args = [JSON.stringify(rest), object.owner, String(livesMs(kind) ?? '')];
    const kept = await this.#client.run(OBJECTS_KEEP, [keyOf({ kind, id })], args);
    return kept === 1 ? 'kept' : 'taken';
  }

  /** @throws RedisAway */
  async forget(ref: ObjectRef): Promise<void> {
    await this.#client.call('del', [keyOf(ref)]);
  }
}

const keyOf = ({ kind, id }: ObjectRef): string => `sp:o:${kind}:${hash('sha256', id, 'base64url')}`;
