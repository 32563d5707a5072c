/** Names the rules that a token was verified under: a changed policy verifies anew. */
import { hash } from 'node:crypto';
import type { TokenRules } from '../../policy/identity-rules.ts';

export function rulesDigest(rules: TokenRules): string {
  const text = JSON.stringify(rules, (name, value: unknown) => {
    if (name === 'clientSecret') return undefined;
    return value instanceof Map ? [...value] : value;
  });
  return `${hash('sha256', text, 'base64url')} `;
}
