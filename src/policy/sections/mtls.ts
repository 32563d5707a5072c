/** Client certificates, and the identities of a service mesh. */
import { networksOf } from '../../core/network.ts';
import type { Assigned } from '../../core/principal.ts';
import {
  type Captures,
  isTrustDomain,
  readSpiffeId,
  readTemplate,
  type Template,
} from '../../identity/certificate/spiffe.ts';
import type { Config } from '../config.ts';
import type { CertificateNames, MeshRules, MtlsRules, NamedWorkload } from '../identity-rules.ts';
import type { Path } from '../mistake.ts';
import { anyOf } from '../model-patterns.ts';
import type { Report } from '../report.ts';
import type { CertificateConfig, TrustDomainConfig } from '../schema/mtls.ts';
import { assignedBy, reportPlaceholders } from './placeholders.ts';

type NameOf<T> = (named: T) => NamedWorkload | undefined;
type TrustDomains = Readonly<Record<string, TrustDomainConfig>>;

export function compileMtls({ identity }: Config, report: Report): MtlsRules | undefined {
  if (identity.mtls === undefined) return undefined;
  const { path, value } = identity.mtls;
  const bySpiffe = compileTrustDomains(value.trustDomains, [...path, 'trustDomains'], report);
  const byName = (value.certificates ?? []).map((certificate, i) =>
    compileCertificate(certificate, [...path, 'certificates', i], report),
  );
  const { forwarded } = value;
  return Object.freeze({
    nameOf: (names: CertificateNames) => spiffeName(names, bySpiffe) ?? firstOf(byName, names),
    ...(forwarded !== undefined && {
      forwarded: {
        ...(forwarded.networks !== undefined && { networks: networksOf(forwarded.networks) }),
        ...(forwarded.peers !== undefined && { peers: forwarded.peers }),
        element: forwarded.element,
      },
    }),
  });
}

/** An X.509-SVID has exactly one URI (X509-SVID, section 2): with several nobody could say which one is meant. */
function spiffeName({ uris }: CertificateNames, nameOf: NameOf<string>): NamedWorkload | undefined {
  const [only, more] = uris;
  return only === undefined || more !== undefined ? undefined : nameOf(only);
}

function firstOf<T>(rules: readonly NameOf<T>[], named: T): NamedWorkload | undefined {
  for (const nameOf of rules) {
    const found = nameOf(named);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Each id is looked up by its trust domain, exactly: a longer name that begins so is another domain. */
function compileTrustDomains(domains: TrustDomains | undefined, path: Path, report: Report): NameOf<string> {
  const compiled = new Map(
    Object.entries(domains ?? {}).map(([name, config]) => [
      name,
      compileDomain(name, config, [...path, name], report),
    ]),
  );
  return (uri) => {
    const id = readSpiffeId(uri);
    return id === undefined ? undefined : compiled.get(id.trustDomain)?.(uri);
  };
}

function compileDomain(name: string, config: TrustDomainConfig, path: Path, report: Report): NameOf<string> {
  if (!isTrustDomain(name))
    report.error(path, 'expected a trust domain: lower case letters, digits, ".", "_" and "-"', 'key');
  const { workloads, ...common } = config;
  reportPlaceholders(common, [], path, report);
  const templates = (workloads ?? []).map(({ id, ...assign }, i) => {
    const at = [...path, 'workloads', i];
    const template = readTemplate(id);
    if (template?.trustDomain !== name)
      report.error(
        [...at, 'id'],
        `expected an id of the trust domain ${name}, with placeholders as whole segments`,
      );
    reportPlaceholders(assign, template?.names ?? [], at, report);
    return { template, assign: { ...common, ...assign } };
  });
  return (uri) => {
    const id = readSpiffeId(uri);
    if (id === undefined) return undefined;
    if (workloads === undefined) return workload(uri, name, assignedBy(common, new Map()));
    for (const { template, assign } of templates) {
      const captures = template?.match(id);
      if (captures !== undefined) return workload(uri, name, assignedBy(assign, captures));
    }
    return undefined;
  };
}

function workload(id: string, issuer: string, assign: Assigned): NamedWorkload {
  return { id, issuer, workload: id, assign };
}

function compileCertificate(config: CertificateConfig, path: Path, report: Report): NameOf<CertificateNames> {
  const { dns, uri, subject, digest, ...assign } = config;
  reportPlaceholders(assign, [], path, report);
  const assigned = assignedBy(assign, new Map());
  const [fitsDns, fitsUri] = [dns && anyOf(dns), uri && anyOf(uri)];
  const digests = digest && new Set(digest.map((one) => one.slice('sha256:'.length)));
  const wanted = Object.entries(subject ?? {});
  return (names) => {
    const fits =
      (fitsDns === undefined || names.dns.some(fitsDns)) &&
      (fitsUri === undefined || names.uris.some(fitsUri)) &&
      (digests === undefined || digests.has(names.digest)) &&
      wanted.every(([name, value]) => isOnly(names.subject.get(name), value));
    if (!fits) return undefined;
    return {
      id: `cert:${names.digest}`,
      workload: names.dns[0] ?? names.uris[0] ?? `cert:${names.digest}`,
      assign: assigned,
    };
  };
}

/** A subject may say one thing twice; then it says nothing. */
function isOnly(values: readonly string[] | undefined, wanted: string | undefined): boolean {
  return values?.length === 1 && values[0] === wanted;
}

export function compileMesh({ identity }: Config, report: Report): MeshRules | undefined {
  if (identity.mesh === undefined) return undefined;
  const { path, value } = identity.mesh;
  const { istio, linkerd } = value;
  const bySpiffe = compileTrustDomains(istio?.trustDomains, [...path, 'istio', 'trustDomains'], report);
  const byName = (linkerd?.identities ?? []).map(({ name, ...assign }, i) => {
    const at = [...path, 'linkerd', 'identities', i];
    const template = dottedTemplate(name);
    if (template === undefined)
      report.error([...at, 'name'], 'expected a name whose placeholders are whole parts between dots');
    reportPlaceholders(assign, template?.names ?? [], at, report);
    return (said: string): NamedWorkload | undefined => {
      const captures = template?.match(said);
      return captures && { id: `linkerd:${said}`, workload: said, assign: assignedBy(assign, captures) };
    };
  });
  return Object.freeze({
    istio: istio !== undefined,
    ...(linkerd !== undefined && {
      linkerd: { header: linkerd.header, networks: networksOf(linkerd.networks) },
    }),
    nameOf: (identity: string) =>
      identity.startsWith('spiffe://') ? bySpiffe(identity) : firstOf(byName, identity),
  });
}

/** The same templates with dots between the parts; their "trust domain" is fixed and means nothing. */
function dottedTemplate(
  text: string,
): { readonly names: Template['names']; match(name: string): Captures | undefined } | undefined {
  const template = readTemplate(`spiffe://name/${text.replaceAll('.', '/')}`);
  if (template === undefined) return undefined;
  return {
    names: template.names,
    match: (name) => template.match({ trustDomain: 'name', segments: name.split('.') }),
  };
}
