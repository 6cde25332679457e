import { pino } from 'pino';
import { describeError, scrub } from './describe-error.ts';
import { type Log, type LogLevel, logLevels } from './log.ts';
import { textLine } from './text-line.ts';

export interface LoggerSettings {
  /** `json`: one object a line, for collectors. `text`: for people. */
  readonly format: 'json' | 'text';
  /** The least that is told. */
  readonly level: LogLevel;
  /** Gets whole lines, their ends included. */
  readonly write: (line: string) => void;
}

export function createLogger({ format, level, write }: LoggerSettings): Log {
  if (format === 'json') return jsonLogger(level, write);
  return (of, message, error, fields = {}) => {
    if (logLevels.indexOf(of) < logLevels.indexOf(level)) return;
    write(textLine({ time: new Date().toISOString(), level: of, message: scrub(message), error, fields }));
  };
}

function jsonLogger(level: LogLevel, write: (line: string) => void): Log {
  const logger = pino(
    {
      level,
      // The collector knows the process and the host.
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write },
  );
  return (of, message, error, fields = {}) => {
    const told = error === undefined ? fields : { ...fields, error: describeError(error) };
    logger[of](told, scrub(message));
  };
}
