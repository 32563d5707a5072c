/**
 * A request for a channel (a WebSocket): identity, model and limits are judged as ever, and what then passes through it
 * goes by unread. That is seen going by all the same, so that the session ends when it is over, is counted as long as
 * it lasts, and is cut when it lasts too long.
 */
import { joined } from '../core/headers.ts';
import { isRefusal, type Refusal } from '../core/refusal.ts';
import { after, type Soon } from '../core/soon.ts';
import { judgeBare } from './judge-bare.ts';
import type { SessionAction } from './messages.ts';
import { type Modes, overrideChannel } from './modes.ts';
import type { JudgedRequest } from './outgoing.ts';
import type { Judging } from './prepare.ts';
import { prove } from './prove.ts';

export interface ChannelRequest {
  readonly judged: JudgedRequest;
  /** Of the rest of the stream. */
  readonly modes: Modes;
  readonly actions: readonly SessionAction[];
}

const PROTOCOL = 'sec-websocket-protocol';

export function judgeChannel(modes: Modes, x: Judging): Soon<ChannelRequest | Refusal> {
  const asked = overrideChannel(modes);
  if (isRefusal(asked)) return asked;
  const proven = after(judgeBare(x), (judged) => (isRefusal(judged) ? judged : prove(judged, x)));
  return after(proven, (judged) => {
    if (isRefusal(judged)) return judged;
    const protocols = withoutKeys(joined(x.headers, PROTOCOL));
    const { set, remove } = judged.changes;
    const changes = {
      set: protocols === undefined || protocols === '' ? set : [...set, [PROTOCOL, protocols] as const],
      remove: protocols === '' ? [...remove, PROTOCOL] : remove,
    };
    const { override } = asked;
    return {
      judged: { ...judged, stream: true, inspected: 'skipped' },
      modes: asked.modes,
      actions: [
        {
          kind: 'headers',
          direction: 'request',
          changes,
          clearRouteCache: true,
          ...(override && { override }),
        },
      ],
    };
  });
}

/** Browsers cannot send a key in a header of its own, so some clients put it among the protocols they offer. */
function withoutKeys(protocols: string | undefined): string | undefined {
  if (protocols === undefined) return undefined;
  const offered = protocols.split(',').map((one) => one.trim());
  return offered.filter((one) => !/api-key/i.test(one)).join(', ');
}
