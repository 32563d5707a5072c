/**
 * A small, obvious model of what Envoy does with a session's answers: it says which bytes a backend and a client would
 * get, and notices answers that do not fit the mode. The real Envoy holds the same in `test/envoy`.
 */
import assert from 'node:assert/strict';
import type { Voucher } from '../../src/core/voucher.ts';
import type { BodyMode, Direction, Event, Session, SessionAction } from '../../src/doors/messages.ts';
import { openSession } from '../../src/doors/session.ts';
import type { Snapshot } from '../../src/policy/snapshot.ts';
import { type World, world } from '../fakes.ts';
import { only, policy } from './policy-fixture.ts';

export interface Scene {
  readonly request?: BodyMode;
  readonly response?: BodyMode;
  readonly policy?: Snapshot;
  readonly voucher?: Partial<Voucher> | null;
  readonly ports?: World;
  /** The proxy ignores mode overrides. */
  readonly deaf?: boolean;
  readonly modes?: undefined;
  readonly observing?: boolean;
}

export interface Immediate {
  readonly status: number;
  readonly body: string;
}

export class ProxyModel {
  readonly session: Session;
  readonly ports: World;
  readonly toBackend = new Map<string, string>();
  upstream = '';
  downstream = '';
  immediate: Immediate | undefined;
  failed: string | undefined;
  readonly overrides: object[] = [];
  readonly removed: string[] = [];
  /** Of the request. */
  readonly takenOff: string[] = [];
  requestHeadersLeft = false;
  #mode: { request: BodyMode; response: BodyMode };
  readonly #deaf: boolean;

  constructor(scene: Scene = {}) {
    this.#mode = { request: scene.request ?? 'buffered', response: scene.response ?? 'buffered' };
    this.#deaf = scene.deaf ?? false;
    this.ports = scene.ports ?? world();
    const voucher: Voucher = {
      requestId: 'id-1',
      policy: 'v1',
      issuedAt: this.ports.clock.now(),
      arrivedAt: this.ports.clock.now(),
      method: 'POST',
      path: '/v1/chat/completions',
      operation: { name: 'chat', dialect: 'openai', body: 'json' },
      principal: { methods: ['api-key'], id: 'key_1', key: 'key_1', tenant: 'acme', groups: [] },
      authority: 'api.example.org',
      clientAddress: '192.0.2.7',
      ...scene.voucher,
    };
    this.session = openSession(
      {
        modes: 'modes' in scene ? undefined : { ...this.#mode, earlyBody: false },
        voucher: scene.voucher === null ? undefined : this.ports.sealer.seal(JSON.stringify(voucher)),
        observing: scene.observing ?? false,
      },
      { policies: only(scene.policy ?? policy()), ports: this.ports },
    );
  }

  async headers(direction: Direction, fields: Record<string, string>, endOfStream = false): Promise<void> {
    const headers = new Map(Object.entries(fields).map(([name, value]) => [name, [value]] as const));
    await this.#send({ kind: 'headers', direction, headers, endOfStream });
  }

  async request(fields: Record<string, string> = {}, endOfStream = false): Promise<void> {
    await this.headers(
      'request',
      { ':method': 'POST', ':path': '/v1/chat/completions', ...fields },
      endOfStream,
    );
  }

  async response(
    type = 'application/json',
    status = '200',
    fields: Record<string, string> = {},
    endOfStream = false,
  ): Promise<void> {
    await this.headers('response', { ':status': status, 'content-type': type, ...fields }, endOfStream);
  }

  async body(direction: Direction, text: string | Uint8Array, endOfStream: boolean): Promise<void> {
    await this.#send({ kind: 'body', direction, bytes: Buffer.from(text), endOfStream });
  }

  async trailers(direction: Direction): Promise<void> {
    await this.#send({ kind: 'trailers', direction });
  }

  /** A whole body in one message. */
  async whole(direction: Direction, text: string | Uint8Array): Promise<void> {
    await this.body(direction, text, true);
  }

  get record() {
    this.session.close('cancelled');
    const [record, ...more] = this.ports.records;
    assert.equal(more.length, 0, 'one record a request');
    return record;
  }

  async #send(event: Event): Promise<void> {
    if (this.immediate !== undefined || this.failed !== undefined) return;
    const actions = await this.session.on(event);
    if (event.kind === 'body' && this.#mode[event.direction] !== 'full_duplex')
      this.#oneReply(actions, event);
    for (const action of actions) this.#apply(action, event);
  }

  #oneReply(actions: readonly SessionAction[], event: Event): void {
    const ends = actions.some((action) => action.kind === 'immediate' || action.kind === 'fail');
    if (!ends) assert.equal(actions.length, 1, `one reply to each ${event.direction} body message`);
  }

  #apply(action: SessionAction, event: Event): void {
    assert.equal(this.immediate ?? this.failed, undefined, 'nothing follows the end');
    switch (action.kind) {
      case 'immediate':
        this.immediate = { status: action.status, body: action.body };
        return;
      case 'fail':
        this.failed = action.reason;
        return;
      case 'headers':
        if (action.override !== undefined) this.#override(action.override);
        if (action.direction === 'request') this.requestHeadersLeft = true;
        this.#change(action.direction, action.changes);
        return;
      case 'body':
        assert.equal(event.kind, 'body');
        if (action.changes !== undefined) this.#change(action.direction, action.changes);
        this.#emit(
          action.direction,
          action.body === 'keep' && event.kind === 'body' ? event.bytes : action.body,
        );
        return;
      case 'chunk':
        if (action.direction === 'request')
          assert.ok(this.requestHeadersLeft, 'headers before body in full duplex (F11)');
        this.#emit(action.direction, action.bytes);
        return;
      case 'trailers':
        return;
    }
  }

  #override(override: { request?: BodyMode; response?: BodyMode }): void {
    this.overrides.push(override);
    if (!this.#deaf) this.#mode = { ...this.#mode, ...override };
  }

  #change(
    direction: Direction,
    changes: { set: readonly (readonly [string, string])[]; remove: readonly string[] },
  ): void {
    if (direction === 'response') {
      this.removed.push(...changes.remove);
      return;
    }
    this.takenOff.push(...changes.remove);
    for (const [name, value] of changes.set) this.toBackend.set(name, value);
  }

  #emit(direction: Direction, bytes: 'keep' | Uint8Array): void {
    assert.notEqual(bytes, 'keep');
    const text = Buffer.from(bytes as Uint8Array).toString('utf8');
    if (direction === 'request') this.upstream += text;
    else this.downstream += text;
  }
}
