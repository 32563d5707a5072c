/** Credential formats of well-known providers, as the providers publish them or as their tools make them. */
import { ALPHANUMERIC, BASE64URL, characters, HEX } from '../characters.ts';
import type { Recognizer } from '../engine/recognizer.ts';
import { exactly, literal, run } from './pattern.ts';
import { form, token } from './token.ts';

const LOWER_DIGIT = characters('a-z0-9');
const BASE32 = characters('A-Z2-7');
const BASE64 = characters('A-Za-z0-9+/=');
const WORD = characters('A-Za-z0-9_');
const DOTTED = characters('A-Za-z0-9_.-');
const DOT = characters('.');
const SLACK = characters('A-Za-z0-9-');
const LETTER = characters('A-Za-z');

/** Anthropic's begin like OpenAI's; what stands after the first hyphen tells them apart. */
const openai = token('secret.openai', 'OPENAI_KEY', [
  form(['sk-proj-', 'sk-svcacct-', 'sk-admin-', 'sk-None-'], [run(BASE64URL, 20, 200)]),
  form('sk-', [run(ALPHANUMERIC, 32, 100)]),
]);

const anthropic = token('secret.anthropic', 'ANTHROPIC_KEY', [
  form('sk-ant-', [run(LOWER_DIGIT, 3, 12), literal('-'), run(BASE64URL, 32, 200)]),
]);

const openrouter = token('secret.openrouter', 'OPENROUTER_KEY', [form('sk-or-v1-', exactly(HEX, 64))]);

/** API keys, OAuth client secrets and access tokens. */
const google = token('secret.google', 'GOOGLE_KEY', [
  form('AIza', exactly(BASE64URL, 35)),
  form('GOCSPX-', exactly(BASE64URL, 28)),
  form('ya29.', [run(BASE64URL, 20, 512)]),
]);

/** Ids of access keys, long-lived and temporary; the secret half has no form of its own. */
const aws = token(
  'secret.aws',
  'AWS_KEY_ID',
  ['AKIA', 'ASIA', 'ABIA', 'ACCA'].map((prefix) =>
    form(prefix, [...exactly(BASE32, 16), { not: ALPHANUMERIC }]),
  ),
);

const github = token('secret.github', 'GITHUB_TOKEN', [
  form(['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'], [run(ALPHANUMERIC, 36, 255)]),
  form('github_pat_', [run(WORD, 70, 255)]),
]);

/** Personal, project, deploy, runner, trigger, feed, mail, SCIM, agent, job and feature-flag tokens, OAuth secrets. */
const gitlab = token('secret.gitlab', 'GITLAB_TOKEN', [
  form(
    [
      'glpat-',
      'gldt-',
      'glrt-',
      'glptt-',
      'glft-',
      'glimt-',
      'glsoat-',
      'glagent-',
      'glcbt-',
      'glffct-',
      'gloas-',
    ],
    [run(DOTTED, 20, 300, DOT)],
  ),
  form('GR1348941', [run(DOTTED, 20, 50, DOT)]),
]);

const slack = token('secret.slack', 'SLACK_TOKEN', [
  form(['xoxb-', 'xoxp-', 'xoxa-', 'xoxr-', 'xoxs-', 'xoxo-', 'xoxe-'], [run(SLACK, 12, 255)]),
  form(['xoxe.xoxb-', 'xoxe.xoxp-'], [run(SLACK, 12, 255)]),
  form('xapp-', [run(SLACK, 12, 255)]),
]);

const slackWebhook = token('secret.slack_webhook', 'SLACK_WEBHOOK', [
  form(
    ['hooks.slack.com/services/', 'hooks.slack.com/workflows/', 'hooks.slack.com/triggers/'],
    [run(characters('A-Za-z0-9/_'), 30, 120)],
  ),
]);

/** Secret and restricted keys, webhook signing secrets. Publishable keys are no secret. */
const stripe = token('secret.stripe', 'STRIPE_KEY', [
  form(['sk_live_', 'rk_live_'], [run(ALPHANUMERIC, 10, 255)]),
  form(['sk_test_', 'rk_test_'], [run(ALPHANUMERIC, 10, 255)]),
  form(['sk_prod_', 'rk_prod_'], [run(ALPHANUMERIC, 10, 255)]),
  form('whsec_', [run(BASE64, 24, 100)]),
]);

const sendgrid = token('secret.sendgrid', 'SENDGRID_KEY', [form('SG.', [run(DOTTED, 60, 100, DOT)])]);

const npm = token('secret.npm', 'NPM_TOKEN', [form('npm_', exactly(ALPHANUMERIC, 36))]);

/** A macaroon in base64: each begins with the same two octets. */
const pypi = token('secret.pypi', 'PYPI_TOKEN', [form('pypi-Ag', [run(BASE64URL, 48, 1000)])]);

const huggingface = token('secret.huggingface', 'HUGGINGFACE_TOKEN', [
  form('hf_', [run(LETTER, 34, 34), { not: ALPHANUMERIC }]),
  form('api_org_', [run(LETTER, 34, 34), { not: ALPHANUMERIC }]),
]);

/** RFC 7519 in the compact form of RFC 7515, signed: header and payload are JSON objects. */
const jwt = token('secret.jwt', 'JWT', [
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
]);

/** Our own keys: 256 random bits and a check in base 62. */
const sallyport = token('secret.sallyport', 'SALLYPORT_KEY', [form('sp_', exactly(ALPHANUMERIC, 49))]);

export const TOKENS: readonly Recognizer[] = [
  openai,
  anthropic,
  openrouter,
  google,
  aws,
  github,
  gitlab,
  slack,
  slackWebhook,
  stripe,
  sendgrid,
  npm,
  pypi,
  huggingface,
  jwt,
  sallyport,
];
