/**
 * What a request is expected to use, before anybody knows: its prompt is counted, its answer forecast from what this
 * model and caller have used before. Counting costs something, so it is done where a limit asks for it.
 */
import type { Route } from '../backends/choose.ts';
import type { Price } from '../core/money.ts';
import type { OperationName } from '../core/operation.ts';
import { after, type Soon } from '../core/soon.ts';
import type { RequestView } from '../dialects/dialect.ts';
import { estimateTokens } from '../dialects/tokens.ts';
import { encodingOf } from '../limits/encoding.ts';
import type { Expected } from './holding.ts';
import type { Judging } from './prepare.ts';
import { limitsOf } from './reserve.ts';

/** A part that no tokenizer can count, such as an image: about what one of middling size is billed as. */
const OPAQUE_TOKENS = 1_000;
/** What a chat's framing costs, beside its texts: for each of them, and once. */
const PER_TEXT = 3;
const PER_REQUEST = 3;

/** Operations whose answer is no text. */
const WITHOUT_OUTPUT: ReadonlySet<OperationName> = new Set([
  'embeddings',
  'rerank',
  'audio.speak',
  'tokens.count',
  'moderations',
]);
/** Operations that providers do for nothing: they count as requests alone. */
const FREE: ReadonlySet<OperationName> = new Set(['tokens.count', 'moderations']);

/** As much of a request as its tokens are told by. */
export type Countable = Pick<RequestView, 'segments' | 'opaque' | 'tokenInputs' | 'n' | 'maxOutputTokens'>;

export function expect(view: Countable, route: Route, x: Judging): Soon<Expected> {
  const { operation, principal } = x.voucher;
  const prompt = FREE.has(operation.name) ? 0 : promptOf(view, route, x);
  return after(prompt, (counted) => {
    const model = route.target?.model.name ?? '';
    const choices = view.n ?? 1;
    const mostOutput = WITHOUT_OUTPUT.has(operation.name) ? 0 : mostOutputOf(view);
    const { forecast } = x.ports;
    const input = Math.ceil(counted * forecast.inputFactor(model));
    const output = forecast.output(model, principal.id, { most: mostOutput, choices });
    const usage = { input, output, source: 'estimated' } as const;
    return { usage, price: priceOf(route), batched: false, mostOutput, choices, counted };
  });
}

export function priceOf({ target }: Route): Price | undefined {
  return target?.served.price;
}

function mostOutputOf({ maxOutputTokens = Number.POSITIVE_INFINITY, n = 1 }: Countable): number {
  return maxOutputTokens * n;
}

/** Tokens of the prompt: exact where the model's tokenizer is known and a limit counts them, else estimated. */
function promptOf(view: Countable, { target }: Route, { policy, ports }: Judging): Soon<number> {
  const { segments, tokenInputs } = view;
  // Tokens given as numbers are counted already.
  const opaque = view.opaque.filter((kind) => kind !== 'tokens').length * OPAQUE_TOKENS;
  const framing = tokenInputs + opaque + segments.length * PER_TEXT + PER_REQUEST;
  const estimate = () => segments.reduce((sum, segment) => sum + estimateTokens(segment.text), framing);
  const encoding = target === undefined ? undefined : encodingOf(target.served.model);
  if (encoding === undefined || !limitsOf(policy).countTokens) return estimate();
  return after(
    ports.tokenCounter.count(
      segments.map((segment) => segment.text),
      encoding,
    ),
    (count) => count + framing,
  );
}
