/** Guardrails, with the finding types that their patterns stand for. */

import { failingTest } from '../caller-test.ts';
import type { Config, Entry } from '../config.ts';
import { compileFindingCondition } from '../finding-condition.ts';
import type { Path } from '../mistake.ts';
import { modelTests } from '../model-patterns.ts';
import type { Report } from '../report.ts';
import type { GuardrailConfig } from '../schema/guardrails.ts';
import type { Guardrail, Model } from '../snapshot.ts';
import { didYouMean } from '../suggest.ts';
import { spanOf } from './content.ts';
import { idOf, reportSameIds } from './ids.ts';

/**
 * The finding types that a pattern such as `pii.*` stands for; none if it names nothing. `*` stands for all.
 * @param regions countries whose own types are wanted; all if missing
 */
export type ExpandTypes = (pattern: string, regions?: readonly string[]) => readonly string[];

export function compileGuardrails(
  config: Config,
  models: ReadonlyMap<string, Model>,
  expand: ExpandTypes,
  report: Report,
): readonly Guardrail[] {
  reportSameIds(config.guardrails, report);
  const testOf = modelTests(models);
  return Object.freeze(
    config.guardrails.map((entry) => {
      reportContradictions(entry, report);
      reportWhole(entry, config, expand, report);
      return guardrailOf(entry, testOf, expand, config, report);
    }),
  );
}

function guardrailOf(
  entry: Entry<GuardrailConfig>,
  testOf: ReturnType<typeof modelTests>,
  expand: ExpandTypes,
  config: Config,
  report: Report,
): Guardrail {
  const { on, action, as, restore, message, roles, threshold, allow, shadow, sample, regions } = entry.value;
  reportRegions(entry, expand, report);
  const detect = Object.freeze([...new Set(typesOf(entry, expand, report))]);
  return Object.freeze({
    id: idOf(entry),
    on,
    detect,
    action,
    as: as ?? (restore ? 'pseudonym' : 'label'),
    shadow,
    ...(message !== undefined && { message }),
    ...destinationOf(entry, config, report),
    ...(roles !== undefined && { roles: Object.freeze(roles) }),
    ...(regions !== undefined && { regions: Object.freeze(regions) }),
    ...(threshold !== undefined && { threshold }),
    ...(allow !== undefined && { allow: new Set(allow.map((one) => one.toLowerCase())) }),
    ...(sample !== undefined && { sample }),
    ...conditionOf(entry, report),
    ...concernsOf(entry.value, testOf),
  });
}

function destinationOf(
  { path, value: { action, model, on } }: Entry<GuardrailConfig>,
  { declared }: Config,
  report: Report,
): Pick<Guardrail, 'model'> {
  if (action !== 'route') {
    if (model !== undefined)
      report.error([...path, 'model'], `says where it routes to: expected action route, found ${action}`);
    return {};
  }
  if (on === 'output')
    report.error([...path, 'action'], 'an answer cannot go elsewhere: expected on input, found output');
  if (model === undefined) report.error([...path, 'action'], 'routes nowhere: expected a model');
  else if (!declared.models.has(model))
    report.error(
      [...path, 'model'],
      `unknown model ${JSON.stringify(model)}${didYouMean(model, [...declared.models])}`,
    );
  return model === undefined ? {} : { model };
}

function conditionOf(
  { path, value: { when, on, detect } }: Entry<GuardrailConfig>,
  report: Report,
): Pick<Guardrail, 'when'> {
  if (when === undefined) return {};
  const at = [...path, 'when'];
  if (on === 'output')
    report.error(at, 'what an answer holds is not known before it leaves: expected on input, found output');
  if (detect.some((pattern) => pattern.startsWith('opaque')))
    report.error(at, 'parts that cannot be looked into are not counted: expected none');
  const compiled = compileFindingCondition(when);
  if ('condition' in compiled) return { when: compiled.condition };
  report.error(at, `expected a condition: ${compiled.problem}`);
  return {};
}

/** A request that names no model is held to what is said of models, too: nobody knows what it comes to. */
function concernsOf(
  { to, models }: GuardrailConfig,
  testOf: ReturnType<typeof modelTests>,
): Pick<Guardrail, 'concerns'> {
  if (to === undefined && models === undefined) return {};
  const failing = to && failingTest(to);
  const meant = models && testOf(models);
  return {
    concerns: (principal, model) =>
      failing?.(principal) === undefined && (model === undefined || meant?.(model) !== false),
  };
}

/** A country that has no type of its own is a mistake: somebody believes that it has. */
function reportRegions({ path, value }: Entry<GuardrailConfig>, expand: ExpandTypes, report: Report): void {
  const everywhere = expand('*', []).length;
  for (const [i, region] of (value.regions ?? []).entries()) {
    if (expand('*', [region]).length > everywhere) continue;
    report.error([...path, 'regions', i], `no finding type is ${region}'s own: leave it out`);
  }
}

