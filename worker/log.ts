import { type LogLevel, type Logger } from '@temporalio/worker';
import { type Logger as Pino, pino } from 'pino';

/** One JSON object a line on standard error. */
export function createLog(level: string): Pino {
  return pino(
    { level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: 2, sync: true }),
  );
}

const levels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

/** Lets Temporal's SDK log through ours. */
export function temporalLogger(log: Pino): Logger {
  const write = (level: LogLevel, message: string, meta?: object) => log[levels[level]](meta ?? {}, message);
  return {
    log: write,
    trace: (message, meta) => write('TRACE', message, meta),
    debug: (message, meta) => write('DEBUG', message, meta),
    info: (message, meta) => write('INFO', message, meta),
    warn: (message, meta) => write('WARN', message, meta),
    error: (message, meta) => write('ERROR', message, meta),
  };
}
