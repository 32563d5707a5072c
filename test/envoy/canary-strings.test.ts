/** N2: what clients, models and operators must be able to trust us with is in no record, no log line and no metric. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClientRequestOptions } from './harness/client.ts';
import { answer, BACKEND_KEY, chat, DONE, event, startStack } from './stack.ts';

const MAIL = 'canary.prompt@example.org';
const WORDS = {
  prompt: 'canaryprompttext',
  answer: 'canaryanswertext',
  header: 'canaryheadervalue',
  query: 'canaryqueryvalue',
  key: 'sp_canarywrongkey0000000000000000',
  body: 'canarybrokenbody',
  error: 'canarybackenderror',
};
const POLICY = `
guardrails:
  - { id: mask, on: input, detect: [pii.email], action: mask, restore: true }
  - { id: stop, on: input, detect: [pii.card], action: block }
  - { id: out, on: output, detect: [pii.email], action: mask }
  - { id: cut, on: output, detect: [pii.card], action: block }
bounds: { requestBody: 64KiB }
`;
const CARD = '4111111111111111';
const PROMPT = `${WORDS.prompt} ${MAIL}`;
const STREAM = { stream: true };

const REQUESTS: ClientRequestOptions[] = [
  { body: chat(PROMPT) },
  { body: chat(PROMPT, STREAM) },
  { body: chat(`${PROMPT} ${CARD}`) },
  { body: chat(PROMPT, { model: 'hidden' }) },
  { body: chat(PROMPT, { user: WORDS.prompt, metadata: { a: WORDS.prompt } }) },
  { body: `{"model":"fast","messages":[{"content":"${WORDS.body}` },
  { body: `{"${WORDS.body}":1,"${WORDS.body}":2}` },
  { body: `{"model":"fast","messages":${'['.repeat(300)}"${WORDS.body}"` },
  { body: Buffer.from(`{"model":"${WORDS.body}\xff"}`, 'latin1') },
  { body: Buffer.from(WORDS.body), headers: { 'content-encoding': 'gzip' } },
  { body: chat(`${WORDS.prompt}${'x'.repeat(70_000)}`) },
  { body: chat(PROMPT), path: `/v1/chat/completions?note=${WORDS.query}` },
  { body: chat(PROMPT), path: `/v1/chat/completions?api_key=${WORDS.query}` },
  { body: chat(PROMPT), headers: { authorization: `Bearer ${WORDS.key}` } },
  { body: chat(PROMPT), headers: { 'x-api-key': WORDS.key } },
  { body: chat(PROMPT), headers: { cookie: WORDS.header, 'x-note': WORDS.header } },
  { body: chat(PROMPT), headers: { 'x-sallyport-tenant': WORDS.header, 'content-type': WORDS.header } },
];

test('N2: no text, key, credential, header or query reaches the audit, the log or the metrics', async () => {
  const lines: string[] = [];
  const stack = await startStack({ policy: POLICY, log: (line) => lines.push(line) });
  const got: number[] = [];
  const ask = async (options: ClientRequestOptions) => got.push((await stack.ask(options)).status);
  const events = (...texts: string[]) => [...texts.map((text) => event(text)), DONE];

  stack.upstream.play(({ body }) =>
    JSON.parse(body.toString()).stream === true
      ? { headers: { 'content-type': 'text/event-stream' }, body: events(WORDS.answer, ` ${MAIL} `, 'end') }
      : { headers: { 'content-type': 'application/json' }, body: answer(`${WORDS.answer} ${MAIL}`) },
  );
  for (const options of REQUESTS) await ask(options);
  for (const answered of [
    { headers: { 'content-type': 'application/json' }, body: answer(`${WORDS.answer} ${CARD}`) },
    {
      headers: { 'content-type': 'text/event-stream' },
      body: events(`${WORDS.answer} ${CARD} `, WORDS.answer),
    },
    { headers: { 'content-type': 'application/json' }, body: `{"${WORDS.answer}` },
    { headers: { 'content-type': 'text/event-stream' }, body: `data: {"${WORDS.answer}\n\n` },
    { headers: { 'content-type': `text/${WORDS.answer}` }, body: WORDS.answer },
    { status: 400, headers: { 'content-type': 'application/json' }, body: `{"error":"${WORDS.error}"}` },
    { status: 500, headers: { 'content-type': 'text/html' }, body: WORDS.error },
  ]) {
    stack.upstream.play(() => answered);
    await ask({ body: chat(PROMPT, STREAM) });
  }
  const records = await stack.records(got.length);
  const metrics = await (await fetch(`http://${stack.service.adminAddress}/metrics`)).text();
  const key = stack.key;
  const audit = await stack.auditText();
  const envoyLog = stack.envoy.log();
  await stack[Symbol.asyncDispose]();

  const outcomes = new Set(records.map((record) => `${record.outcome} ${record.reason}`));
  for (const seen of [
    'allowed null',
    'refused content_blocked',
    'refused body_malformed',
    'cut answer_blocked',
  ])
    assert.ok(outcomes.has(seen), `${seen} was not among ${[...outcomes].join(', ')}`);
  assert.ok(lines.length > 0 && metrics.includes('sallyport'), 'there is a log and there are metrics');
  const secrets = [...Object.values(WORDS), MAIL, CARD, BACKEND_KEY, key, key.slice(8, 24)];
  for (const [sink, text] of Object.entries({ audit, log: lines.join(''), metrics, envoyLog })) {
    for (const secret of secrets) assert.ok(!text.includes(secret), `${secret} is in the ${sink}`);
  }
});
