/** Keys of what takes payments, sends messages and keeps an organization's work. */
import { characters } from '../characters.ts';
import type { Recognizer } from '../engine/recognizer.ts';
import { run } from './pattern.ts';
import { form, token, within, words } from './token.ts';

const SLACK = characters('A-Za-z0-9-');

const UUID = '[a-fA-F0-9]{8}-[a-fA-F0-9]{4}-[a-fA-F0-9]{4}-[a-fA-F0-9]{4}-[a-fA-F0-9]{12}';

const PAYMENTS: readonly Recognizer[] = [
  /** Secret and restricted keys, webhook signing secrets. Publishable keys are no secret. */
  token('secret.stripe', 'STRIPE_KEY', [
    ...['sk_live_', 'rk_live_', 'sk_test_', 'rk_test_', 'sk_prod_', 'rk_prod_'].map(
      (prefix) => `${prefix}[A-Za-z0-9]{10,255}`,
    ),
    'whsec_[A-Za-z0-9+/=]{24,100}',
  ]),
  token('secret.square', 'SQUARE_TOKEN', ['sq0atp-[\\w-]{22}', 'sq0csp-[\\w-]{43}', 'EAAA[\\w-]{60}']),
  token('secret.braintree', 'BRAINTREE_TOKEN', ['access_token\\$production\\$[a-z0-9]{16}\\$[a-f0-9]{32}']),
  token('secret.shopify', 'SHOPIFY_TOKEN', [
    'shpat_[A-Za-z0-9]{32,64}',
    'shpca_[A-Za-z0-9]{32,64}',
    'shppa_[A-Za-z0-9]{32,64}',
    'shpss_[A-Za-z0-9]{32,64}',
  ]),
  token('secret.razorpay', 'RAZORPAY_KEY', ['rzp_live_[A-Za-z0-9]{14}', 'rzp_test_[A-Za-z0-9]{14}']),
  token('secret.flutterwave', 'FLUTTERWAVE_KEY', [
    'FLWSECK-[A-Za-z0-9]{12,40}-X',
    'FLWSECK_TEST-[A-Za-z0-9]{12,40}',
    'FLWPUBK_TEST-[A-Za-z0-9]{12,40}-X',
  ]),
  token('secret.plaid', 'PLAID_TOKEN', [
    `access-sandbox-${UUID}`,
    `access-development-${UUID}`,
    `access-production-${UUID}`,
  ]),
  token('secret.easypost', 'EASYPOST_KEY', ['EZAK[A-Za-z0-9]{54}', 'EZTK[A-Za-z0-9]{54}']),
  token('secret.shippo', 'SHIPPO_TOKEN', ['shippo_live_[a-fA-F0-9]{40}', 'shippo_test_[a-fA-F0-9]{40}']),
  token('secret.duffel', 'DUFFEL_TOKEN', ['duffel_live_[\\w=-]{43}', 'duffel_test_[\\w=-]{43}']),
  token('secret.pagarme', 'PAGARME_KEY', ['ak_live_[A-Za-z0-9]{30}', 'ak_test_[A-Za-z0-9]{30}']),
  token('secret.paddle', 'PADDLE_KEY', [
    'pdl_live_apikey_[a-z0-9]{26}_[A-Za-z0-9_]{26}',
    'pdl_sdbx_apikey_[a-z0-9]{26}_[A-Za-z0-9_]{26}',
  ]),
];

