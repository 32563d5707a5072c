/** A policy's values to the frozen form that requests meet, with every mistake in their meaning at once. */
import { type Config, readConfig } from './config.ts';
import type { Mistake } from './mistake.ts';
import type { ParsedPolicy } from './parse.ts';
import { Report } from './report.ts';
import { compileAnalyzers, expandAnalyzers, reportUnmaskable } from './sections/analyzers.ts';
import { compileBackends } from './sections/backends.ts';
import { compileContent, expandContent } from './sections/content.ts';
import { reportEmptiness } from './sections/emptiness.ts';
import { compileGrants } from './sections/grants.ts';
import { compileGuardrails, type ExpandTypes } from './sections/guardrails.ts';
import { compileIdentity } from './sections/identity.ts';
import { compileLimits } from './sections/limits.ts';
import { compileModels } from './sections/models.ts';
import { priceRules, pricesFor, reportPrices } from './sections/prices.ts';
import type { SecretResolver } from './sections/secrets.ts';
import { reportStrangers } from './sections/tenants.ts';
import type { AuditRules, Bounds, Snapshot } from './snapshot.ts';
import { atOnce, type Steps } from './steps.ts';
import { versionOf } from './version.ts';

export type { ExpandTypes } from './sections/guardrails.ts';
export type { Secret, SecretResolver } from './sections/secrets.ts';

export type Compiled = { readonly warnings: readonly Mistake[] } & (
  | { readonly snapshot: Snapshot }
  | { readonly mistakes: readonly Mistake[] }
);

/**
 * @param resolve looks up the secrets that the policy refers to
 * @param expand the finding types that a pattern stands for
 * @param now wall clock, milliseconds; only for warnings about what has expired
 * @returns all mistakes, by file and place, if there is one; never half a policy
 */
export function compile(
  source: ParsedPolicy,
  resolve: SecretResolver,
  expand: ExpandTypes,
  now: number,
): Compiled {
  return atOnce(compileSteps(source, resolve, expand, now));
}

/** The same in steps. @param version where it is known already, of a policy that was found good */
export function* compileSteps(
  source: ParsedPolicy,
  resolve: SecretResolver,
  expand: ExpandTypes,
  now: number,
  version?: string,
): Steps<Compiled> {
  const report = new Report(source);
  const config = yield* readConfig(source, report);
  if (version === undefined) reportStrangers(config, report);
  const priceOf = pricesFor(config, now);
  reportUnmaskable(config, report);
  const models = compileModels(config, priceOf, report);
  if (version === undefined) reportPrices(config, priceOf, report);
  const snapshot: Snapshot = {
    version: version ?? versionOf(source.value),
    identity: compileIdentity(config, resolve, now, report),
    models,
    backends: compileBackends(config, resolve, report),
    ...(yield* compileGrants(config, models, report)),
    limits: compileLimits(config, models, report),
    prices: priceRules(config.prices),
    state: Object.freeze({ whenAway: config.state.whenAway, replicas: config.state.replicas }),
    content: compileContent(config, report),
    analyzers: compileAnalyzers(config, resolve, report),
    guardrails: compileGuardrails(
      config,
      models,
      (pattern, regions) =>
        expandContent(pattern, config) ?? expandAnalyzers(pattern, config) ?? expand(pattern, regions),
      report,
    ),
    bounds: boundsOf(config),
    audit: auditOf(config),
  };
  const { errors } = report;
  if (errors.length > 0) return { mistakes: errors, warnings: report.warnings };
  reportEmptiness(config, report);
  return { snapshot: Object.freeze(snapshot), warnings: report.warnings };
}

function boundsOf({ bounds }: Config): Bounds {
  return Object.freeze({
    requestBytes: bounds.requestBody,
    responseBytes: bounds.responseBody,
    sessionMs: bounds.session,
    jsonDepth: bounds.jsonDepth,
    jsonValues: bounds.jsonValues,
  });
}

function auditOf({ audit: { file } }: Config): AuditRules {
  if (file === undefined) return Object.freeze({});
  return Object.freeze({
    file: Object.freeze({ path: file.path, rotateBytes: file.rotate, keepDays: file.keep }),
  });
}
