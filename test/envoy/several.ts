/** Sallyport with several backends, its proxy configured as `sallyport render envoy` does it for the very policy. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AuditRecord } from '../../src/core/record.ts';
import { digestOf, mint } from '../../src/identity/api-key.ts';
import { compile } from '../../src/policy/compile.ts';
import { expandTypes } from '../../src/policy/finding-types.ts';
import { parsePolicy } from '../../src/policy/parse.ts';
import type { Snapshot } from '../../src/policy/snapshot.ts';
import { envoyBootstrap } from '../../src/render/envoy/bootstrap.ts';
import { fallbackGroups, isMistakes } from '../../src/render/proxy.ts';
import { startService } from '../../src/service.ts';
import { SYSTEM_RANDOM } from '../../src/system.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { type ClientAnswer, type ClientRequestOptions, http1 } from './harness/client.ts';
import { type RunningEnvoy, startEnvoy } from './harness/envoy.ts';
import { type RunningUpstream, startUpstream } from './harness/upstream.ts';
import { awaitRecords, type Bootstrap, CHAT, readAudit, runAll, watchCalm } from './stack.ts';

export interface Several extends AsyncDisposable {
  readonly envoy: RunningEnvoy;
  /** What a client sends that may do all that the policy allows. */
  readonly authorization: string;
  /** By the names that were given. */
  readonly upstreams: Readonly<Record<string, RunningUpstream>>;
  ask(options?: ClientRequestOptions): Promise<ClientAnswer>;
  records(count: number): Promise<AuditRecord[]>;
}

export interface SeveralOptions {
  /** Backends that run. */
  readonly names: readonly string[];
  /** Models, backends, grants and whatever else; `key` is the digest of the key that asks. */
  readonly policy: (urls: Readonly<Record<string, string>>, key: string) => string;
  readonly env?: Readonly<Record<string, string>>;
  readonly configure?: (bootstrap: Bootstrap) => void;
}

export async function startSeveral(options: SeveralOptions): Promise<Several> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-several-'));
  const cleanUp: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  try {
    return await start(options, folder, cleanUp);
  } catch (error) {
    await runAll(cleanUp);
    throw error;
  }
}

async function start(
  { names, policy, env = {}, configure }: SeveralOptions,
  folder: string,
  cleanUp: (() => Promise<unknown>)[],
): Promise<Several> {
  const upstreams: Record<string, RunningUpstream> = {};
  for (const name of names) {
    const upstream = await startUpstream();
    upstreams[name] = upstream;
    cleanUp.unshift(() => upstream.stop());
  }
  const urls = Object.fromEntries(Object.entries(upstreams).map(([name, { url }]) => [name, url]));
  const key = mint(SYSTEM_RANDOM);
  const text = `version: 1\naudit: { file: { path: "${folder}/audit" } }\n${policy(urls, digestOf(key))}`;
  const config = join(folder, 'policy.yaml');
  await writeFile(config, text);
  const service = await startService({
    config,
    listen: '127.0.0.1:0',
    admin: '127.0.0.1:0',
    env,
    log: createLog('silent'),
  });
  cleanUp.unshift(() => service.stop({ waitMs: 0, graceMs: 0 }));
  const bootstrap = bootstrapFor(snapshotOf(text, config), Number(service.address.split(':').at(-1)));
  configure?.(bootstrap);
  const envoy = await startEnvoy({ bootstrap });
  cleanUp.unshift(() => envoy.stop());
  const calm = watchCalm();
  cleanUp.unshift(calm.stop);
  return {
    envoy,
    authorization: `Bearer ${key}`,
    upstreams,
    async ask(request = {}) {
      await calm.come();
      const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
      return http1(envoy.port, {
        method: 'POST',
        path: CHAT,
        ...request,
        headers: { ...headers, ...request.headers },
      });
    },
    records: (count) => awaitRecords(() => readAudit(join(folder, 'audit')), count),
    [Symbol.asyncDispose]: () => runAll(cleanUp),
  };
}

function snapshotOf(text: string, name: string): Snapshot {
  const parsed = parsePolicy([{ name, text }]);
  if ('mistakes' in parsed) throw new Error(JSON.stringify(parsed.mistakes));
  const compiled = compile(parsed.parsed, () => ({ unread: true }), expandTypes, Date.now());
  if ('mistakes' in compiled) throw new Error(JSON.stringify(compiled.mistakes));
  return compiled.snapshot;
}

function bootstrapFor(snapshot: Snapshot, port: number): Bootstrap {
  const bootstrap = envoyBootstrap({
    backends: [...snapshot.backends.values()],
    groups: fallbackGroups(snapshot),
    realtime: snapshot.grants.some(({ opensChannels }) => opensChannels),
    bodyBytes: 10 * 1024 * 1024,
    service: [{ host: '127.0.0.1', port }],
    listen: { host: '127.0.0.1', port: 0 },
    adminPort: 0,
    bodies: 'buffered',
    caFile: '/etc/ssl/certs/ca-certificates.crt',
  });
  if (isMistakes(bootstrap)) throw new Error(bootstrap.mistakes.join('\n'));
  return structuredClone(bootstrap);
}
