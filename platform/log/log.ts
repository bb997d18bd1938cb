import { openSync, writeSync } from 'node:fs';
import { pino, type DestinationStream, type Logger } from 'pino';
import { redact } from './redact.ts';
import { formatLine } from './pretty.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

export type LogFields = Readonly<Record<string, unknown>>;

/**
 * Structured log. Levels: `error` wakes a person, `warn` heals itself but should be seen, `info` is a change of state,
 * `debug` is for whoever is looking. An outage is logged once when it begins and once when it ends, never per retry.
 */
export interface Log {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
  /** A log that adds `fields` to every line. */
  child(fields: LogFields): Log;
}

export interface LogConfig {
  readonly level: LogLevel;
  /** Lines for people instead of JSON. */
  readonly pretty?: boolean;
  /** A file path to append to, or anything with `write(line)`. Standard error when absent. */
  readonly destination?: string | DestinationStream;
}

/** One JSON object a line: `{level, time, module, …fields, msg}`; secrets are redacted by key and by shape at any depth. */
export function createLog(config: LogConfig): Log {
  const sink = openSink(config.destination);
  const destination: DestinationStream =
    config.pretty === true ? { write: (line) => sink.write(formatLine(line)) } : sink;
  const logger = pino(
    {
      level: config.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      // Redaction has already turned errors into plain objects; pino's serializer would take them for errors of its own.
      serializers: { err: (value: unknown) => value },
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
  return wrap(logger);
}

/** Drops everything: for tests and for callers that explicitly want silence. */
export const silentLog: Log = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => silentLog,
};

function wrap(logger: Logger): Log {
  return {
    debug: (fields, message) => {
      if (logger.isLevelEnabled('debug')) logger.debug(redact(fields), message);
    },
    info: (fields, message) => logger.info(redact(fields), message),
    warn: (fields, message) => logger.warn(redact(fields), message),
    error: (fields, message) => logger.error(redact(fields), message),
    child: (fields) => wrap(logger.child(redact(fields))),
  };
}

function openSink(destination: LogConfig['destination']): DestinationStream {
  if (destination === undefined) {
    // Whoever read our stderr may leave (`weir up 2>&1 | head`); that is no reason to stop.
    if (process.stderr.listenerCount('error') === 0) process.stderr.on('error', () => {});
    return { write: (line) => void process.stderr.write(line) };
  }
  if (typeof destination !== 'string') return destination;
  const file = openSync(destination, 'a', 0o600);
  return { write: (line) => writeQuietly(file, line) };
}

/** Synchronous, so that the last lines before an exit are there; a full disk must not stop the process through its log. */
function writeQuietly(file: number, line: string): void {
  try {
    writeSync(file, line);
  } catch {
    // Nothing to report to: this was the report.
  }
}
