/** Whom an API key stands for, wherever it is kept. */
import { networksOf } from './network.ts';
import type { KeyLookup } from './ports.ts';
import type { Bound, Principal } from './principal.ts';

/** Who a key speaks for, and what it is narrowed to. */
export type KeyOwner = Pick<
  Principal,
  'user' | 'tenant' | 'team' | 'project' | 'application' | 'groups' | 'scopes' | 'labels'
> &
  Bound & {
    /** Where it may be used from, as `isNetwork` takes them; absent for anywhere. */
    readonly networks?: readonly string[];
  };

/** The principal that a key identifies. */
export function principalOf(id: string, owner: KeyOwner): Principal {
  const { networks: _, grants, limits, ...attributes } = owner;
  const bound = grants === undefined && limits === undefined ? undefined : boundOf(grants, limits);
  return { methods: BY_KEY, id, key: id, ...attributes, ...(bound && { bound }) };
}

const BY_KEY: Principal['methods'] = Object.freeze(['api-key'] as const);

function boundOf(grants: Bound['grants'], limits: Bound['limits']): Bound {
  return { ...(grants !== undefined && { grants }), ...(limits !== undefined && { limits }) };
}

/** What a key that is good comes to. */
export function lookupOf(id: string, owner: KeyOwner): KeyLookup {
  const principal = principalOf(id, owner);
  const { networks } = owner;
  return networks === undefined
    ? { found: true, principal }
    : { found: true, principal, networks: networksOf(networks) };
}
