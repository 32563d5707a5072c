/** `sallyport serve`: both doors, until a signal ends them. */
import type { Drain, Tls } from '../envoy/server.ts';
import { type Service, startService } from '../service.ts';
import { createLog, type LogLevel } from '../telemetry/log.ts';
import type { Outcome } from './outcome.ts';
import { keyPepper, readFileFor, redisAddress, SettingError, voucherSecret } from './settings.ts';

export interface ServeOptions {
  readonly config: string;
  readonly listen: string;
  readonly admin: string;
  readonly state?: string;
  readonly redis?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly tlsClientCa?: string;
  readonly logLevel: LogLevel;
  /** Seconds. */
  readonly drainWait: number;
  readonly drainGrace: number;
}

/** Resolves when the service has stopped. */
export async function serve(options: ServeOptions, env: NodeJS.ProcessEnv): Promise<Outcome> {
  const log = createLog(options.logLevel);
  let service: Service;
  try {
    service = await startService({
      config: options.config,
      listen: options.listen,
      admin: options.admin,
      stateDir: options.state,
      redis: redisAddress(options.redis, env),
      tls: tlsOf(options),
      voucherSecret: voucherSecret(env),
      pepper: keyPepper(env),
      env,
      log,
    });
  } catch (error) {
    if (error instanceof SettingError) return { exitCode: 2, output: error.message };
    return { exitCode: 2, output: `cannot start: ${error instanceof Error ? error.message : String(error)}` };
  }
  process.on('SIGHUP', () => service.reload());
  await untilSignal();
  await service.stop(drainOf(options));
  return { exitCode: 0, output: '' };
}

function tlsOf({ tlsCert, tlsKey, tlsClientCa }: ServeOptions): Tls | undefined {
  if (tlsCert === undefined && tlsKey === undefined && tlsClientCa === undefined) return undefined;
  if (tlsCert === undefined || tlsKey === undefined)
    throw new SettingError('--tls-cert and --tls-key go together');
  return {
    certificate: readFileFor('--tls-cert', tlsCert),
    key: readFileFor('--tls-key', tlsKey),
    ...(tlsClientCa !== undefined && { clientAuthority: readFileFor('--tls-client-ca', tlsClientCa) }),
  };
}

function drainOf({ drainWait, drainGrace }: ServeOptions): Drain {
  return { waitMs: drainWait * 1000, graceMs: drainGrace * 1000 };
}

/** The first signal begins the drain; a second one does not wait for its end. */
function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    const onSignal = () => {
      if (asked) process.exit(1);
      asked = true;
      resolve();
    };
    process.on('SIGTERM', onSignal);
    process.on('SIGINT', onSignal);
  });
}
