/** `sallyport render`: the proxy's configuration for a policy, to standard output or into a folder. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { compile, type ExpandTypes } from '../policy/compile.ts';
import { readPolicyFiles } from '../policy/load.ts';
import { formatMistake } from '../policy/mistake.ts';
import { parsePolicy } from '../policy/parse.ts';
import type { Snapshot } from '../policy/snapshot.ts';
import { envoyBootstrap, SYSTEM_CA_FILE } from '../render/envoy/bootstrap.ts';
import { MESH_VALUES_FILE, renderIstio } from '../render/istio/render.ts';
import { renderKubernetes } from '../render/kubernetes/render.ts';
import {
  type Address,
  type BodyProfile,
  fallbackGroups,
  isMistakes,
  type Mistakes,
  type ProxyInput,
  type RenderedFile,
  readAddress,
} from '../render/proxy.ts';
import { toYaml } from '../render/yaml.ts';
import type { Outcome } from './outcome.ts';

export const RENDERED = ['envoy', 'istio', 'kubernetes'] as const;
export type Rendered = (typeof RENDERED)[number];

/** As the command line gives them. */
export interface RenderOptions {
  /** The policy: a file or a folder. */
  readonly config: string;
  /** Folder to write files into; standard output if left out. */
  readonly out?: string;
  readonly bodies?: BodyProfile;
  /** Of the service, for `istio` and `kubernetes`. */
  readonly image?: string;
  /** For `envoy`: addresses of the service's replicas, `host:port` or `unix:/path`. */
  readonly service?: readonly string[];
  /** For `envoy`: where clients reach it. */
  readonly listen?: string;
  readonly adminPort?: number;
  /** For `envoy`: files of the certificate that clients see, and of the authority that theirs must come from. */
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly tlsClientCa?: string;
  /** For `envoy`: the authorities that backends are verified by. */
  readonly caFile?: string;
}

export const RENDER_DEFAULTS = {
  bodies: 'buffered',
  image: 'sallyport:0.1.0',
  service: ['127.0.0.1:9000'],
  listen: '0.0.0.0:8080',
  adminPort: 9901,
  caFile: SYSTEM_CA_FILE,
} as const satisfies Partial<RenderOptions>;

/** What rendering needs of the world besides files. */
export interface RenderSetting {
  readonly expand: ExpandTypes;
  /** Wall clock, milliseconds. */
  readonly now: number;
}

/** Renders and prints or writes. Exit code 2 where the policy or an option does not allow it. */
export function renderCommand(what: Rendered, options: RenderOptions, setting: RenderSetting): Outcome {
  const files = renderFiles(what, options, setting);
  if (isMistakes(files)) return { exitCode: 2, output: files.mistakes.join('\n') };
  if (options.out === undefined) return { exitCode: 0, output: asOneStream(files) };
  mkdirSync(options.out, { recursive: true });
  const written = files.map(({ name, text }) => {
    const path = join(options.out ?? '', name);
    writeFileSync(path, text);
    return `wrote ${path}`;
  });
  return { exitCode: 0, output: written.join('\n') };
}

export function renderFiles(
  what: Rendered,
  options: RenderOptions,
  setting: RenderSetting,
): readonly RenderedFile[] | Mistakes {
  const policy = readForRendering(options.config, setting);
  if (isMistakes(policy)) return policy;
  const { snapshot, files } = policy;
  const proxy: ProxyInput = {
    backends: [...snapshot.backends.values()],
    groups: fallbackGroups(snapshot),
    realtime: snapshot.grants.some(({ opensChannels }) => opensChannels),
    bodyBytes: Math.max(snapshot.bounds.requestBytes, snapshot.bounds.responseBytes),
  };
  const { bodies = RENDER_DEFAULTS.bodies, image = RENDER_DEFAULTS.image } = options;
  if (what === 'istio') return renderIstio({ ...proxy, policy: files, image, bodies });
  if (what === 'kubernetes') return renderKubernetes({ ...proxy, policy: files, image, bodies });
  return renderEnvoy(proxy, bodies, options);
}

