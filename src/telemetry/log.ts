/** The log: one line of JSON an event on standard output, for operators. Requests are told of in the audit, not here. */
import { type DestinationStream, destination, pino, stdTimeFunctions } from 'pino';
import { type LogFields, loggable, loggableText } from './log-fields.ts';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface Log {
  /** @param message a text of our own; what came from others goes into the fields */
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** Writes what waits, at the end of the process. */
  flush(): void;
}

/** Lines wait in memory for a slow reader, up to so many bytes; then they are dropped. */
const MAX_WAITING = 1024 * 1024;

/** @param stream for tests; standard output if it is left out */
export function createLog(level: LogLevel, stream?: DestinationStream): Log {
  const output = stream === undefined ? standardOutput() : { stream, flush: () => undefined };
  const logger = pino(
    {
      level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    output.stream,
  );
  const at =
    (name: Exclude<LogLevel, 'silent'>) =>
    (message: string, fields: LogFields = {}) => {
      if (logger.isLevelEnabled(name)) logger[name](loggable(fields), loggableText(message));
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error'), flush: output.flush };
}

/** Written in the background, so that a reader that stands still holds nothing up. */
function standardOutput(): { stream: DestinationStream; flush: () => void } {
  const stream = destination({ fd: 1, sync: false, maxLength: MAX_WAITING });
  // A log that cannot be written has nowhere to say so; without a listener it would end the process.
  stream.on('error', () => undefined);
  return { stream, flush: () => stream.flushSync() };
}
