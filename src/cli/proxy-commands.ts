/** The commands that write and try a proxy's configuration. */
import type { Command } from 'commander';
import type { Outcome } from './outcome.ts';

export function addProxyCommands(_program: Command, _finish: (outcome: Outcome) => void): void {}
