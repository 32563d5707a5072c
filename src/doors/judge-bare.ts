/** A request without a body, for a backend: stored objects by their ids, and lists of them. */

import { isRefusal, type Refusal } from '../core/refusal.ts';
import { after, type Soon } from '../core/soon.ts';
import type { ObjectRef } from '../core/stored-object.ts';
import { dialectOf } from '../dialects/index.ts';
import { Vault } from '../guards/placeholders.ts';
import { NO_BODY } from './facts.ts';
import { changesFor, type JudgedRequest, routeFor, UNCHANGED } from './outgoing.ts';
import { permit } from './permit.ts';
import { headerObjectsIn, type Judging, seen } from './prepare.ts';

export function judgeBare(x: Judging): Soon<JudgedRequest | Refusal> {
  const { operation } = x.voucher;
  const { pathModel: model } = operation;
  x.tally.asked = model;
  const body = { ...NO_BODY, ...(model !== undefined && { model }) };
  const uses = dialectOf(operation.dialect).usesOfPath?.(operation) ?? [];
  return after(permit({ body, uses, objects: [...namedBy(x), ...headerObjectsIn(x)] }, x), (permitted) => {
    seen(x, 'permit', permitted);
    if (isRefusal(permitted)) return permitted;
    const route = routeFor(permitted, x);
    if (isRefusal(route)) return route;
    const changes = changesFor(route, false, x);
    if (isRefusal(changes)) return changes;
    return seen(x, 'rewrite', {
      body: 'keep',
      headersAdapted: false,
      changes,
      route,
      changed: UNCHANGED,
      stream: false,
      usageIsOurs: false,
      warnings: [],
      canaries: [],
      vault: emptyVault(x),
      inspected: 'none',
    } satisfies JudgedRequest);
  });
}

/** In the path, and in the query, such as where a list is to begin. */
export function namedBy({ voucher: { operation, path } }: Judging): readonly ObjectRef[] {
  const cut = path.indexOf('?');
  const inQuery = cut < 0 ? [] : dialectOf(operation.dialect).queryObjects(operation, path.slice(cut + 1));
  return operation.pathObject === undefined ? inQuery : [operation.pathObject, ...inQuery];
}

/** Nothing of a body that there is not can be wanted back. */
function emptyVault({ ports }: Judging): Vault {
  const vault = new Vault(ports.random, '');
  vault.seal();
  return vault;
}