interface PolicyForRendering {
  readonly snapshot: Snapshot;
  /** As they are, named as the service will find them. */
  readonly files: readonly RenderedFile[];
}

/** Secrets are not looked up: none of them is written, and the machine that renders need not have them. */
function readForRendering(config: string, { expand, now }: RenderSetting): PolicyForRendering | Mistakes {
  const read = readPolicyFiles(config);
  if ('unreadable' in read) return { mistakes: [formatMistake(read.unreadable, 'error')] };
  const parsed = parsePolicy(read.texts);
  const compiled =
    'mistakes' in parsed ? parsed : compile(parsed.parsed, () => ({ unread: true }), expand, now);
  if ('mistakes' in compiled) {
    return { mistakes: compiled.mistakes.map((mistake) => formatMistake(mistake, 'error')) };
  }
  const files = read.texts.map(({ name, text }) => ({ name: basename(name), text }));
  return { snapshot: compiled.snapshot, files };
}

function renderEnvoy(
  proxy: ProxyInput,
  bodies: BodyProfile,
  options: RenderOptions,
): readonly RenderedFile[] | Mistakes {
  const places = readPlaces(options);
  if (isMistakes(places)) return places;
  const { tlsCert, tlsKey, tlsClientCa } = options;
  if (
    (tlsCert === undefined) !== (tlsKey === undefined) ||
    (tlsClientCa !== undefined && tlsCert === undefined)
  ) {
    return { mistakes: ['--tls-cert and --tls-key go together, and --tls-client-ca goes with them'] };
  }
  const bootstrap = envoyBootstrap({
    ...proxy,
    ...places,
    bodies,
    adminPort: options.adminPort ?? RENDER_DEFAULTS.adminPort,
    caFile: options.caFile ?? RENDER_DEFAULTS.caFile,
    ...(tlsCert !== undefined &&
      tlsKey !== undefined && {
        tls: {
          certificate: tlsCert,
          key: tlsKey,
          ...(tlsClientCa !== undefined && { clientCa: tlsClientCa }),
        },
      }),
  });
  if (isMistakes(bootstrap)) return bootstrap;
  return [{ name: 'envoy.yaml', text: toYaml([bootstrap], ENVOY_HEAD) }];
}

const ENVOY_HEAD = `Envoy in front of Sallyport, for Envoy 1.36 to 1.40. Rendered from a policy by "sallyport render envoy".
Start it with: envoy -c envoy.yaml --disable-hot-restart`;

interface Places {
  readonly listen: Address;
  readonly service: readonly Address[];
}

function readPlaces(options: RenderOptions): Places | Mistakes {
  const { service = RENDER_DEFAULTS.service, listen = RENDER_DEFAULTS.listen } = options;
  const mistakes: string[] = [];
  const read = (option: string, text: string): Address[] => {
    const address = readAddress(text);
    if (address === undefined) mistakes.push(`${option}: expected host:port or unix:/path, got ${text}`);
    return address === undefined ? [] : [address];
  };
  const [listenAddress] = read('--listen', listen);
  const addresses = service.flatMap((text) => read('--service', text));
  return listenAddress === undefined || mistakes.length > 0
    ? { mistakes }
    : { listen: listenAddress, service: addresses };
}

/** For `kubectl apply -f -`: what is no resource stands in a comment before the resources. */
function asOneStream(files: readonly RenderedFile[]): string {
  const texts = files.map(({ name, text }) =>
    name === MESH_VALUES_FILE ? text.replaceAll(/^(?!#)/gm, '# ').trimEnd() : text.trimEnd(),
  );
  const [first = '', ...rest] = texts;
  return rest.length === 0 ? first : [first, ...rest].join('\n---\n');
}
