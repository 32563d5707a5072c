/** The pages of the documentation that are printed from tables in the code. */
import { REFUSALS } from '../core/refusal.ts';
import { DOOR_REFUSALS, PIPELINE } from '../pipeline.ts';

export const GENERATED_NOTE =
  '<!-- Made by `node src/cli/generate-docs.ts`; edit the table in the code instead. -->';

/** Every refusal: what the client sees, and which stage gives it. */
export function refusalsPage(): string {
  const rows = Object.entries(REFUSALS).map(([code, { status, type, retry, text }]) => {
    const stages = PIPELINE.filter((row) => (row.refuses as readonly string[]).includes(code)).map(
      (row) => row.name,
    );
    if ((DOOR_REFUSALS as readonly string[]).includes(code)) stages.push('the door itself');
    return `| \`${code}\` | ${status} | ${retry ? 'yes' : 'no'} | \`${type}\` | ${[...new Set(stages)].join(', ')} | ${text} |`;
  });
  return `${GENERATED_NOTE}
# Refusals

Everything that Sallyport refuses carries one of these codes: in the body (\`error.code\` for OpenAI clients), in the audit record (\`reason\`), in the metric \`sallyport_decisions_total\` (label \`reason\`), and, from the second door, in Envoy's access log (\`%RESPONSE_CODE_DETAILS%\` is \`sallyport_\` and the code). Nothing else that Sallyport knows about a request reaches a client.

\`x-should-retry\` says whether the same request may succeed later; where it is known when, \`retry-after\` says so in seconds.

| code | status | retry | type | given by | text |
|---|---|---|---|---|---|
${rows.join('\n')}
`;
}

/** The stages of both doors, in order. */
export function pipelinePage(): string {
  const rows = PIPELINE.map((row) => {
    const refuses = row.refuses.map((code) => `\`${code}\``).join(', ') || '—';
    return `| ${row.door} | ${row.phase} | ${row.name} | ${row.does} | ${refuses} | ${row.fault} |`;
  });
  return `${GENERATED_NOTE}
# The stages of both doors

| door | phase | stage | does | refuses with | if something throws |
|---|---|---|---|---|---|
${rows.join('\n')}
`;
}