function typesOf({ path, value }: Entry<GuardrailConfig>, expand: ExpandTypes, report: Report): string[] {
  return value.detect.flatMap((pattern, i) => {
    const types = expand(pattern, value.regions);
    if (types.length === 0 && expand(pattern).length > 0) {
      report.error([...path, 'detect', i], `nothing of ${JSON.stringify(pattern)} is of these regions`);
    } else if (types.length === 0) {
      const guess =
        didYouMean(pattern, [...expand('*'), ...expand('content.*'), ...expand('analyzer.*')]) ||
        `: expected one of ${expand('*').join(', ')}, or a pattern of them`;
      report.error([...path, 'detect', i], `unknown finding type ${JSON.stringify(pattern)}${guess}`);
    }
    return types;
  });
}

function reportContradictions({ path, value }: Entry<GuardrailConfig>, report: Report): void {
  const { on, action, as, restore, message } = value;
  if (as !== undefined && action !== 'mask')
    report.error([...path, 'as'], `says how a mask is written: expected action mask, found ${action}`);
  if (as === 'pseudonym' && on === 'output')
    report.error(
      [...path, 'as'],
      'only prompts are restored, in the answer to them: expected on input, found output',
    );
  if (restore && as !== undefined && as !== 'pseudonym')
    report.error([...path, 'restore'], `only pseudonyms can be restored: expected as pseudonym, found ${as}`);
  if (action === 'warn' && on === 'output')
    report.error(
      [...path, 'action'],
      'a client is warned before it is answered: expected on input, found output',
    );
  reportOpaque(path, value, report);
  reportAssessments(path, value, report);
  reportCanaries(path, value, report);
  if (restore && action !== 'mask') {
    report.error(
      [...path, 'restore'],
      `only what was masked can be restored: expected action mask, found ${action}`,
    );
  } else if (restore && on === 'output') {
    report.error(
      [...path, 'restore'],
      'only prompts are restored, in the answer to them: expected on input, found output',
    );
  }
  if (message !== undefined && action !== 'block') {
    report.error([...path, 'message'], `said only where it blocks: expected action block, found ${action}`);
  }
}

/** What the policy itself says of texts as a whole. */
function reportWhole(
  { path, value: { on, detect, action } }: Entry<GuardrailConfig>,
  config: Config,
  expand: ExpandTypes,
  report: Report,
): void {
  for (const [i, pattern] of detect.entries()) {
    const spans = expand(pattern).flatMap((type) => {
      const entry = config.content.get(type.replace('content.', ''));
      return type.startsWith('content.') && entry !== undefined ? [spanOf(entry.value)] : [];
    });
    const at = [...path, 'detect', i];
    if (action === 'mask' && spans.some((span) => span !== 'part'))
      report.error(at, 'a text as a whole cannot be masked: expected action block, warn or log');
    if (on === 'input' && spans.includes('whole'))
      report.error(at, 'only answers must have a form or a notice: expected on output, found input');
  }
}

/** There is nothing to write in place of an image. */
function reportOpaque(path: Path, { detect, action, roles }: GuardrailConfig, report: Report): void {
  const at = detect.findIndex((pattern) => pattern.startsWith('opaque'));
  if (at < 0) return;
  if (action === 'mask')
    report.error(
      [...path, 'detect', at],
      'what cannot be looked into cannot be masked: expected action block, warn or log',
    );
  if (roles !== undefined)
    report.error([...path, 'roles'], 'parts that cannot be looked into have no role: expected none', 'key');
}

/** What a system prompt holds is looked for in what the model says. */
function reportCanaries(path: Path, { detect, on }: GuardrailConfig, report: Report): void {
  const at = detect.indexOf('canary');
  if (at >= 0 && on === 'input')
    report.error([...path, 'detect', at], 'canaries stand in prompts: expected on output, found input');
}

/** A text as a whole has nothing in it to be written otherwise. */
function reportAssessments(path: Path, { detect, action, on, roles }: GuardrailConfig, report: Report): void {
  for (const [i, pattern] of detect.entries()) {
    const [category] = pattern.split('.');
    if (category !== 'injection' && category !== 'harm') continue;
    const at = [...path, 'detect', i];
    if (action === 'mask')
      report.error(at, 'a text as a whole cannot be masked: expected action block, warn or log');
    if (on === 'output' && category === 'injection' && roles?.join() !== 'tool')
      report.error(at, 'of answers only what tools say is looked at for injection: expected roles: [tool]');
  }
}
