/** A request without a body, for a backend: stored objects by their ids, and lists of them. */

import { isRefusal, type Refusal } from '../core/refusal.ts';
import { after, type Soon } from '../core/soon.ts';
import type { ObjectRef } from '../core/stored-object.ts';
import { dialectOf } from '../dialects/index.ts';
import { Vault } from '../guards/placeholders.ts';
import { NO_BODY } from './facts.ts';
import { type JudgedRequest, keeperFor, UNCHANGED, upstreamChanges } from './outgoing.ts';
import { permit } from './permit.ts';
import { type Judging, seen } from './prepare.ts';

export function judgeBare(x: Judging): Soon<JudgedRequest | Refusal> {
  return after(permit({ body: NO_BODY, uses: [], objects: namedBy(x) }, x), (permitted) => {
    seen(x, 'permit', permitted);
    if (isRefusal(permitted)) return permitted;
    const route = keeperFor(x, permitted.home);
    if (isRefusal(route)) return route;
    return seen(x, 'rewrite', {
      body: 'keep',
      headersAdapted: false,
      changes: upstreamChanges(route.backend, false),
      route,
      changed: UNCHANGED,
      stream: false,
      usageIsOurs: false,
      vault: emptyVault(x),
      inspected: 'none',
    } satisfies JudgedRequest);
  });
}

/** In the path, and in the query, such as where a list is to begin. */
function namedBy({ voucher: { operation, path } }: Judging): readonly ObjectRef[] {
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
