/**
 * Asks analyzers over HTTP. Whatever they do, a question ends in time, takes bounded memory, and has a reason where
 * it has no answer. No text and no answer reaches a log.
 */
import type { Finding } from '../core/finding.ts';
import type { AnalyzerFailure, AnalyzerSource, Analyzers, Clock } from '../core/ports.ts';
import type { Role } from '../core/text.ts';
import { PROTOCOLS } from './answers.ts';
import { Circuit } from './circuit.ts';
import { keyOf, Memory } from './memory.ts';
import { Turns } from './turns.ts';

/** Bytes of an answer. */
const LARGEST = 1024 * 1024;
/** How many may wait for each that is under way. */
const WAITING = 8;

export interface AnalyzerEdge {
  readonly clock: Clock;
  /** Hears of every question that was sent, or could not be. @param ms from the question to its end */
  note(name: string, outcome: 'answered' | AnalyzerFailure, ms: number): void;
}

/** What is known of an analyzer while the service runs; of one that the policy changes, anew. */
interface Known {
  readonly url: string;
  readonly concurrency: number;
  readonly turns: Turns;
  readonly circuit: Circuit;
}

export function openAnalyzers({ clock, note }: AnalyzerEdge): Analyzers {
  const memory = new Memory(clock.elapsed);
  const known = new Map<string, Known>();
  const knownOf = ({ name, url, concurrency }: AnalyzerSource): Known => {
    const before = known.get(name);
    if (before?.url === url && before.concurrency === concurrency) return before;
    const turns = new Turns(concurrency, concurrency * WAITING);
    const made = { url, concurrency, turns, circuit: new Circuit(clock.elapsed) };
    known.set(name, made);
    return made;
  };
  return {
    async ask(source, text, role) {
      const { name, longest } = source;
      if (text.length > longest) {
        note(name, 'too_long', 0);
        return 'too_long';
      }
      const key = keyOf([source.kind, name, source.url, source.model ?? '', source.prompt ?? '', role, text]);
      const remembered = memory.get(key);
      if (remembered !== undefined) return remembered;
      const began = clock.elapsed();
      const answer = await askOnce(source, text, role, knownOf(source));
      const failed = typeof answer === 'string';
      note(name, failed ? answer : 'answered', clock.elapsed() - began);
      if (!failed) memory.set(key, answer, source.cacheMs);
      return answer;
    },
  };
}

type Outcome = readonly Finding[] | AnalyzerFailure;

/** It is the analyzer that is out of order; that it does not like a text must not keep it from others. */
const AWAY: ReadonlySet<Outcome> = new Set<Outcome>(['timeout', 'unreachable', 'status']);

async function askOnce(
  source: AnalyzerSource,
  text: string,
  role: Role,
  { turns, circuit }: Known,
): Promise<Outcome> {
  const signal = AbortSignal.timeout(source.timeoutMs);
  const turn = await turns.take(signal);
  if (turn !== 'taken') return turn === 'full' ? 'busy' : 'timeout';
  try {
    if (!circuit.mayTry()) return 'open';
    const outcome = await post(source, text, role, signal);
    if (AWAY.has(outcome)) circuit.failed();
    else circuit.succeeded();
    return outcome;
  } finally {
    turns.giveBack();
  }
}

async function post(source: AnalyzerSource, text: string, role: Role, signal: AbortSignal): Promise<Outcome> {
  const protocol = PROTOCOLS[source.kind];
  try {
    const response = await fetch(source.url, {
      method: 'POST',
      headers: {
        accept: 'application/json',
        'content-type': 'application/json',
        ...(source.token !== undefined && { authorization: `Bearer ${source.token}` }),
      },
      body: JSON.stringify(protocol.question(source, text, role)),
      // Texts go where the policy says, and nowhere else.
      redirect: 'error',
      signal,
    });
    if (!response.ok) {
      await response.body?.cancel();
      return response.status >= 500 ? 'status' : 'refused';
    }
    const answer = await readJson(response);
    return (answer === undefined ? undefined : protocol.read(answer.json, source, text)) ?? 'unreadable';
  } catch {
    return signal.aborted ? 'timeout' : 'unreachable';
  }
}

async function readJson(response: Response): Promise<{ readonly json: unknown } | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    // Leaving the loop cancels what would still come.
    if (length > LARGEST) return undefined;
    chunks.push(chunk);
  }
  try {
    return { json: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks))) };
  } catch {
    return undefined;
  }
}
