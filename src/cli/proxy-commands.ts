/** The commands that write and try a proxy's configuration. */
import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import { expandTypes } from '../policy/finding-types.ts';
import { canaryCommand } from './canary.ts';
import type { Outcome } from './outcome.ts';
import { RENDER_DEFAULTS, RENDERED, type Rendered, type RenderOptions, renderCommand } from './render.ts';
import { readFileFor } from './settings.ts';

type Finish = (outcome: Outcome) => void;

export function addProxyCommands(program: Command, finish: Finish): void {
  addRender(program, finish);
  addCanary(program, finish);
}

function port(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 65_535)
    throw new InvalidArgumentError('expected a port');
  return value;
}

function addRender(program: Command, finish: Finish): void {
  program
    .command('render')
    .description("write the proxy's configuration for a policy")
    .addArgument(new Argument('<what>').choices([...RENDERED]))
    .addOption(
      new Option('-c, --config <path>', 'the policy: a file or a folder')
        .env('SALLYPORT_CONFIG')
        .makeOptionMandatory(),
    )
    .option('-o, --out <folder>', 'write files there; standard output if left out')
    .addOption(
      new Option('--bodies <profile>', 'how Envoy hands bodies over; full-duplex needs Envoy 1.39 or newer')
        .choices(['buffered', 'full-duplex'])
        .default(RENDER_DEFAULTS.bodies),
    )
    .option('--image <name>', 'of Sallyport, for istio and kubernetes', RENDER_DEFAULTS.image)
    .option('--service <addresses...>', 'of the replicas, for envoy: host:port or unix:/path', [
      ...RENDER_DEFAULTS.service,
    ])
    .option('--listen <address>', 'where clients reach Envoy', RENDER_DEFAULTS.listen)
    .option(
      '--admin-port <port>',
      "Envoy's own admin interface, on loopback",
      port,
      RENDER_DEFAULTS.adminPort,
    )
    .option('--tls-cert <file>', 'certificate that clients see')
    .option('--tls-key <file>', 'its key')
    .option('--tls-client-ca <file>', 'authority that certificates of clients must come from')
    .option('--ca-file <file>', 'authorities that backends are verified by', RENDER_DEFAULTS.caFile)
    .addHelpText(
      'after',
      '\nExample:\n  sallyport render envoy --config policy.yaml --service 127.0.0.1:9000 > envoy.yaml',
    )
    .action((what: Rendered, options: RenderOptions) => {
      finish(renderCommand(what, options, { expand: expandTypes, now: Date.now() }));
    });
}

interface CanaryArguments {
  readonly key?: string;
  readonly ca?: string;
  readonly json?: boolean;
}

function addCanary(program: Command, finish: Finish): void {
  program
    .command('canary')
    .description('send requests through the proxy that must be refused; exits 1 if one is not')
    .argument('<proxy>', 'where clients reach it: http://host:port or https://host:port')
    .addOption(
      new Option('-k, --key <key>', 'a key that may chat, to try the second door').env(
        'SALLYPORT_CANARY_KEY',
      ),
    )
    .option('--ca <file>', "authorities that the proxy's certificate may come from")
    .addOption(new Option('--json', 'print for programs'))
    .addHelpText('after', '\nExample:\n  sallyport canary http://127.0.0.1:8080 --key "$KEY"')
    .action(async (proxy: string, { key, ca, json }: CanaryArguments) => {
      const options = {
        proxy,
        json: json ?? false,
        ...(key && { key }),
        ...(ca && { ca: readFileFor('--ca', ca) }),
      };
      finish(await canaryCommand(options));
    });
}
