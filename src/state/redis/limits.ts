/** Limits shared by replicas: the connection, the breaker, what waits for delivery, and the timers that go with them. */
import type { Clock, Random } from '../../core/ports.ts';
import { RENEW_MS } from '../../core/quota.ts';
import type { Address } from './address.ts';
import { AwayQuotas, type WhenAway } from './away.ts';
import { Breaker, PROBE_MS } from './breaker.ts';
import { Client } from './client.ts';
import { Epoch } from './epoch.ts';
import { evictionOf } from './eviction.ts';
import { Outbox } from './outbox.ts';
import { RedisQuotas } from './quotas.ts';
import { QUOTA_SCRIPTS } from './script.ts';

export interface SharedLimitsOptions {
  readonly address: Address;
  readonly clock: Clock;
  readonly random: Random;
  /** What the policy says now about a Redis that is away. */
  readonly whenAway: () => WhenAway;
  /** Something in the background failed; it will be tried again. */
  readonly onFault: (where: string, error: unknown) => void;
  /** For tests. */
  readonly callMs?: number;
}

export interface SharedLimits {
  readonly client: Client;
  readonly quotas: AwayQuotas;
  /** Tells this process from others. */
  readonly process: string;
  /** Stops the timers; delivers what waits, if Redis answers; closes the connection. Once. */
  close(): Promise<void>;
}

/** Connects in the background. @throws Error if the file of certificates cannot be read */
export function openSharedLimits(options: SharedLimitsOptions): SharedLimits {
  const { address, clock, random, whenAway, onFault, callMs } = options;
  const breaker = new Breaker(
    () => clock.elapsed(),
    (open) => shared.turned(open),
  );
  const process = Buffer.from(random.bytes(9)).toString('base64url');
  const epoch = new Epoch(process, (error) => onFault('state.redis', error));
  const client = new Client({
    address,
    random,
    scripts: QUOTA_SCRIPTS,
    onFault,
    onFailure: () => breaker.failed(),
    onReady: () => {
      void epoch.look(client);
      void evictionOf(client).then((risk) => risk && onFault('state.redis', new Error(risk)));
    },
    callMs,
  });
  const outbox = new Outbox(client, () => clock.elapsed());
  const quotas = new RedisQuotas({ client, process, later: (call) => outbox.add(call) });
  const shared = new AwayQuotas({
    client,
    quotas,
    outbox,
    breaker,
    clock,
    policy: whenAway,
    onFault,
  });
  const renew = () => shared.renew().catch((error: unknown) => onFault('state.places', error));
  const timers = [
    setInterval(() => void shared.tick(), PROBE_MS).unref(),
    setInterval(() => void renew(), RENEW_MS).unref(),
  ];
  return {
    client,
    quotas: shared,
    process,
    async close() {
      for (const timer of timers) clearInterval(timer);
      await shared.tick();
      client.close();
    },
  };
}
