/**
 * Identity by client certificate (mutual TLS). Envoy held the handshake and judged the chain; whom the certificate
 * names is judged here, and that its time has not passed since the connection was made.
 *
 * `x-forwarded-client-cert` is read only where the policy names who may say such things, and who connected is one of
 * those. From anybody else it is no evidence, and it never travels on.
 */
import type { Principal } from '../../core/principal.ts';
import type { Refusal } from '../../core/refusal.ts';
import type {
  CertificateNames,
  ForwardedRules,
  MtlsRules,
  NamedWorkload,
} from '../../policy/identity-rules.ts';
import { invalidCredential } from '../challenge.ts';
import type { Evidence, IdentityMethod } from '../method.ts';
import type { ReadCertificate } from './names.ts';
import { readPeerCertificate } from './peer-certificate.ts';
import { readXfcc, type XfccElement } from './xfcc.ts';

const XFCC = 'x-forwarded-client-cert';

export function mtlsMethod(rules: MtlsRules): IdentityMethod {
  return {
    name: 'mtls',
    judges: 'connection',
    verify(evidence, now) {
      const { peer, headers } = evidence;
      const certificate = readPeerCertificate(peer);
      if (certificate === undefined)
        return (peer?.certificate ?? '') === '' && !isTrustedHop(evidence, undefined, rules.forwarded)
          ? undefined
          : withoutCertificate(evidence, rules);
      if (now < certificate.notBefore || now >= certificate.notAfter)
        return invalidCredential('certificate_expired');
      if (headers.has(XFCC) && isTrustedHop(evidence, certificate, rules.forwarded))
        return forwarded(headers.get(XFCC) ?? [], rules);
      return named(rules.nameOf(certificate), 'mtls');
    },
  };
}

/** A hop that is trusted by its network alone may connect without a certificate of its own. */
function withoutCertificate(evidence: Evidence, rules: MtlsRules): Principal | Refusal | undefined {
  if ((evidence.peer?.certificate ?? '') !== '') return invalidCredential('certificate_unreadable');
  const values = evidence.headers.get(XFCC);
  return values === undefined ? undefined : forwarded(values, rules);
}

/** Both, where the policy asks for both: a network can be shared, and a certificate be stolen. */
function isTrustedHop(
  { peerAddress }: Evidence,
  certificate: ReadCertificate | undefined,
  rules: ForwardedRules | undefined,
): boolean {
  if (rules === undefined) return false;
  if (rules.networks !== undefined && !rules.networks.contains(peerAddress)) return false;
  return rules.peers === undefined || (certificate?.uris.some((uri) => rules.peers?.includes(uri)) ?? false);
}

function forwarded(values: readonly string[], rules: MtlsRules): Principal | Refusal {
  const [value, second] = values;
  const elements = value === undefined || second !== undefined ? undefined : readXfcc(value);
  const element = rules.forwarded?.element === 'first' ? elements?.[0] : elements?.at(-1);
  if (element === undefined) return invalidCredential('certificate_unreadable');
  const names = namesOf(element);
  return names === undefined
    ? invalidCredential('certificate_unreadable')
    : named(rules.nameOf(names), 'mtls');
}

const HASH = /^[0-9a-f]{64}$/;
const PLAIN_NAME = /^[\x21-\x7e]{1,2048}$/;

function namesOf({ hash, uris, dns, subject }: XfccElement): CertificateNames | undefined {
  if (hash === undefined || !HASH.test(hash)) return undefined;
  if (![...uris, ...dns].every((name) => PLAIN_NAME.test(name))) return undefined;
  return { uris, dns, subject: subjectOf(subject), digest: hash };
}

/** RFC 4514 without escapes: a subject that needs them names nobody here. */
function subjectOf(text: string | undefined): CertificateNames['subject'] {
  const values = new Map<string, string[]>();
  if (text === undefined || /[\\"#]/.test(text)) return values;
  for (const part of text.split(/[,+]/)) {
    const [name = '', value = ''] = part.split(/=(.*)/s);
    const key = name.trim().toUpperCase();
    values.set(key, [...(values.get(key) ?? []), value]);
  }
  return values;
}

/** Somebody's certificate, but nobody that the policy knows. */
export function named(workload: NamedWorkload | undefined, method: 'mtls' | 'mesh'): Principal | Refusal {
  if (workload === undefined) return invalidCredential('certificate_unknown');
  const { id, issuer, workload: name, assign } = workload;
  return {
    groups: [],
    ...assign,
    methods: [method],
    id,
    workload: name,
    ...(issuer !== undefined && { issuer }),
  };
}