const MESSAGES: readonly Recognizer[] = [
  token('secret.slack', 'SLACK_TOKEN', [
    form(
      ['xoxb-', 'xoxp-', 'xoxa-', 'xoxr-', 'xoxs-', 'xoxo-', 'xoxe-', 'xoxe.xoxb-', 'xoxe.xoxp-', 'xapp-'],
      [run(SLACK, 12, 255)],
    ),
  ]),
  token('secret.slack_webhook', 'SLACK_WEBHOOK', [
    'hooks\\.slack\\.com/services/[A-Za-z0-9/_]{30,120}',
    'hooks\\.slack\\.com/workflows/[A-Za-z0-9/_]{30,120}',
    'hooks\\.slack\\.com/triggers/[A-Za-z0-9/_]{30,120}',
  ]),
  token('secret.discord_webhook', 'DISCORD_WEBHOOK', [
    within('discord\\.com/api/webhooks/[0-9]{17,20}/[\\w-]{60,70}'),
    within('discordapp\\.com/api/webhooks/[0-9]{17,20}/[\\w-]{60,70}'),
  ]),
  token('secret.teams_webhook', 'TEAMS_WEBHOOK', [
    within(
      `\\.webhook\\.office\\.com/webhookb2/[A-Za-z0-9-]{36}@[A-Za-z0-9-]{36}/IncomingWebhook/[A-Za-z0-9]{32}/[A-Za-z0-9-]{36}`,
    ),
  ]),
  token('secret.office_webhook', 'OFFICE_WEBHOOK', [
    within(
      'outlook\\.office\\.com/webhook/[A-Za-z0-9-]{36}@[A-Za-z0-9-]{36}/IncomingWebhook/[A-Za-z0-9]{32}/[A-Za-z0-9-]{36}',
    ),
  ]),
  token('secret.zapier_webhook', 'ZAPIER_WEBHOOK', [
    'hooks\\.zapier\\.com/hooks/catch/[0-9]{4,12}/[A-Za-z0-9]{5,12}',
  ]),
  /** What stands before the colon, the bot's number, is no secret. */
  token('secret.telegram', 'TELEGRAM_TOKEN', [within(':A[\\w-]{34}')]),
  /** The number of an account in base64: it begins with 1, 2 or 3. */
  words('secret.discord_bot', 'DISCORD_TOKEN', 'MNO', '[\\w-]{23,28}\\.[\\w-]{6}\\.[\\w-]{27,40}'),
  token('secret.twilio', 'TWILIO_KEY', ['SK[a-f0-9]{32}']),
  token('secret.sendgrid', 'SENDGRID_KEY', ['SG\\.[\\w-]{16,32}\\.[\\w-]{32,64}']),
  token('secret.mailgun', 'MAILGUN_KEY', ['key-[a-f0-9]{32}']),
  token('secret.brevo', 'BREVO_KEY', [
    'xkeysib-[a-f0-9]{64}-[A-Za-z0-9]{16}',
    'xsmtpsib-[a-f0-9]{64}-[A-Za-z0-9]{16}',
  ]),
  token('secret.resend', 'RESEND_KEY', ['re_[A-Za-z0-9]{8}_[A-Za-z0-9]{24}']),
  token('secret.twitter', 'TWITTER_BEARER', ['AAAAAAAAAAAAAAAAAAAAA[A-Za-z0-9%]{60,120}']),
  token('secret.meta', 'META_TOKEN', [
    'EAAM[A-Za-z0-9]{80,400}',
    'EAAC[A-Za-z0-9]{80,400}',
    'EAAG[A-Za-z0-9]{80,400}',
    'IGQV[\\w-]{80,400}',
  ]),
];

const WORK: readonly Recognizer[] = [
  token('secret.segment', 'SEGMENT_TOKEN', ['sgp_[A-Za-z0-9]{64}']),
  token('secret.nightfall', 'NIGHTFALL_KEY', ['NF-[A-Za-z0-9]{32}']),
  token('secret.flexport', 'FLEXPORT_TOKEN', ['shltm_[\\w-]{40}']),
  token('secret.fleetbase', 'FLEETBASE_KEY', ['flb_live_[A-Za-z0-9]{20}', 'flb_test_[A-Za-z0-9]{20}']),
  token('secret.ubidots', 'UBIDOTS_TOKEN', ['BBFF-[A-Za-z0-9]{30}', 'BBUS-[A-Za-z0-9]{30}']),
  token('secret.pubnub', 'PUBNUB_SECRET', ['sec-c-[A-Za-z0-9]{48}']),
  token('secret.adafruit_io', 'ADAFRUIT_IO_KEY', ['aio_[A-Za-z0-9]{28}']),
  token('secret.linear', 'LINEAR_KEY', ['lin_api_[A-Za-z0-9]{40}', 'lin_oauth_[a-f0-9]{64}']),
  token('secret.notion', 'NOTION_TOKEN', ['ntn_[0-9]{11}[A-Za-z0-9]{35}', 'secret_[A-Za-z0-9]{43}']),
  token('secret.figma', 'FIGMA_TOKEN', ['figd_[\\w-]{40,44}']),
  token('secret.airtable', 'AIRTABLE_TOKEN', ['pat[A-Za-z0-9]{14}\\.[a-f0-9]{64}']),
  token('secret.clickup', 'CLICKUP_TOKEN', ['pk_[0-9]{6,9}_[A-Z0-9]{32}']),
  token('secret.typeform', 'TYPEFORM_TOKEN', ['tfp_[\\w.=-]{40,60}']),
  token('secret.contentful', 'CONTENTFUL_TOKEN', ['CFPAT-[\\w-]{43}']),
  token('secret.dropbox', 'DROPBOX_TOKEN', ['sl\\.[\\w=-]{130,1024}']),
  token('secret.frameio', 'FRAMEIO_TOKEN', ['fio-u-[\\w=-]{64}']),
  token('secret.hubspot', 'HUBSPOT_TOKEN', [`pat-na1-${UUID}`, `pat-na2-${UUID}`, `pat-eu1-${UUID}`]),
  token('secret.intercom', 'INTERCOM_TOKEN', ['dG9r[A-Za-z0-9+/=]{56}']),
  token('secret.adobe', 'ADOBE_SECRET', ['p8e-[a-zA-Z0-9]{32}']),
  token('secret.intra42', 'INTRA42_SECRET', ['s-s4t2ud-[a-f0-9]{64}', 's-s4t2af-[a-f0-9]{64}']),
  token('secret.mapbox', 'MAPBOX_TOKEN', [
    'sk\\.eyJ[\\w-]{50,400}\\.[\\w-]{20,60}',
    'pk\\.eyJ[\\w-]{50,400}\\.[\\w-]{20,60}',
    'pk\\.[A-Za-z0-9]{60}\\.[A-Za-z0-9]{22}',
  ]),
];

export const BUSINESS_KEYS: readonly Recognizer[] = [...PAYMENTS, ...MESSAGES, ...WORK];
