/**
 * What Envoy answers of its own accord, in the words and the shape of the doors: requests too malformed or too large
 * to be shown to them, a service or a backend that is out of reach. Clients meet one kind of error, whoever said no.
 */
import { REFUSALS, type RefusalCode, refuse } from '../../core/refusal.ts';
import { dialectOf } from '../../dialects/index.ts';
import type { Tree } from '../yaml.ts';
import { typeOf } from './types.ts';

interface Row {
  /** As Envoy gives it; it stays. */
  readonly status: number;
  /** CEL on `response.code_details`, where the status alone does not say what happened. */
  readonly when?: string;
  readonly code: RefusalCode;
}

/** The first row that fits counts. */
const ROWS: readonly Row[] = [
  { status: 400, when: "response.code_details == 'path_normalization_failed'", code: 'path_not_canonical' },
  { status: 400, code: 'header_malformed' },
  { status: 403, when: "response.code_details == 'upgrade_failed'", code: 'upgrade_not_allowed' },
  { status: 404, code: 'operation_unknown' },
  { status: 408, code: 'deadline' },
  { status: 413, code: 'body_too_large' },
  { status: 431, code: 'headers_too_large' },
  { status: 500, code: 'internal' },
  { status: 503, when: "response.code_details == 'overload'", code: 'overloaded' },
  {
    status: 503,
    when: "response.code_details.matches('^(upstream|no_healthy|cluster|direct)')",
    code: 'backend_unavailable',
  },
  { status: 503, code: 'internal' },
  { status: 504, code: 'backend_unavailable' },
];

/** The answers of the doors are local replies too; they stay as they are. */
const NOT_OURS =
  "response.code_details != 'ext_authz_denied' && !response.code_details.startsWith('sallyport_')";

export function localReplies(): Tree {
  return { mappers: ROWS.map(mapper) };
}

function mapper({ status, when, code }: Row): Tree {
  const { contentType, body } = dialectOf('openai').error(refuse(code));
  const cel = when === undefined ? NOT_OURS : `${NOT_OURS} && ${when}`;
  return {
    filter: { and_filter: { filters: [withStatus(status), withDetails(cel)] } },
    body_format_override: { content_type: contentType, text_format_source: { inline_string: body } },
    ...(REFUSALS[code].retry && { headers_to_add: [{ header: { key: 'retry-after', value: '1' } }] }),
  };
}

function withStatus(status: number): Tree {
  const value = { default_value: status, runtime_key: `sallyport.local_reply_${status}` };
  return { status_code_filter: { comparison: { op: 'EQ', value } } };
}

function withDetails(expression: string): Tree {
  return {
    extension_filter: {
      name: 'envoy.access_loggers.extension_filters.cel',
      typed_config: { ...typeOf('celFilter'), expression },
    },
  };
}
