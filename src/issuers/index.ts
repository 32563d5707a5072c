/** The identity providers that policies name: their keys, and their answers about opaque tokens. */
import type { Clock, Introspection, IssuerKeys, KeySource } from '../core/ports.ts';
import { openIntrospection } from './introspection.ts';
import { type IssuerState, OneIssuer, type Outcome } from './issuer-keys.ts';

/** How often keys are looked after in the background. */
const CARE_MS = 60_000;

export interface Issuers {
  readonly keys: IssuerKeys;
  readonly introspection: Introspection;
  /** Fetches the keys of these, and forgets those of others. */
  use(sources: Iterable<KeySource>): void;
  /** By issuer. */
  states(): ReadonlyMap<string, IssuerState>;
  close(): void;
}

export interface IssuersOptions {
  readonly clock: Clock;
  /** Told the outcome of each fetch of keys. */
  readonly note: (issuer: string, outcome: Outcome) => void;
}

export function openIssuers({ clock, note }: IssuersOptions): Issuers {
  const known = new Map<string, OneIssuer>();
  const nameOf = ({ issuer, jwksUri, staleMs }: KeySource) =>
    JSON.stringify([issuer, jwksUri ?? null, staleMs]);
  const issuerOf = (source: KeySource): OneIssuer => {
    const name = nameOf(source);
    const issuer = known.get(name) ?? new OneIssuer(source, clock, (outcome) => note(source.issuer, outcome));
    known.set(name, issuer);
    return issuer;
  };
  const care = setInterval(() => {
    for (const issuer of known.values()) issuer.refresh();
  }, CARE_MS);
  care.unref();
  return {
    keys: { find: (source, kid, algorithm) => issuerOf(source).find(kid, algorithm) },
    introspection: openIntrospection(clock),
    use(sources) {
      const wanted = [...sources];
      const names = new Set(wanted.map(nameOf));
      for (const name of known.keys()) if (!names.has(name)) known.delete(name);
      for (const source of wanted) issuerOf(source).refresh();
    },
    states: () => new Map([...known].map(([name, issuer]) => [String(JSON.parse(name)[0]), issuer.state])),
    close: () => clearInterval(care),
  };
}
