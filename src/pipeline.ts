/**
 * The map: every stage of both doors, in order. Nothing runs from this table; it is what documentation, `explain` and
 * the tests print and check: each stage's name is the name of the function that does it, a test holds the doors to the
 * order given here, and another sees that no stage refuses with a code that its row does not list.
 */
import type { RefusalCode } from './core/refusal.ts';

export interface StageRow {
  readonly name: string;
  readonly door: 1 | 2;
  readonly phase: 'request' | 'answer' | 'end';
  readonly does: string;
  readonly refuses: readonly RefusalCode[];
  /** What a thrown error or an unreachable port comes to. Never an allow. */
  readonly fault:
    | 'refuse internal'
    | 'refuse limits_unavailable'
    | 'end the stream with an error'
    | 'count the loss';
}

export const PIPELINE: readonly StageRow[] = [
  {
    name: 'admit',
    door: 1,
    phase: 'request',
    does: 'one unambiguous HTTP request, within bounds: canonical path, plain headers, no upgrade but a WebSocket',
    refuses: [
      'overloaded',
      'headers_too_large',
      'header_malformed',
      'host_unknown',
      'path_not_canonical',
      'credential_in_query',
      'upgrade_not_allowed',
    ],
    fault: 'refuse internal',
  },
  {
    name: 'match',
    door: 1,
    phase: 'request',
    does: 'method and path name an operation that a dialect knows; its body is announced readably; a WebSocket is for realtime alone',
    refuses: [
      'upgrade_not_allowed',
      'operation_unknown',
      'method_not_allowed',
      'body_unexpected',
      'body_too_large',
      'content_type_unsupported',
      'encoding_unsupported',
    ],
    fault: 'refuse internal',
  },
  {
    name: 'identify',
    door: 1,
    phase: 'request',
    does: 'the credential, the connection, or both name a principal',
    refuses: ['credential_missing', 'credential_invalid', 'credential_conflict', 'identity_unavailable'],
    fault: 'refuse internal',
  },
  {
    name: 'authorize',
    door: 1,
    phase: 'request',
    does: 'a grant allows the principal this operation, and none denies it',
    refuses: ['operation_not_allowed', 'scope_missing'],
    fault: 'refuse internal',
  },
  {
    name: 'reserve',
    door: 1,
    phase: 'request',
    does: 'takes from every limit that needs no body, or from none; asks whether anything is left of tokens and money',
    refuses: [
      'rate_limited',
      'tokens_limited',
      'concurrency_limited',
      'budget_exhausted',
      'limits_unavailable',
    ],
    fault: 'refuse limits_unavailable',
  },
  {
    name: 'vouch',
    door: 1,
    phase: 'request',
    does: 'seals what was found for the second door; takes credential and forged headers off',
    refuses: [],
    fault: 'refuse internal',
  },
  {
    name: 'recall',
    door: 2,
    phase: 'request',
    does: 'opens the voucher, finds its policy, refuses body modes that cannot be made safe',
    refuses: ['voucher_missing', 'voucher_invalid', 'policy_unavailable', 'mode_unsafe', 'request_unseen'],
    fault: 'end the stream with an error',
  },
  {
    name: 'read',
    door: 2,
    phase: 'request',
    does: 'bytes to one strict document, and to its model, features and texts with their places',
    refuses: [
      'body_missing',
      'body_unexpected',
      'body_too_large',
      'body_not_utf8',
      'body_malformed',
      'body_duplicate_key',
      'body_too_deep',
      'body_too_complex',
      'body_invalid',
      'encoding_unsupported',
      'encoding_malformed',
    ],
    fault: 'end the stream with an error',
  },
  {
    name: 'permit',
    door: 2,
    phase: 'request',
    does: 'grants allow the principal this model and its features; stored objects are its own',
    refuses: [
      'operation_not_allowed',
      'scope_missing',
      'model_not_allowed',
      'feature_not_allowed',
      'object_not_found',
      'objects_unavailable',
    ],
    fault: 'end the stream with an error',
  },
  {
    name: 'route',
    door: 2,
    phase: 'request',
    does: 'where a guardrail sends requests with such findings to another model, goes on as if that one had been asked for',
    refuses: ['content_blocked', 'analyzer_unavailable', 'model_not_allowed', 'feature_not_allowed'],
    fault: 'end the stream with an error',
  },
  {
    name: 'reserve',
    door: 2,
    phase: 'request',
    does: 'takes the tokens and the money that the request is expected to use, from every limit or from none',
    refuses: [
      'rate_limited',
      'tokens_limited',
      'concurrency_limited',
      'budget_exhausted',
      'price_unknown',
      'limits_unavailable',
    ],
    fault: 'refuse limits_unavailable',
  },
  {
    name: 'inspect',
    door: 2,
    phase: 'request',
    does: 'detectors look at every text, and analyzers that the policy names are asked; what is found is masked, logged or blocks',
    refuses: ['content_blocked', 'analyzer_unavailable'],
    fault: 'end the stream with an error',
  },
  {
    name: 'rewrite',
    door: 2,
    phase: 'request',
    does: 'chooses the backend, splices the edits into the original bytes, sets the credential',
    refuses: ['backend_unavailable'],
    fault: 'end the stream with an error',
  },
  {
    name: 'answer',
    door: 2,
    phase: 'answer',
    does: "reads, inspects, masks and restores the answer; keeps who owns what it made, hides what is not the caller's",
    refuses: [
      'answer_unreadable',
      'answer_too_large',
      'answer_blocked',
      'tokens_limited',
      'budget_exhausted',
      'objects_unavailable',
      'deadline',
    ],
    fault: 'end the stream with an error',
  },
  {
    name: 'settle',
    door: 2,
    phase: 'end',
    does: 'charges what was used in place of what was reserved and gives places back, exactly once',
    refuses: [],
    fault: 'count the loss',
  },
  {
    name: 'record',
    door: 2,
    phase: 'end',
    does: 'one audit record and the metrics, exactly once, however the stream ends',
    refuses: [],
    fault: 'count the loss',
  },
];

/** Codes that no stage gives: they belong to the doors themselves. */
export const DOOR_REFUSALS: readonly RefusalCode[] = [
  'not_http',
  'policy_unavailable',
  'internal',
  'deadline',
];

/** The table for people, a line a stage. */
export function stagesText(): string {
  const lines = PIPELINE.map(
    ({ door, phase, name, does }) => `door ${door}  ${phase.padEnd(8)} ${name.padEnd(10)} ${does}`,
  );
  return `${lines.join('\n')}\n`;
}
