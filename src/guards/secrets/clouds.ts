/** Credentials of clouds, hosts and databases that are run for others. */
import { ALPHANUMERIC, characters } from '../characters.ts';
import type { Recognizer } from '../engine/recognizer.ts';
import { exactly } from './pattern.ts';
import { form, token, within } from './token.ts';

const BASE32 = characters('A-Z2-7');

export const CLOUD_KEYS: readonly Recognizer[] = [
  /** API keys, OAuth client secrets, access and refresh tokens, keys for storage. */
  token('secret.google', 'GOOGLE_KEY', [
    'AIza[\\w-]{35}',
    'GOCSPX-[\\w-]{28}',
    'ya29\\.[\\w-]{20,512}',
    '1//0[\\w-]{40,120}',
    'GOOG1E[A-Z0-9]{57}',
  ]),
  /** Ids of access keys, long-lived and temporary. */
  token(
    'secret.aws',
    'AWS_KEY_ID',
    ['AKIA', 'ASIA', 'ABIA', 'ACCA'].map((prefix) =>
      form(prefix, [...exactly(BASE32, 16), { not: ALPHANUMERIC }]),
    ),
  ),
  token('secret.aws_session', 'AWS_SESSION_TOKEN', [
    'IQoJb3JpZ2lu[A-Za-z0-9+/=]{100,2048}',
    'FwoGZXIvYXdz[A-Za-z0-9+/=]{100,2048}',
  ]),
  token('secret.aws_bedrock', 'BEDROCK_KEY', [
    'ABSK[A-Za-z0-9+/]{100,270}',
    'bedrock-api-key-[A-Za-z0-9+/=_-]{20,2048}',
  ]),
  /** Keys of storage accounts and of buses, and signatures that are as good as a key. */
  token('secret.azure_storage', 'AZURE_STORAGE_KEY', [within('AccountKey=[A-Za-z0-9+/]{86}==')]),
  token('secret.azure_shared_key', 'AZURE_SHARED_KEY', [within('SharedAccessKey=[A-Za-z0-9+/]{43}=')]),
  token('secret.azure_signature', 'AZURE_SIGNATURE', [within('sig=[A-Za-z0-9%]{43,80}')]),
  token('secret.aws_appsync', 'APPSYNC_KEY', ['da2-[a-z0-9]{26}']),
  /** What marks it stands behind its middle. */
  token('secret.azure_devops', 'AZURE_DEVOPS_TOKEN', [within('JQQJ99[A-Za-z0-9]{22,22}AZDO[A-Za-z0-9]{4}')]),
  /** Three characters and a digit before are part of it, too, and say nothing. */
  token('secret.azure_client', 'AZURE_CLIENT_SECRET', [within('Q~[A-Za-z0-9_~.-]{31,34}')]),
  token('secret.digitalocean', 'DIGITALOCEAN_TOKEN', [
    'dop_v1_[a-f0-9]{64}',
    'doo_v1_[a-f0-9]{64}',
    'dor_v1_[a-f0-9]{64}',
  ]),
  token('secret.alibaba', 'ALIBABA_KEY_ID', ['LTAI[A-Za-z0-9]{16,20}']),
  token('secret.tencent', 'TENCENT_KEY_ID', ['AKID[A-Za-z0-9]{32}']),
  token('secret.scaleway', 'SCALEWAY_KEY_ID', ['SCW[A-Z0-9]{17}']),
  token('secret.yandex', 'YANDEX_KEY', [
    't1\\.[\\w-]{1,200}\\.[\\w-]{86}',
    'AQVN[\\w-]{35,38}',
    'YC[\\w-]{38}',
  ]),
  token('secret.cloudflare_origin', 'CLOUDFLARE_ORIGIN_KEY', ['v1\\.0-[a-f0-9]{24}-[a-f0-9]{146}']),
  token('secret.akamai', 'AKAMAI_TOKEN', ['akab-[a-z0-9]{16}-[a-z0-9]{16}']),
  token('secret.fly', 'FLY_TOKEN', [
    'fo1_[\\w-]{43}',
    'fm1a_[A-Za-z0-9+/=_-]{100,1024}',
    'fm1r_[A-Za-z0-9+/=_-]{100,1024}',
    'fm2_[A-Za-z0-9+/=_-]{100,1024}',
  ]),
  token('secret.heroku', 'HEROKU_KEY', ['HRKU-AA[\\w-]{58}', 'HRKU-[a-f0-9-]{36}']),
  token('secret.netlify', 'NETLIFY_TOKEN', ['nfp_[A-Za-z0-9]{36,40}']),
  token('secret.vercel', 'VERCEL_TOKEN', ['vercel_blob_rw_[A-Za-z0-9_]{30,60}', 'vcp_[A-Za-z0-9]{24,60}']),
  token('secret.render', 'RENDER_KEY', ['rnd_[A-Za-z0-9]{28,36}']),
  token('secret.scalingo', 'SCALINGO_TOKEN', ['tk-us-[\\w-]{48}']),
  token('secret.openshift', 'OPENSHIFT_TOKEN', ['sha256~[\\w-]{43}']),
  token('secret.supabase', 'SUPABASE_KEY', ['sbp_[a-z0-9]{40}', 'sb_secret_[\\w-]{31,44}']),
  token('secret.planetscale', 'PLANETSCALE_TOKEN', [
    'pscale_tkn_[\\w=.-]{32,64}',
    'pscale_pw_[\\w=.-]{32,64}',
    'pscale_oauth_[\\w=.-]{32,64}',
  ]),
  token('secret.neon', 'NEON_KEY', ['napi_[a-z0-9]{64}']),
  token('secret.databricks', 'DATABRICKS_TOKEN', ['dapi[a-f0-9]{32}']),
  token('secret.clickhouse', 'CLICKHOUSE_KEY', ['4b1d[A-Za-z0-9]{38}']),
  token('secret.mongodb', 'MONGODB_SECRET', ['mdb_sa_sk_[\\w-]{40}']),
];
