/** What a request asks of a model beyond text in and text out, as grants gate it. */

export const FEATURES = [
  'functions',
  'code_execution',
  'web_access',
  'file_search',
  'mcp',
  'computer_use',
  'image_input',
  'audio_input',
  'file_input',
  'image_output',
  'audio_output',
  'structured_output',
  'reasoning',
  'logprobs',
  'n',
  'max_output_tokens',
  'stored',
  'background',
  'stored_prompt',
  'service_tier',
  'routing',
  'unknown_tools',
  'unknown_fields',
] as const;
export type Feature = (typeof FEATURES)[number];

/** Features that come in amounts, and so can be held to a most. */
export const BOUNDED = ['reasoning', 'n', 'max_output_tokens'] as const satisfies readonly Feature[];
export type BoundedFeature = (typeof BOUNDED)[number];

/** Reasoning efforts from the least to the most; a bound compares their places. */
export const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const;

/** One place of a request that asks for a feature. */
export interface FeatureUse {
  readonly feature: Feature;
  /**
   * How much of a bounded feature: copies, tokens, the place of an effort among `EFFORTS`. Infinity where the request
   * leaves it to the model.
   */
  readonly amount?: number;
  /** For `mcp`: the server's URL, or the name of a connector; absent where the request names none. */
  readonly server?: string;
  /** For `mcp`: the tools that the request narrows it to; absent where it allows all of them. */
  readonly tools?: readonly string[];
  /** For `mcp`: a human is asked before a tool runs. */
  readonly approval?: boolean;
  /** For `routing`: models that the request names besides its own, as alternatives. */
  readonly models?: readonly string[];
}

/** What must be changed about a request so that it keeps to its grants. */
export interface FeatureChanges {
  /** Taken out wherever they stand. */
  readonly strip: ReadonlySet<Feature>;
  /** Held to a most; an `amount` as in `FeatureUse`. */
  readonly clamp: ReadonlyMap<BoundedFeature, number>;
}
