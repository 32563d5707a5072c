/**
 * Keys in Redis, all of bounded length, whatever the names they stand for. What is between braces decides the slot of a
 * cluster, so all keys of one home are on one node.
 */
import { hash } from 'node:crypto';
import type { Over } from '../../core/quota.ts';

/** 132 bits: enough that nobody finds two names with one digest. */
const DIGEST_LENGTH = 22;
const MAX_ID = 64;
/** Digests of names that are asked for again and again; the older half is forgotten when there are more. */
const MAX_KNOWN = 16_384;

export class Names {
  #young = new Map<string, string>();
  #old = new Map<string, string>();

  counter(home: string, counter: string, over: Over): string {
    return `sp:{${this.#digest(home)}}:${overName(over)}:${this.#digest(counter)}`;
  }

  /** What is remembered of a request in a home, to do nothing twice. */
  record(home: string, id: string): string {
    return `sp:{${this.#digest(home)}}:r:${boundedId(id)}`;
  }

  #digest(name: string): string {
    const young = this.#young.get(name);
    if (young !== undefined) return young;
    const digest = this.#old.get(name) ?? hash('sha256', name, 'base64url').slice(0, DIGEST_LENGTH);
    if (this.#young.size >= MAX_KNOWN / 2) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(name, digest);
    return digest;
  }
}

/** A request's id as it is written to Redis. */
export function boundedId(id: string): string {
  return id.length <= MAX_ID ? id : `digest:${hash('sha256', id, 'base64url').slice(0, DIGEST_LENGTH)}`;
}

function overName(over: Over): string {
  if (over.kind === 'window') return `w${over.windowMs}`;
  if (over.kind === 'bucket') return `b${over.windowMs}`;
  return over.kind === 'period' ? `p${over.start}-${over.end}` : 'c';
}
