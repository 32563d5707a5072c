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
const WITHOUT_OUTPUT: ReadonlySet<OperationName> = new Set(['embeddings']);

export function expect(view: RequestView, route: Route, x: Judging): Soon<Expected> {
  return after(promptOf(view, route, x), (counted) => {
    const model = route.target?.model.name ?? '';
    const { operation, principal } = x.voucher;
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

function mostOutputOf({ maxOutputTokens = Number.POSITIVE_INFINITY, n = 1 }: RequestView): number {
  return maxOutputTokens * n;
}

/** Tokens of the prompt: exact where the model's tokenizer is known and a limit counts them, else estimated. */
function promptOf(view: RequestView, { target }: Route, { policy, ports }: Judging): Soon<number> {
  const { segments, opaqueParts, tokenInputs } = view;
  // Tokens given as numbers are opaque to detectors, and counted already.
  const opaque = tokenInputs > 0 ? 0 : opaqueParts * OPAQUE_TOKENS;
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
