/** Credentials of what keeps secrets, networks, infrastructure and watch. */
import { BASE64URL } from '../characters.ts';
import type { Recognizer } from '../engine/recognizer.ts';
import { literal, run } from './pattern.ts';
import { form, token, within } from './token.ts';

export const OPERATIONS_KEYS: readonly Recognizer[] = [
  /** A private key in base64 once more, as it stands in variables and in Kubernetes. */
  token('secret.private_key_base64', 'PRIVATE_KEY_BASE64', ['LS0tLS1CRUdJTi[A-Za-z0-9+/=]{100,16384}']),
  token('secret.vault', 'VAULT_TOKEN', [
    'hvs\\.[\\w-]{24,300}',
    'hvb\\.[\\w-]{100,300}',
    'hvr\\.[\\w-]{24,300}',
  ]),
  /** What stands before the dots is no secret. */
  token('secret.terraform', 'TERRAFORM_TOKEN', [within('\\.atlasv1\\.[\\w=-]{60,70}')]),
  token('secret.doppler', 'DOPPLER_TOKEN', [
    'dp\\.pt\\.[A-Za-z0-9]{40,44}',
    'dp\\.ct\\.[A-Za-z0-9]{40,44}',
    'dp\\.sa\\.[A-Za-z0-9]{40,44}',
    'dp\\.scim\\.[A-Za-z0-9]{40,44}',
    'dp\\.audit\\.[A-Za-z0-9]{40,44}',
    'dp\\.st\\.[A-Za-z0-9._-]{40,80}',
  ]),
  token('secret.pulumi', 'PULUMI_TOKEN', ['pul-[a-f0-9]{40}']),
  token('secret.infracost', 'INFRACOST_KEY', ['ico-[A-Za-z0-9]{32}']),
  token('secret.prefect', 'PREFECT_KEY', ['pnu_[A-Za-z0-9]{36}', 'pnb_[A-Za-z0-9]{36}']),
  token('secret.onepassword', 'ONEPASSWORD_TOKEN', [
    'ops_eyJ[A-Za-z0-9+/=_-]{200,2048}',
    'A3-[A-Z0-9]{6}-[A-Z0-9]{6}-[A-Z0-9-]{23}',
    'A3-[A-Z0-9]{6}-[A-Z0-9]{11}-[A-Z0-9-]{17}',
  ]),
  token('secret.tailscale', 'TAILSCALE_KEY', [
    ...['auth', 'api', 'client', 'scim', 'webhook'].map(
      (kind) => `tskey-${kind}-[A-Za-z0-9]{8,24}-[A-Za-z0-9]{20,40}`,
    ),
  ]),
  token('secret.defined_networking', 'DEFINED_NETWORKING_KEY', ['dnkey-[a-z0-9=_-]{26}-[a-z0-9=_-]{52}']),
  token('secret.age', 'AGE_KEY', ['AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}']),
  token('secret.grafana', 'GRAFANA_TOKEN', [
    'glc_[A-Za-z0-9+/=]{32,400}',
    'glsa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}',
    'eyJrIjoi[A-Za-z0-9+/=]{60,400}',
  ]),
  token('secret.sentry', 'SENTRY_TOKEN', ['sntrys_eyJ[A-Za-z0-9+/=_-]{80,400}', 'sntryu_[a-f0-9]{64}']),
  token('secret.new_relic', 'NEW_RELIC_KEY', [
    'NRAK-[A-Z0-9]{27}',
    'NRJS-[a-f0-9]{19}',
    'NRII-[\\w-]{32}',
    'NRRA-[a-f0-9]{42}',
  ]),
  token('secret.honeycomb', 'HONEYCOMB_KEY', ['hcaik_[a-z0-9]{58,60}', 'hcamk_[a-z0-9]{58,60}']),
  token('secret.dynatrace', 'DYNATRACE_TOKEN', [
    'dt0c01\\.[A-Za-z0-9]{24}\\.[A-Za-z0-9]{64}',
    'dt0s01\\.[A-Za-z0-9]{8,24}\\.[A-Za-z0-9]{64}',
    'dt0s16\\.[A-Za-z0-9]{8,24}\\.[A-Za-z0-9]{64}',
  ]),
  token('secret.posthog', 'POSTHOG_KEY', ['phx_[A-Za-z0-9]{43,60}']),
  token('secret.checkly', 'CHECKLY_KEY', ['cu_[a-f0-9]{32}']),
  token('secret.authress', 'AUTHRESS_KEY', [
    'sc_[a-z0-9]{5,30}\\.[a-z0-9]{4,6}\\.acc[A-Za-z0-9_-]{11,40}\\.[A-Za-z0-9+/_=-]{30,120}',
  ]),
  /** RFC 7519 in the compact form of RFC 7515, signed: header and payload are JSON objects. */
  token('secret.jwt', 'JWT', [
    {
      ...form('eyJ', [
        run(BASE64URL, 10, 2048),
        literal('.eyJ'),
        run(BASE64URL, 8, 8192),
        literal('.'),
        run(BASE64URL, 20, 1400),
      ]),
      word: BASE64URL,
    },
    /** Without a signature, or before it has come. */
    {
      ...form('eyJ', [run(BASE64URL, 10, 2048), literal('.eyJ'), run(BASE64URL, 20, 8192)]),
      word: BASE64URL,
    },
    /** The same in base64 once more, as it stands in Kubernetes. */
    'ZXlK[A-Za-z0-9+/=_-]{120,4096}',
  ]),
];
