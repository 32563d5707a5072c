/** Guardrails, with the finding types that their patterns stand for. */
import type { Config, Entry } from '../config.ts';
import type { Report } from '../report.ts';
import type { GuardrailConfig } from '../schema/guardrails.ts';
import type { Guardrail } from '../snapshot.ts';
import { didYouMean } from '../suggest.ts';
import { idOf, reportSameIds } from './ids.ts';

/** The finding types that a pattern such as `pii.*` stands for; none if it names nothing. `*` stands for all. */
export type ExpandTypes = (pattern: string) => readonly string[];

export function compileGuardrails(config: Config, expand: ExpandTypes, report: Report): readonly Guardrail[] {
  reportSameIds(config.guardrails, report);
  return Object.freeze(
    config.guardrails.map((entry) => {
      reportContradictions(entry, report);
      return guardrailOf(entry, expand, report);
    }),
  );
}

function guardrailOf(entry: Entry<GuardrailConfig>, expand: ExpandTypes, report: Report): Guardrail {
  const { on, action, restore, message } = entry.value;
  const detect = Object.freeze([...new Set(typesOf(entry, expand, report))]);
  return Object.freeze({
    id: idOf(entry),
    on,
    detect,
    action,
    restore,
    ...(message !== undefined && { message }),
  });
}

function typesOf({ path, value }: Entry<GuardrailConfig>, expand: ExpandTypes, report: Report): string[] {
  return value.detect.flatMap((pattern, i) => {
    const types = expand(pattern);
    if (types.length === 0) {
      const guess =
        didYouMean(pattern, expand('*')) ||
        `: expected one of ${expand('*').join(', ')}, or a pattern of them`;
      report.error([...path, 'detect', i], `unknown finding type ${JSON.stringify(pattern)}${guess}`);
    }
    return types;
  });
}

function reportContradictions({ path, value }: Entry<GuardrailConfig>, report: Report): void {
  const { on, action, restore, message } = value;
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
