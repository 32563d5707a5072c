/** What an API call is, whatever its wire format. */
export const OPERATIONS = ['chat', 'completions', 'embeddings', 'models.list', 'models.get'] as const;
export type OperationName = (typeof OPERATIONS)[number];

export const DIALECTS = ['openai'] as const;
export type DialectName = (typeof DIALECTS)[number];

/** An operation as its dialect spells it. */
export interface Operation {
  readonly name: OperationName;
  readonly dialect: DialectName;
  /** Has the request a body that must be read? */
  readonly body: 'json' | 'none';
  /** A model named by the path, as `models.get` does. */
  readonly pathModel?: string;
}
