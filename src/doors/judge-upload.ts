/**
 * A file on its way to a backend that keeps it.
 * - each line of a batch is a request of its own, and judged, inspected and rewritten as one (`judge-batch.ts`)
 * - any other file is looked at as one text; what is no text cannot be looked into, and the record says so
 */

import type { Route } from '../backends/choose.ts';
import type { FeatureUse } from '../core/feature.ts';
import { type Edit, splice } from '../core/finding.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { after, type Soon } from '../core/soon.ts';
import { dialectOf } from '../dialects/index.ts';
import { Vault } from '../guards/placeholders.ts';
import { decodeUtf8 } from '../json/document.ts';
import { inspectText } from './inspect.ts';
import { type JudgedFile, judgeBatch } from './judge-batch.ts';
import { type JudgedRequest, keeperFor, UNCHANGED, upstreamChanges } from './outgoing.ts';
import { permit } from './permit.ts';
import { type Judging, seen } from './prepare.ts';
import { rulesOf } from './rules.ts';

const FILE: FeatureUse = { feature: 'file_input' };

/** @param contentType of the request, for the boundary of its parts */
export function judgeUpload(
  bytes: Uint8Array,
  decoded: boolean,
  contentType: string,
  x: Judging,
): Soon<JudgedRequest | Refusal> {
  const { operation } = x.voucher;
  const upload = dialectOf(operation.dialect).readUpload(operation, bytes, contentType);
  seen(x, 'read', upload);
  if (isRefusal(upload)) return upload;
  x.tally.features = [FILE.feature];
  const asked = { body: { stream: false, features: [FILE.feature] }, uses: [FILE], objects: [] };
  return after(permit(asked, x), (permitted) => {
    seen(x, 'permit', permitted);
    if (isRefusal(permitted)) return permitted;
    // Without its file there is nothing left of the request.
    if (permitted.changes.strip.size > 0)
      return refuse('feature_not_allowed', { detail: 'file_input is not allowed.' });
    const route = keeperFor(x, undefined);
    if (isRefusal(route)) return route;
    const { start, end } = upload.file;
    const file = bytes.subarray(start, end);
    const judged = upload.purpose === 'batch' ? judgeBatch(file, route, x) : judgeText(file, x);
    return after(judged, (result) => {
      if (isRefusal(result)) return result;
      const body = replaced(bytes, upload.file, result.bytes);
      return seen(
        x,
        'rewrite',
        judgedUpload(body === 'keep' && decoded ? bytes : body, decoded, route, result, x),
      );
    });
  });
}

function judgedUpload(
  body: 'keep' | Uint8Array,
  decoded: boolean,
  route: Route,
  { inspected }: JudgedFile,
  x: Judging,
): JudgedRequest {
  const vault = new Vault(x.ports.random, '');
  // The file outlives this request: nobody could put originals back into what is made of it.
  vault.seal();
  return {
    body,
    changes: upstreamChanges(route.backend, decoded),
    route,
    changed: UNCHANGED,
    stream: false,
    usageIsOurs: false,
    vault,
    inspected,
    estimate: 0,
  };
}

function replaced(
  bytes: Uint8Array,
  { start, end }: { readonly start: number; readonly end: number },
  file: 'keep' | Uint8Array,
): 'keep' | Uint8Array {
  return file === 'keep' ? 'keep' : Buffer.concat([bytes.subarray(0, start), file, bytes.subarray(end)]);
}

function judgeText(file: Uint8Array, x: Judging): Soon<JudgedFile | Refusal> {
  const { input: rules } = rulesOf(x.policy);
  const text = decodeUtf8(file);
  if (typeof text !== 'string' || !rules.active) return { bytes: 'keep', inspected: 'skipped' };
  const vault = new Vault(x.ports.random, text);
  return after(inspectText(text, { rules, vault, nextTurn: x.ports.nextTurn }), (inspected) => {
    x.tally.found(inspected.counts);
    seen(x, 'inspect', inspected.blocked ?? inspected);
    return inspected.blocked ?? { bytes: written(text, inspected.edits), inspected: 'whole' };
  });
}

function written(text: string, edits: readonly Edit[]): 'keep' | Uint8Array {
  return edits.length === 0 ? 'keep' : Buffer.from(splice(text, edits));
}
