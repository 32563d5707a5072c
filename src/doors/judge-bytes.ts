/**
 * A piece of a file that goes to a provider as it is. Its length was said before it came: so it is looked at and passes,
 * or does not; nothing in it can be written otherwise.
 */
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { after, type Soon } from '../core/soon.ts';
import { NO_BODY } from './facts.ts';
import { namedBy } from './judge-bare.ts';
import { judgeText, ofFile } from './judge-upload.ts';
import { changesFor, type JudgedRequest, renamesPath, routeFor, UNCHANGED } from './outgoing.ts';
import { permit } from './permit.ts';
import { type Judging, seen } from './prepare.ts';
import { vaultFor } from './vault.ts';

const FILE_INPUT = [{ feature: 'file_input' }] as const;

/** @param decoded the bytes are not those that came: they were compressed */
export function judgeBytes(bytes: Uint8Array, decoded: boolean, x: Judging): Soon<JudgedRequest | Refusal> {
  x.tally.features = ['file_input'];
  const asked = { body: { ...NO_BODY, features: x.tally.features }, uses: FILE_INPUT, objects: namedBy(x) };
  return after(permit(asked, x), (permitted) => {
    seen(x, 'permit', permitted);
    if (isRefusal(permitted)) return permitted;
    if (permitted.changes.strip.size > 0) return refuse('feature_not_allowed', { why: 'file_input' });
    const route = routeFor(permitted, x);
    if (isRefusal(route)) return route;
    const changes = changesFor(route, decoded, x);
    if (isRefusal(changes)) return changes;
    return after(judgeText(bytes, route, x), (judged) => {
      if (isRefusal(judged)) return judged;
      if (judged.bytes !== 'keep')
        return refuse('content_blocked', {
          detail: 'What must be masked in it cannot be, since its length is fixed.',
        });
      const vault = vaultFor('', x);
      vault.seal();
      return seen(x, 'rewrite', {
        body: decoded ? bytes : 'keep',
        headersAdapted: renamesPath(changes),
        changes,
        route,
        changed: UNCHANGED,
        stream: false,
        usageIsOurs: false,
        warnings: [],
        canaries: [],
        vault,
        inspected: ofFile(judged.inspected, x),
      } satisfies JudgedRequest);
    });
  });
}
