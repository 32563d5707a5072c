/** What a proxy's configuration is rendered from: the policy's backends, and where things listen. */
import { isIP } from 'node:net';
import type { Snapshot } from '../policy/snapshot.ts';

/** A backend as the policy names it. */
export interface BackendAddress {
  readonly name: string;
  /** What the second door writes into `x-sallyport-backend`; routes match on it. */
  readonly cluster: string;
  /**
   * Scheme, host and port of the API. A path takes the place of the `/v1` that clients send, so that the base URL of
   * a provider's own documentation fits as it stands: `https://api.example.org/openai/v1`.
   */
  readonly url?: string;
}

/** A place to connect to. */
export type Address = { readonly host: string; readonly port: number } | { readonly unix: string };

/** How Envoy hands bodies over: whole, or piece by piece in both directions (Envoy 1.39 or newer). */
export type BodyProfile = 'buffered' | 'full-duplex';

/** Clusters that may be asked for one request, one after the other. */
export interface FallbackGroup {
  /** What the second door writes into `x-sallyport-fallback`; routes match on it. */
  readonly name: string;
  /** In the order in which they are asked; two or more, each a backend's. */
  readonly clusters: readonly string[];
  /** How long one may say nothing before the next is asked, in milliseconds; absent: as long as a stream may. */
  readonly silenceMs?: number;
}

/** The groups that requests of a policy may be sent to. */
export function fallbackGroups({ models, backends }: Pick<Snapshot, 'models' | 'backends'>): FallbackGroup[] {
  const groups = new Map<string, FallbackGroup>();
  for (const served of [...models.values()].flatMap((model) => model.backends)) {
    if (served.fallback === undefined) continue;
    const members = [served.backend, ...served.fallback.backends].flatMap((name) => backends.get(name) ?? []);
    const silences = members.flatMap(({ silenceMs }) => silenceMs ?? []);
    groups.set(served.fallback.group, {
      name: served.fallback.group,
      clusters: members.map(({ cluster }) => cluster),
      ...(silences.length > 0 && { silenceMs: Math.max(...silences) }),
    });
  }
  return [...groups.values()];
}

export interface ProxyInput {
  readonly backends: readonly BackendAddress[];
  readonly groups: readonly FallbackGroup[];
  /** Bytes of the largest body that the policy lets through, in either direction. */
  readonly bodyBytes: number;
  /** Some grant allows channels (WebSockets). */
  readonly realtime: boolean;
}

/** A backend's address, taken apart. */
export interface Upstream {
  readonly cluster: string;
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  /** Takes the place of `/v1`; empty where paths go on as they came. Never ends in a slash. */
  readonly path: string;
}

/** Why nothing can be rendered, for people. */
export interface Mistakes {
  readonly mistakes: readonly string[];
}

export function isMistakes(x: object): x is Mistakes {
  return 'mistakes' in x;
}

/** A file of a rendered configuration. */
export interface RenderedFile {
  readonly name: string;
  readonly text: string;
}

/** Takes every backend's address apart. Backends that share a cluster are one upstream; they must agree on its URL. */
export function readUpstreams(backends: readonly BackendAddress[]): readonly Upstream[] | Mistakes {
  const upstreams = new Map<string, Upstream>();
  const mistakes: string[] = [];
  for (const backend of backends) {
    const upstream = readUpstream(backend);
    const known = upstreams.get(backend.cluster);
    if (typeof upstream === 'string') mistakes.push(`backend ${backend.name}: ${upstream}`);
    else if (known === undefined) upstreams.set(backend.cluster, upstream);
    else if (!sameUpstream(known, upstream)) {
      mistakes.push(`backend ${backend.name}: cluster ${backend.cluster} already has another url`);
    }
  }
  return mistakes.length > 0 ? { mistakes } : [...upstreams.values()];
}

function readUpstream(backend: BackendAddress): Upstream | string {
  if (backend.url === undefined) return 'url is missing; the proxy has to know where to send its requests';
  if (!URL.canParse(backend.url)) return 'url is not a URL';
  const url = new URL(backend.url);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'url must begin with http:// or https://';
  if (url.username !== '' || url.password !== '') return 'url must not hold a credential';
  if (url.search !== '' || url.hash !== '') return 'url must not have a query or a fragment';
  const tls = url.protocol === 'https:';
  return {
    cluster: backend.cluster,
    host: url.hostname.replaceAll(/^\[|\]$/g, ''),
    port: url.port === '' ? (tls ? 443 : 80) : Number(url.port),
    tls,
    path: url.pathname.replace(/\/$/, ''),
  };
}

function sameUpstream(a: Upstream, b: Upstream): boolean {
  return a.host === b.host && a.port === b.port && a.tls === b.tls && a.path === b.path;
}

/** The `host` header that a backend expects: the default port of the scheme is left out (RFC 9110, 7.2). */
export function authorityOf(upstream: Upstream): string {
  const host = isIP(upstream.host) === 6 ? `[${upstream.host}]` : upstream.host;
  return upstream.port === (upstream.tls ? 443 : 80) ? host : `${host}:${upstream.port}`;
}

/** Reads `host:port`, `[v6]:port` or `unix:/path`. */
export function readAddress(text: string): Address | undefined {
  if (text.startsWith('unix:')) {
    const path = text.slice('unix:'.length).replace(/^\/\/(?=\/)/, '');
    return path.startsWith('/') ? { unix: path } : undefined;
  }
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]/\s]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  return host === undefined || port > 65_535 ? undefined : { host, port };
}
