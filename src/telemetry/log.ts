/** The log: one line of JSON an event on standard output, for operators. Requests are told of in the audit, not here. */
import { type DestinationStream, pino, stdTimeFunctions } from 'pino';
import { LineWriter } from './line-writer.ts';
import { type LogFields, loggable, loggableText } from './log-fields.ts';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface Log {
  /** @param message a text of our own; what came from others goes into the fields */
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** Settles when what was logged is written, or a second later: for the end of the process. */
  flush(): Promise<void>;
}

const STANDARD_OUTPUT = 1;

/** @param stream for tests; standard output if it is left out */
export function createLog(level: LogLevel, stream?: DestinationStream): Log {
  const output = new LineWriter(STANDARD_OUTPUT);
  const logger = pino(
    {
      level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    stream ?? output,
  );
  const at =
    (name: Exclude<LogLevel, 'silent'>) =>
    (message: string, fields: LogFields = {}) => {
      if (logger.isLevelEnabled(name)) logger[name](loggable(fields), loggableText(message));
    };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    flush: () => output.flush(),
  };
}
