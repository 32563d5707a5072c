import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ALPHANUMERIC } from '../../../src/guards/characters.ts';
import { Automaton, type Literal } from '../../../src/guards/engine/automaton.ts';

const literalsOf = (texts: readonly string[]): Literal[] =>
  texts.map((text, value) => ({ text, value, begins: true }));

function step({ next, classes }: Automaton, state: number, code: number): number {
  const reached = next[state + (classes[code] ?? 0)] ?? 0;
  return reached < 0 ? ~reached : reached;
}

/** All places where a literal ends, by walking the automaton. */
function seen(automaton: Automaton, text: string): string[] {
  let state = 0;
  const all: string[] = [];
  for (let at = 0; at < text.length; at += 1) {
    state = step(automaton, state, text.charCodeAt(at));
    for (const literal of automaton.endsAt(state)) all.push(`${literal.value}@${at + 1}`);
  }
  return all.sort();
}

test('an automaton sees every literal wherever it stands, overlapping ones included', () => {
  const words = fc.string({ unit: fc.constantFrom('a', 'B', 'c', '-'), minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(
      fc.uniqueArray(words, { minLength: 1, maxLength: 8, selector: (word) => word.toLowerCase() }),
      fc.string({ unit: fc.constantFrom('a', 'A', 'b', 'c', '-', 'é', '1'), maxLength: 30 }),
      (literals, text) => {
        const expected = literals.flatMap((literal, value) => {
          const places: string[] = [];
          for (let end = literal.length; end <= text.length; end += 1) {
            if (text.slice(end - literal.length, end).toLowerCase() === literal.toLowerCase())
              places.push(`${value}@${end}`);
          }
          return places;
        });
        assert.deepEqual(seen(new Automaton(literalsOf(literals)), text), expected.sort());
      },
    ),
  );
});

test('an automaton tells where the longest beginning of a literal stands at the end of a text', () => {
  const partial = (literals: readonly Literal[], text: string) => {
    const automaton = new Automaton(literals);
    let state = 0;
    for (let at = 0; at < text.length; at += 1) state = step(automaton, state, text.charCodeAt(at));
    return automaton.partial(text, state);
  };
  const literals = literalsOf(['abcd', 'cx']);
  assert.equal(partial(literals, 'zzab'), 2);
  assert.equal(partial(literals, 'zabc'), 1);
  assert.equal(partial(literals, 'zzzb'), 4);
  assert.equal(partial(literals, 'abcd'), 4);
  const words = literals.map((literal) => ({ ...literal, word: ALPHANUMERIC }));
  assert.equal(partial(words, 'zab'), 3);
  assert.equal(partial(words, '\\nab'), 2);
  const context = literals.map((literal) => ({ ...literal, begins: false }));
  assert.equal(partial(context, 'zzab'), 4);
});
